import type { Page } from '@playwright/test';

import { type Person, exchangePassword, guenther, noel, zoe } from '../fixtures/people';
import { expectGood } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { OwnPage } from '../pages/own_page';
import { ActivationPage, InvitationPage, MishapPage } from '../pages/public_pages';
import { GooglePage, InboxPage, MicrosoftPage, SuperOfficePage } from '../pages/stand_ins';

test('from the mail to Microsoft and back without script @noscript', async ({ another, office }) => {
  const profile = await office.microsoftProfile();
  await office.link(profile, zoe);
  await office.stack.inbox.mailTo(zoe.email);

  const page = await another();
  await openInvitation(page, office.stack.inbox.url, zoe);
  const activation = new ActivationPage(page);
  await expectGood(page);
  await activation.toSuperOffice();
  await new SuperOfficePage(page).signIn(zoe);
  await expectGood(page);
  await activation.toMicrosoft();
  const microsoft = new MicrosoftPage(page);
  await microsoft.pick(zoe);
  await microsoft.accept();
  await activation.expectDone();
  await expectGood(page);
  await office.expectState(profile, zoe, 'active');
});

test('from the mail to a calendar server without script @noscript', async ({ another, office }) => {
  const profile = await office.caldavProfile([guenther]);
  await office.link(profile, guenther);
  await office.stack.inbox.mailTo(guenther.email);

  const page = await another();
  await openInvitation(page, office.stack.inbox.url, guenther);
  const activation = new ActivationPage(page);
  await activation.toSuperOffice();
  await new SuperOfficePage(page).signIn(guenther);
  await activation.expectStep(2, 'Your calendar account');
  await activation.tryPassword('not this one');
  await expect(activation.alert).toContainText('The server did not accept this password.');
  await expect(activation.field('User name')).toHaveValue('guenther');
  await expectGood(page);
  await activation.tryPassword('demo');
  await activation.expectDone();
  await expectGood(page);
  await office.expectState(profile, guenther, 'active');
});

test('from the mail to Google and back, over an empty box, to another calendar without script @noscript', async ({ another, office }) => {
  const boxes = ['View and edit events on all your calendars', /See the list of Google calendars/];
  const profile = await office.googleProfile();
  await office.link(profile, noel);
  await office.stack.inbox.mailTo(noel.email);

  const page = await another();
  await openInvitation(page, office.stack.inbox.url, noel);
  const [activation, google, mishap, own] = [new ActivationPage(page), new GooglePage(page), new MishapPage(page), new OwnPage(page)];
  await activation.toSuperOffice();
  await new SuperOfficePage(page).signIn(noel);
  await activation.toGoogle();
  await google.pick(noel.email);
  await google.tick(...boxes.slice(1));
  await mishap.expect('A permission is missing', 'Tick these boxes at Google', 'Nothing was stored.');
  await expectGood(page);
  await mishap.wayOut('Sign in again').click();
  await activation.toGoogle();
  await google.pick(noel.email);
  await google.tick(...boxes);
  await activation.expectDone();
  await office.expectState(profile, noel, 'active');

  await page.getByRole('link', { name: 'Open my page' }).click();
  await page.getByRole('link', { name: 'Choose another calendar' }).click();
  await page.getByRole('radio', { checked: false }).first().check();
  await expectGood(page);
  await own.press('Use this calendar');
  await expect(own.said).toContainText('Your choice is saved.');
});

test('from the mail to an Exchange server without script @noscript', async ({ another, office }) => {
  const profile = await office.exchangeProfile();
  await office.link(profile, zoe);
  await office.stack.inbox.mailTo(zoe.email);

  const page = await another();
  await openInvitation(page, office.stack.inbox.url, zoe);
  const [activation, mishap] = [new ActivationPage(page), new MishapPage(page)];
  await activation.toSuperOffice();
  await new SuperOfficePage(page).signIn(zoe);
  await activation.expectStep(2, 'Your Exchange account');
  await activation.field('User name').fill('NORDLICHT\\zoe.mueller');
  const answer = page.waitForResponse((response) => response.request().method() === 'POST');
  await activation.tryPassword('not this one');
  expect((await answer).status()).toBe(422);
  await expect(activation.alert).toContainText('The server did not accept this user name and password.');
  await expect(activation.field('User name')).toHaveValue('NORDLICHT\\zoe.mueller');
  await expect(activation.field('Password')).toHaveValue('');
  await expectGood(page);
  await activation.field('User name').fill(noel.email);
  await activation.tryPassword(exchangePassword);
  await mishap.expect('You signed in with another Exchange account', 'Nothing was stored.', zoe.email, noel.email);
  await mishap.wayOut('Sign in with another account').click();
  await activation.field('User name').fill(zoe.email);
  await activation.tryPassword(exchangePassword);
  await activation.expectDone();
  await office.expectState(profile, zoe, 'active');
});

/** From the inbox to the activation. */
async function openInvitation(page: Page, inbox: string, person: Person): Promise<void> {
  const mail = new InboxPage(page, inbox);
  await mail.openMailTo(person);
  await mail.followButton('Let’s get started');
  const invitation = new InvitationPage(page);
  await invitation.arrived();
  await expectGood(page);
  await invitation.start();
}
