import type { Page } from '@playwright/test';

import { company, contact, context, guenther, noel, renee, zoe } from '../fixtures/people';
import { expectGood } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { LinkUsersPage } from '../pages/link_users_page';
import { ActivationPage, InvitationPage, MishapPage } from '../pages/public_pages';
import { MicrosoftPage, SuperOfficePage } from '../pages/stand_ins';

// Each way goes on after its refusal; what the pages look like is seen in refusals.spec.ts.

/** From the address in the mail to SuperOffice's sign-in. */
async function toSuperOffice(page: Page, invitation: string): Promise<void> {
  await page.goto(invitation);
  await new InvitationPage(page).start();
  await new ActivationPage(page).toSuperOffice();
}

/** From the address in the mail to Microsoft's account picker. */
async function toMicrosoft(page: Page, invitation: string): Promise<void> {
  await toSuperOffice(page, invitation);
  await new SuperOfficePage(page).signIn(zoe);
  await new ActivationPage(page).toMicrosoft();
}

/** From the second step to the confirmation, as the right person. */
async function finish(page: Page): Promise<void> {
  const activation = new ActivationPage(page);
  const microsoft = new MicrosoftPage(page);
  await activation.toMicrosoft();
  await microsoft.pick(zoe);
  await microsoft.accept();
  await activation.expectDone();
}

test('whoever signs in to SuperOffice as somebody else is told whom the link needs', async ({ another, office }) => {
  const profile = await office.microsoftProfile();
  const page = await another();
  const superoffice = new SuperOfficePage(page);
  await toSuperOffice(page, await office.invite(profile, zoe));
  await superoffice.signIn(renee);

  const mishap = new MishapPage(page);
  await mishap.expect(
    'You signed in to SuperOffice as somebody else', 'Nothing was stored.', zoe.name, renee.name, contact,
  );
  await office.expectState(profile, zoe, 'invited');

  await mishap.wayOut('Sign in with another account').click();
  await new ActivationPage(page).toSuperOffice();
  await superoffice.signIn(zoe);
  await finish(page);
  await office.expectState(profile, zoe, 'active');
});

test('whoever signs in to Microsoft with another account is told which one the link needs', async ({ another, office }) => {
  const profile = await office.microsoftProfile();
  const page = await another();
  const microsoft = new MicrosoftPage(page);
  await toMicrosoft(page, await office.invite(profile, zoe));
  await microsoft.pick(noel);
  await microsoft.accept();

  const mishap = new MishapPage(page);
  await mishap.expect('You signed in with another Microsoft account', 'Nothing was stored.', zoe.email, noel.email);
  await office.expectState(profile, zoe, 'partly');

  await mishap.wayOut('Sign in with another account').click();
  await finish(page);
  await office.expectState(profile, zoe, 'active');
});

test('whoever cancels at either side may sign in again', async ({ another, office }) => {
  const profile = await office.microsoftProfile();
  const page = await another();
  const superoffice = new SuperOfficePage(page);
  const microsoft = new MicrosoftPage(page);
  const mishap = new MishapPage(page);
  await toSuperOffice(page, await office.invite(profile, zoe));
  await superoffice.cancel();
  await mishap.expect('You cancelled at SuperOffice', 'Nothing was stored.');

  await mishap.wayOut('Sign in again').click();
  await new ActivationPage(page).toSuperOffice();
  await superoffice.signIn(zoe);
  await new ActivationPage(page).toMicrosoft();
  await microsoft.pick(zoe);
  await microsoft.cancel();
  await mishap.expect('You cancelled at Microsoft', 'What you finished before is kept.');
  await office.expectState(profile, zoe, 'partly');

  await mishap.wayOut('Sign in again').click();
  await finish(page);
  await office.expectState(profile, zoe, 'active');
});

test('a permission that was left out is asked for again', async ({ another, office, inbox }) => {
  const profile = await office.microsoftProfile();
  const page = await another();
  const microsoft = new MicrosoftPage(page);
  await inbox.control({ microsoft_consent: 'partial' });
  await toMicrosoft(page, await office.invite(profile, zoe));
  await microsoft.pick(zoe);
  await microsoft.accept();

  const mishap = new MishapPage(page);
  await mishap.expect('A permission is missing', 'Microsoft allowed less than we need', 'Nothing was stored.');
  await office.expectState(profile, zoe, 'partly');

  await inbox.control({ microsoft_consent: 'allow', forget_consents: true, approve_company: context });
  await mishap.wayOut('Sign in again').click();
  await finish(page);
  await office.expectState(profile, zoe, 'active');
});

test('where only an administrator may agree, the company is told, and the mail works afterwards', async ({ page, another, office, inbox }) => {
  const profile = await office.microsoftProfile();
  const person = await another();
  const links = new LinkUsersPage(page);
  await links.visit(profile);
  await inbox.control({ microsoft_consent: 'admin_approval' });
  const invitation = await office.invite(profile, zoe);
  await toMicrosoft(person, invitation);
  const microsoft = new MicrosoftPage(person);
  await microsoft.pick(zoe);
  await microsoft.returnWithoutConsent();

  const mishap = new MishapPage(person);
  await mishap.expect('Microsoft wants an administrator', 'What you finished is kept.', contact);

  await expect(links.state(zoe.name)).toContainText('Needs attention');
  await links.state(zoe.name).getByText('Needs attention').click();
  const cause = page.getByRole('group', { name: 'An administrator of the calendar system must approve' });
  await expect(cause).toContainText('An administrator of your company');
  await expectGood(page);

  await inbox.control({ microsoft_consent: 'allow' });
  await person.goto(invitation);
  await new InvitationPage(person).start();
  await finish(person);
  await expect(links.state(zoe.name)).toContainText('Active');
});

test('somebody who went to Microsoft and never came back is not forgotten', async ({ another, office, inbox }) => {
  const profile = await office.microsoftProfile();
  const invitation = await office.invite(profile, zoe);
  await inbox.control({ microsoft_consent: 'admin_approval' });
  const page = await another();
  await toMicrosoft(page, invitation);
  await new MicrosoftPage(page).pick(zoe);
  // Nothing leads back from Microsoft's page; the mail still does.
  await inbox.control({ microsoft_consent: 'allow' });
  await page.goto(invitation);
  await new InvitationPage(page).start();
  await finish(page);
  await office.expectState(profile, zoe, 'active');
});

test('an invitation works once, and says so the second time', async ({ another, office }) => {
  const profile = await office.microsoftProfile();
  const invitation = await office.invite(profile, zoe);
  const page = await another();
  await toMicrosoft(page, invitation);
  const microsoft = new MicrosoftPage(page);
  await microsoft.pick(zoe);
  await microsoft.accept();
  await new ActivationPage(page).expectDone();

  const answer = await page.goto(invitation);
  expect(answer?.status()).toBe(410);
  const mishap = new MishapPage(page);
  await mishap.expect('This invitation was used', 'It works only once.', contact);
  // The activation signed the person in.
  await mishap.wayOut('Go to the sign-in page').click();
  await expect(mishap.heading).toHaveText('My calendar');
});

test('unknown and incomplete addresses lead to the sign-in', async ({ page, office }) => {
  const profile = await office.microsoftProfile();
  const invitation = await office.invite(profile, zoe);
  const mishap = new MishapPage(page);
  for (const address of [invitation.slice(0, -4), '/i/nobody-knows-this']) {
    const answer = await page.goto(address);
    expect(answer?.status()).toBe(404);
    await mishap.expect('This invitation does not work', 'Nothing was changed.');
  }
  expect((await page.goto('/no-such-page'))?.status()).toBe(404);
  await mishap.expect('There is no such page', 'Nothing was changed.');
  await mishap.wayOut('Go to the sign-in page').click();
  await expect(page).toHaveURL(/\/profiles$/);
});

test('an activation belongs to the browser that began it', async ({ another, office }) => {
  const profile = await office.microsoftProfile();
  const page = await another();
  await page.goto(await office.invite(profile, zoe));
  await new InvitationPage(page).start();
  const elsewhere = await another();
  await elsewhere.goto(page.url());
  await new MishapPage(elsewhere).expect('The time for this page is over', 'only in the browser that began');
});

test('a colleague without a link and without the administrator’s role is told so', async ({ another, office }) => {
  await office.microsoftProfile();
  const page = await another();
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Sign in with SuperOffice' }).click();
  await new SuperOfficePage(page).signIn(guenther);
  await new MishapPage(page).expect('My calendar', 'Nothing is linked for you yet', company);
  await expectGood(page);
});
