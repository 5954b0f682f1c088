import { join } from 'node:path';

import { renee, zoe, oscar } from '../fixtures/people';
import { expect, test } from '../fixtures/test';
import { LinkUsersPage } from '../pages/link_users_page';
import { InvitationPage } from '../pages/public_pages';
import { linkIn } from '../fixtures/inbox';
import { livingProfile } from './story';

const folder = process.env.SYNCHRONIZER_SCREENSHOTS ?? '../docs/screenshots';

test('Link Users', async ({ page, office, playwright }) => {
  const profile = await livingProfile(office, playwright.request);
  const links = new LinkUsersPage(page);
  await links.visit(profile);
  await expect(links.row(renee.name)).toContainText('Partly');
  await links.crm.option(oscar.name).click();
  await expect(links.calendar.chosen).toBeVisible();
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(folder, 'link-users.png'), fullPage: true, animations: 'disabled' });
});

test('the invitation on a phone', async ({ another, office, inbox }) => {
  const profile = await office.microsoftProfile();
  await office.link(profile, zoe);
  const page = await another();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(linkIn(await inbox.mailTo(zoe.email), office.stack.portal));
  await new InvitationPage(page).arrived();
  await page.screenshot({ path: join(folder, 'invitation.png'), fullPage: true, animations: 'disabled' });
});
