import { readFile } from 'node:fs/promises';

import { guenther, zoe } from '../fixtures/people';
import { expectGood } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { StatusPage } from '../pages/status_page';

test('people of all profiles are searched, filtered and sorted, and the address says how', async ({ office, page }) => {
  const profile = await office.microsoftProfile();
  const field = await office.caldavProfile([guenther]);
  await office.link(profile, zoe);
  await office.link(field, guenther);
  const status = new StatusPage(page);
  await status.visit('?sort=crm');
  await status.expectPeople(guenther.name, zoe.name);
  await expect(status.row(guenther.name)).toContainText('Field team');
  await expect(status.row(guenther.name)).toContainText('CalDAV');
  await expectGood(page);

  await test.step('typing searches, and the address keeps it', async () => {
    await status.search.pressSequentially('mull');
    await status.expectPeople(zoe.name);
    await expect(page).toHaveURL(/q=mull/);
    await expect(status.search).toBeFocused();
    await page.reload();
    await status.live();
    await expect(status.search).toHaveValue('mull');
    await status.expectPeople(zoe.name);
    await status.search.fill('nobody at all');
    await expect(page.getByText('Nobody matches.')).toBeVisible();
    await page.getByRole('link', { name: 'Clear filters' }).click();
    await expect(status.table.getByRole('row')).toHaveCount(3);
  });

  await test.step('heads of columns sort, both ways', async () => {
    await status.column('CRM user').getByRole('link').click();
    await expect(status.column('CRM user')).toHaveAttribute('aria-sort', 'ascending');
    await status.expectPeople(guenther.name, zoe.name);
    await status.column('CRM user').getByRole('link').click();
    await expect(status.column('CRM user')).toHaveAttribute('aria-sort', 'descending');
    await status.expectPeople(zoe.name, guenther.name);
    await expect(page).toHaveURL(/dir=desc/);
  });

  await test.step('numbers by state and the profile filter', async () => {
    await status.state('Active').click();
    await expect(page.getByText('Nobody matches.')).toBeVisible();
    await status.state('Invited').click();
    await expect(status.state('Invited')).toHaveAttribute('aria-current', 'true');
    await page.getByRole('combobox', { name: 'Profile' }).selectOption('Field team');
    await status.expectPeople(guenther.name);
    await expect(page).toHaveURL(/profile=/);
  });
});

test('a change arrives by itself, and actions work in the table', async ({ office, page }) => {
  const profile = await office.microsoftProfile();
  const status = new StatusPage(page);
  await status.visit();
  await expect(page.getByText('Nobody is linked yet.')).toBeVisible();
  await expectGood(page);
  const link = await office.link(profile, zoe);
  await status.expectPeople(zoe.name);
  await expect(status.row(zoe.name)).toContainText('Invited');
  await status.row(zoe.name).locator('summary', { hasText: `Actions for ${zoe.name}` }).click();
  await status.row(zoe.name).getByRole('button', { name: 'Pause' }).click();
  await expect(status.row(zoe.name).locator('[data-cell="state"]')).toContainText('Paused');
  await office.delete(link);
  await expect(page.getByText('All links are deleted.')).toBeVisible();
  await page.getByRole('link', { name: 'Show deleted' }).click();
  await status.expectPeople(zoe.name);
});

test('columns are chosen and kept, and the present filter is exported', async ({ office, page }) => {
  const profile = await office.microsoftProfile();
  await office.link(profile, zoe);
  const status = new StatusPage(page);
  await status.visit();
  await expect(status.column('Since')).toBeVisible();
  await expect(status.column('Calendar connection')).toBeHidden();
  await status.turn('Since');
  await status.turn('Calendar connection');
  await expect(status.column('Since')).toBeHidden();
  await expect(status.column('Calendar connection')).toBeVisible();
  await page.reload();
  await expect(status.column('Since')).toBeHidden();
  await expect(status.column('Calendar connection')).toBeVisible();
  await status.live();
  await page.locator('summary', { hasText: 'Columns' }).click();
  await status.press('Reset columns');
  await expect(status.column('Since')).toBeVisible();

  for (const [state, lines] of [['Invited', 2], ['Active', 1]] as const) {
    await status.state(state).click();
    await expect(status.state(state)).toHaveAttribute('aria-current', 'true');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Export CSV' }).click();
    const file = await readFile(await (await download).path(), 'utf8');
    expect(file.trim().split('\r\n')).toHaveLength(lines);
    expect(file.includes(zoe.email)).toBe(state === 'Invited');
  }
});
