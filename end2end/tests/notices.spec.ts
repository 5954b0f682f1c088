import { guenther, hakon, zoe } from '../fixtures/people';
import { expectGood, expectUsable } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { LinkUsersPage } from '../pages/link_users_page';
import { Notices } from '../pages/notices';
import { ProfilesPage } from '../pages/profile_pages';
import { StatusPage } from '../pages/status_page';

test('unanswered invitations are told, shown, and all sent again once', async ({ office, page, stack, inbox }) => {
  const profile = await office.microsoftProfile();
  for (const person of [zoe, guenther]) await office.invite(profile, person);
  await stack.ageInvitations(8);
  const notices = new Notices(page);
  await new ProfilesPage(page).visit();
  const line = notices.line('2 invitations have been unanswered for 7 days or longer.');
  await expect(line).toBeVisible();

  const status = new StatusPage(page);
  await test.step('the way to the people', async () => {
    await line.getByRole('link', { name: /^Show them/ }).click();
    await status.live();
    await expect(page).toHaveURL(/only=unanswered/);
    await expect(status.row(zoe.name)).toBeVisible();
    await expect(status.row(guenther.name)).toBeVisible();
    await expect(page.getByRole('link', { name: /Unanswered invitations.*Clear filters/ })).toBeVisible();
    await expectGood(page);
  });

  await test.step('asked back first, with the number', async () => {
    await status.press('Resend all 2');
    await expect(notices.dialog).toHaveAccessibleName('Send 2 mails again?');
    await expectGood(page);
    await page.keyboard.press('Escape');
    await expect(notices.dialog).toBeHidden();
    await status.press('Resend all 2');
    await status.press('Send 2 mails');
    await expect(notices.dialog).toBeHidden();
  });

  await test.step('what became of it, and nobody is mailed a third time', async () => {
    const resent = notices.line('2 invitations were sent again.');
    await expect(resent).toBeVisible();
    await expect(line).toBeHidden();
    for (const person of [zoe, guenther]) {
      await expect.poll(async () => (await inbox.mailsTo(person.email)).length).toBe(2);
    }
    await expect(page.getByText('Nobody matches.')).toBeVisible();
    await expectGood(page);
    await resent.getByRole('link', { name: 'Show results' }).click();
    await expect(page.getByRole('region', { name: 'Sending 2 mails again' })).toContainText('2 of 2 done');
  });
});

test('who is gone and who is new leads to the next step, and a notice is dismissed', async ({ office, page, stack }) => {
  const profile = await office.caldavProfile([zoe, guenther]);
  await office.link(profile, zoe);
  await office.listCaldavPeople(profile, [guenther]);
  await stack.hire(hakon);
  const notices = new Notices(page);
  const profiles = new ProfilesPage(page);
  await profiles.visit();
  const gone = notices.line('1 linked person is gone.');
  const arrived = notices.line('1 new CRM user is not linked yet.');
  await expect(gone).toBeVisible();
  await expect(arrived).toBeVisible();
  await expectGood(page);
  await expectUsable(page);

  await test.step('new people wait in their own part of the list', async () => {
    await arrived.getByRole('link', { name: 'Link them' }).click();
    const links = new LinkUsersPage(page);
    await links.live();
    await expect(links.crm.options).toHaveText([new RegExp(hakon.name)]);
    await expect(links.crm.option(hakon.name)).toContainText('New');
    await expect(page.getByRole('button', { name: /^New/ })).toHaveAttribute('aria-pressed', 'true');
    await expectGood(page);
  });

  await test.step('who is gone is marked, and pausing ends the notice', async () => {
    await profiles.visit();
    await gone.getByRole('link', { name: /^Show them/ }).click();
    const status = new StatusPage(page);
    await status.live();
    await expect(status.row(zoe.name)).toContainText('Not in the calendar list');
    await expectGood(page);
    await status.row(zoe.name).locator('summary', { hasText: `Actions for ${zoe.name}` }).click();
    await status.row(zoe.name).getByRole('button', { name: 'Pause' }).click();
    await expect(gone).toBeHidden();
    await expect(arrived).toBeVisible();
  });

  await test.step('dismissed is dismissed', async () => {
    await notices.dismiss('New CRM users');
    await expect(notices.list).toBeHidden();
    await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
    await page.reload();
    await new StatusPage(page).live();
    await expect(notices.list).toBeHidden();
  });
});
