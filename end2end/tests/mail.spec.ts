import { zoe } from '../fixtures/people';
import { expectGood } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { LinkUsersPage } from '../pages/link_users_page';

test('a mail server that refuses our password is shown beside the link, and the mail goes out later', async ({ page, office, inbox }) => {
  const profile = await office.microsoftProfile();
  await inbox.control({ mail: { tls: 'starttls', sign_in_required: true, password_refused: true } });
  const links = new LinkUsersPage(page);
  await links.visit(profile);
  await office.link(profile, zoe);
  await expect(links.row(zoe.name)).toContainText('Mail waits to be sent');
  await expect(links.row(zoe.name)).toContainText('535 5.7.8 user or password is wrong');
  await expectGood(page);
  expect(await inbox.mailsTo(zoe.email)).toEqual([]);

  // Encrypted and signed in, both as before.
  await inbox.control({ mail: { tls: 'starttls', sign_in_required: true } });
  await expect(links.row(zoe.name)).toContainText('Sent', { timeout: 90_000 });
  const mails = await inbox.mailsTo(zoe.email);
  expect(new Set(mails.map(({ message_id }) => message_id)).size).toBe(1);
});
