import type { Page } from '@playwright/test';

import { type Person, guenther, zoe } from '../fixtures/people';
import { expectGood } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { ActivationPage, InvitationPage } from '../pages/public_pages';
import { InboxPage, MicrosoftPage, SuperOfficePage } from '../pages/stand_ins';

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
