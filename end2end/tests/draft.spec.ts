import { type Page } from '@playwright/test';

import { expect, test } from '../fixtures/test';
import { ProfilesPage, SettingsPage, SystemsPage } from '../pages/profile_pages';

/** Types into a field, leaves it, and waits until the portal has kept it. */
async function type(page: Page, label: string, text: string): Promise<void> {
  const kept = page.waitForResponse((answer) => answer.url().endsWith('/profiles/keep-typed'));
  await page.getByLabel(label).fill(text);
  await page.getByLabel(label).blur();
  expect((await kept).ok()).toBe(true);
}

test('the wizard can be left and gone back in, and nothing typed is lost', async ({ page, office }) => {
  const overview = new ProfilesPage(page);
  const systems = new SystemsPage(page);
  const settings = new SettingsPage(page);
  await systems.visit(await office.draft('caldav'));

  await test.step('left in the second step', async () => {
    await type(page, 'Server address', 'https://dav.nordlicht.example/');
    await type(page, 'People', 'bjorn, Bjørn Kvernmo');
    await overview.visit();
    await page.getByRole('link', { name: /^Continue set-up/ }).click();
    await expect(systems.heading).toHaveText('Configure Systems');
    await expect(page.getByLabel('Server address')).toHaveValue('https://dav.nordlicht.example/');
    await expect(page.getByLabel('People')).toHaveValue(/Bjørn Kvernmo/);
    await systems.live();
    await systems.press('Next: Configure Profile');
    await expect(settings.heading).toHaveText('Configure Profile');
  });

  await test.step('back and forth in the third', async () => {
    await settings.live();
    await type(page, 'Name of the profile', 'Field team');
    await type(page, 'Contact e-mail', 'it@nordlicht');
    await page.getByRole('link', { name: 'Back' }).click();
    await expect(systems.heading).toHaveText('Configure Systems');
    await page.goBack();
    await expect(settings.heading).toHaveText('Configure Profile');
    await expect(page.getByLabel('Name of the profile')).toHaveValue('Field team');
    await expect(page.getByLabel('Contact e-mail')).toHaveValue('it@nordlicht');
  });

  await test.step('left there, and discarded', async () => {
    await overview.visit();
    await page.getByRole('link', { name: /^Continue set-up/ }).click();
    await expect(settings.heading).toHaveText('Configure Profile');
    await expect(page.getByLabel('Name of the profile')).toHaveValue('Field team');
    await overview.visit();
    await page.locator('summary', { hasText: 'Actions for' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(page.getByRole('link', { name: /^Continue set-up/ })).toBeHidden();
    await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
  });
});
