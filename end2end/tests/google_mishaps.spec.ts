import type { Page } from '@playwright/test';

import { contact, noel, zoe } from '../fixtures/people';
import { expectGood } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { LinkUsersPage } from '../pages/link_users_page';
import { ActivationPage, InvitationPage, MishapPage } from '../pages/public_pages';
import { GooglePage, SuperOfficePage } from '../pages/stand_ins';

const boxes = ['View and edit events on all your calendars', /See the list of Google calendars/];

/** From the address in the mail to Google's account chooser. */
async function toGoogle(page: Page, invitation: string): Promise<void> {
  await page.goto(invitation);
  await new InvitationPage(page).start();
  await new ActivationPage(page).toSuperOffice();
  await new SuperOfficePage(page).signIn(zoe);
  await new ActivationPage(page).toGoogle();
}

/** From the second step to the confirmation, as the right person. */
async function finish(page: Page): Promise<void> {
  const google = new GooglePage(page);
  await new ActivationPage(page).toGoogle();
  await google.pick(zoe.email);
  await google.tick(...boxes);
  await new ActivationPage(page).expectDone();
}

test('whoever cancels at Google, or takes another account, may sign in again', async ({ another, office }) => {
  const profile = await office.googleProfile();
  const page = await another();
  const google = new GooglePage(page);
  const mishap = new MishapPage(page);
  await toGoogle(page, await office.invite(profile, zoe));
  await google.pick(zoe.email);
  await google.cancel();
  await mishap.expect('You cancelled at Google', 'What you finished before is kept.');
  await expectGood(page);
  await office.expectState(profile, zoe, 'partly');

  await mishap.wayOut('Sign in again').click();
  await new ActivationPage(page).toGoogle();
  await google.pick(noel.email);
  await google.tick(...boxes);
  await mishap.expect('You signed in with another Google account', 'Nothing was stored.', zoe.email, noel.email);
  await expectGood(page);
  await office.expectState(profile, zoe, 'partly');

  await mishap.wayOut('Sign in with another account').click();
  await finish(page);
  await office.expectState(profile, zoe, 'active');
});

test('a private Google account of the same person is not the linked one', async ({ another, office }) => {
  const profile = await office.googleProfile();
  const page = await another();
  await toGoogle(page, await office.invite(profile, zoe));
  await new GooglePage(page).pick('zoe.mueller.privat@mail.example');
  await new GooglePage(page).tick(...boxes);
  await new MishapPage(page).expect(
    'You signed in with another Google account', 'zoe.mueller.privat@mail.example', zoe.email,
  );
  await expectGood(page);
});

test('where Google’s administrator restricts the application, the company is told, and the mail works afterwards', async ({ page, another, office, inbox }) => {
  const profile = await office.googleProfile();
  const links = new LinkUsersPage(page);
  await links.visit(profile);
  await inbox.control({ google: { consent: 'admin_policy', delegation: true } });
  const invitation = await office.invite(profile, zoe);
  const person = await another();
  await toGoogle(person, invitation);
  await new GooglePage(person).pick(zoe.email);
  await new MishapPage(person).expect('Google wants an administrator', 'What you finished is kept.', contact);
  await expectGood(person);

  await expect(links.state(zoe.name)).toContainText('Needs attention');
  await links.state(zoe.name).getByText('Needs attention').click();
  await expect(page.getByRole('group', { name: 'An administrator of the calendar system must approve' })).toBeVisible();
  await expectGood(page);

  await inbox.control({ google: { consent: 'allow', delegation: true } });
  await person.goto(invitation);
  await new InvitationPage(person).start();
  await finish(person);
  await expect(links.state(zoe.name)).toContainText('Active');
});
