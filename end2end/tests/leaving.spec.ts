import type { Page } from '@playwright/test';

import { zoe } from '../fixtures/people';
import { expect, test } from '../fixtures/test';
import { StatusPage } from '../pages/status_page';

/** The portal's navigation. */
const main = (page: Page) => page.getByRole('navigation', { name: 'Main' });

test('a page may be left while it waits for an answer, and the next one works', async ({ office: _, page }) => {
  const status = new StatusPage(page);
  await status.open('/account');
  await status.live();
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/api/account/test-crm', async (route) => {
    await released;
    await route.continue();
  });
  const answered = page.waitForResponse('**/api/account/test-crm');
  await status.press('Test connection');
  await main(page).getByRole('link', { name: 'Profiles' }).click();
  await expect(status.heading).toHaveText('Profiles');
  release();
  await answered;
  await main(page).getByRole('link', { name: 'Status' }).click();
  await expect(status.heading).toHaveText('Status');
  await status.live();
});

test('what was done is taken back from another page', async ({ office, page }) => {
  await office.link(await office.microsoftProfile(), zoe);
  const status = new StatusPage(page);
  await status.open('/profiles');
  await status.live();
  await main(page).getByRole('link', { name: 'Status' }).click();
  await status.expectPeople(zoe.name);
  await status.row(zoe.name).locator('summary', { hasText: `Actions for ${zoe.name}` }).click();
  await status.row(zoe.name).getByRole('button', { name: 'Delete' }).click();
  const undo = page.getByRole('button', { name: 'Undo' });
  // It stays as long as somebody points at it.
  await undo.hover();
  await page.goBack();
  await expect(status.heading).toHaveText('Profiles');
  const answered = page.waitForResponse('**/api/linking/act');
  await undo.click();
  await (await answered).finished();
  await expect(undo).toBeHidden();
  await main(page).getByRole('link', { name: 'Status' }).click();
  await status.expectPeople(zoe.name);
  await expect(status.row(zoe.name)).toContainText('Invited');
});
