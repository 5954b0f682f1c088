import { zoe } from '../fixtures/people';
import { expect, test } from '../fixtures/test';
import { LinkUsersPage } from '../pages/link_users_page';

test('after a power cut between the link and its mail, the mail arrives once', async ({ page, office, inbox, stack, watch }) => {
  const profile = await office.microsoftProfile();
  // A job whose worker died is taken over when its lease is over: a minute, here seconds.
  await stack.stopPortal();
  const quick = { SYNCHRONIZER_JOBS__LEASE_SECONDS: '2' };
  await stack.startPortal(quick);
  const links = new LinkUsersPage(page);
  await links.visit(profile);
  await inbox.control({ smtp_stall: true });
  await links.crm.search.fill('zoe');
  await links.crm.option(zoe.name).click();
  await links.link.click();
  await expect(links.row(zoe.name)).toContainText('Mail waits to be sent');

  // Whatever was on its way when the power went: parts fetched ahead, data, the live stream.
  watch.tolerate(/Failed to fetch[^]*\/parts\.js/);
  watch.tolerate(/net::ERR_(INCOMPLETE_CHUNKED_ENCODING|CONNECTION_(REFUSED|RESET)|EMPTY_RESPONSE)/);
  await stack.stopPortal('SIGKILL');
  expect(await inbox.mails()).toHaveLength(0);
  await expect(page.getByText('Reconnecting…')).toBeVisible();
  await inbox.control({ smtp_stall: false });
  await stack.startPortal(quick);

  const mail = await inbox.mailTo(zoe.email);
  // The page was never reloaded; it found the portal again.
  await expect(links.row(zoe.name)).toContainText('Sent');
  await links.live();
  // Another mail that is sent later has passed the place where a second copy would stand.
  await links.act(zoe.name, 'Resend mail');
  await expect(async () => expect(await inbox.mails()).toHaveLength(2)).toPass();
  const ids = (await inbox.mailsTo(zoe.email)).map((one) => one.message_id);
  expect(ids.filter((id) => id === mail.message_id)).toHaveLength(1);
  expect(new Set(ids).size).toBe(2);
});
