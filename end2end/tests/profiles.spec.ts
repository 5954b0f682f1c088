import { expectGood } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { zoe } from '../fixtures/people';
import { ProfilesPage } from '../pages/profile_pages';

test('a profile is renamed, disabled, deleted, brought back and erased from the overview', async ({ page, office }) => {
  const profile = await office.microsoftProfile();
  await office.link(profile, zoe);
  const overview = new ProfilesPage(page);
  await overview.visit();
  await expectGood(page);
  const menu = async (name: string, item: string) => {
    await page.locator('summary', { hasText: `Actions for ${name}` }).click();
    await page.getByRole('button', { name: item, exact: true }).click();
  };

  await test.step('a new name, after one that cannot be', async () => {
    await menu('Oslo and Bergen', 'Rename');
    const field = page.getByLabel('New name');
    await expect(field).toBeFocused();
    await expect(field).toHaveValue('Oslo and Bergen');
    await field.fill(' ');
    await field.press('Enter');
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveAccessibleDescription(/Nothing was typed here/);
    await expectGood(page);
    await field.fill('Oslo');
    await field.press('Enter');
    await expect(page.getByText('The profile is called Oslo now.')).toBeVisible();
    await expect(overview.profile('Oslo')).toBeVisible();
  });

  await test.step('disabling says what it means and can be taken back', async () => {
    await menu('Oslo', 'Disable');
    await expect(overview.profile('Oslo')).toContainText('Nothing runs and nobody is mailed');
    await expectGood(page);
    await overview.profile('Oslo').getByRole('button', { name: /^Enable.*Oslo$/ }).click();
    await expect(page.getByText('Oslo is enabled.')).toBeVisible();
    await expect(overview.profile('Oslo')).not.toContainText('Nothing runs');
  });

  await test.step('its own pages say so too, and offer the way back', async () => {
    await office.actOnProfile(profile, 'disable');
    for (const path of ['settings', 'systems', 'link-several', 'link-users']) {
      await page.goto(`/profiles/${profile}/${path}`);
      await overview.live();
      await expect(page.getByText('Nothing runs and nobody is mailed')).toBeVisible();
    }
    await page.getByRole('button', { name: 'Enable', exact: true }).click();
    await expect(page.getByText('Oslo is enabled.')).toBeVisible();
    await expect(page.getByText('Nothing runs and nobody is mailed')).toBeHidden();
    await overview.visit();
  });

  await test.step('a deletion can be taken back at once, and later', async () => {
    await menu('Oslo', 'Delete');
    await expect(overview.profile('Oslo')).toBeHidden();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(overview.profile('Oslo')).toContainText('1 person linked');
    await menu('Oslo', 'Delete');
    await page.getByRole('link', { name: 'Show deleted' }).click();
    await expect(page).toHaveURL(/\?deleted=1$/);
    await expect(overview.profile('Oslo')).toContainText('Deleted by');
    await expectGood(page);
  });

  await test.step('for ever only by its name', async () => {
    await menu('Oslo', 'Delete permanently');
    const field = page.getByLabel('Type Oslo to confirm');
    await field.fill('Bergen');
    await field.press('Enter');
    await expect(field).toHaveAccessibleDescription(/Nothing was deleted/);
    await expectGood(page);
    await field.fill('Oslo');
    await field.press('Enter');
    await expect(page.getByText('Oslo is deleted permanently.')).toBeVisible();
    await expect(overview.profile('Oslo')).toBeHidden();
  });
});
