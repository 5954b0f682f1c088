import { expectGood } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { LinkUsersPage } from '../pages/link_users_page';
import { ProfilesPage, SettingsPage } from '../pages/profile_pages';

const settingsPart = '**/split_settings.wasm';

test('pages are fetched ahead when the browser is idle, and kept', async ({ page, office }) => {
  const profile = await office.microsoftProfile();
  const fetched = page.waitForResponse('**/split_link_users.wasm');
  const overview = new ProfilesPage(page);
  await overview.visit();
  const answer = await fetched;
  expect(answer.headers()['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(answer.headers()['content-encoding']).toBe('br');

  // A new document would not have the mark.
  await page.evaluate(() => document.body.setAttribute('data-first', ''));
  const links = new LinkUsersPage(page);
  await overview.profile('Oslo and Bergen').getByRole('link', { name: 'Link Users' }).first().click();
  await expect(links.crm.search).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`/profiles/${profile}/link-users$`));
  await expect(page.locator('body[data-first]')).toBeVisible();
});

test('a page opened by its address brings what it needs in the first answer', async ({ page, office }) => {
  const profile = await office.microsoftProfile();
  const answer = await page.goto(`/profiles/${profile}/settings`);
  const html = await answer?.text();
  expect(html).toMatch(/<link rel="preload" href="\/pkg\/[0-9a-f]{16}\/split_settings\.wasm"/);
  expect(html).not.toContain('split_link_users');
  expect(html).toContain('Name of the profile');
  await new SettingsPage(page).live();
});

test('a page whose part cannot be fetched stays readable and says so', async ({ page, office, watch }) => {
  const profile = await office.microsoftProfile();
  watch.tolerate(/split_settings|Failed to fetch|ERR_FAILED/);
  await page.route(settingsPart, (route) => route.abort());
  await page.goto(`/profiles/${profile}/settings`);
  const settings = new SettingsPage(page);
  await expect(settings.alert).toHaveText(/Parts of this page did not load/);
  await expect(settings.field('Name of the profile')).toHaveValue('Oslo and Bergen');
  await expect(page).toHaveTitle('Manage Profile · Synchronizer');
  await expectGood(page);

  // Its form works as a plain one.
  await settings.type({ name: 'Oslo', contact: '' });
  await settings.press('Save');
  await expect(settings.field('Name of the profile')).toHaveValue('Oslo');

  await page.unroute(settingsPart);
  await settings.alert.getByRole('link', { name: 'Reload' }).click();
  await settings.live();
  await expect(settings.alert).toBeHidden();
});

test('links work while the code of a page is still on its way', async ({ page, office, watch }) => {
  const profile = await office.microsoftProfile();
  watch.tolerate(/split_settings|Failed to fetch|ERR_FAILED|preload/);
  let release = () => {};
  const held = new Promise<void>((resolve) => { release = resolve; });
  await page.route(settingsPart, async (route) => {
    await held;
    await route.abort();
  });
  const asked = page.waitForRequest('**/parts.js');
  await page.goto(`/profiles/${profile}/settings`, { waitUntil: 'commit' });
  await asked;
  await page.getByRole('navigation', { name: 'Profile' }).getByRole('link', { name: 'Link Users' }).click();
  await new LinkUsersPage(page).live();
  release();
});

test('a page that cannot be fetched on the way to it offers to load it again', async ({ page, office, watch }) => {
  const profile = await office.microsoftProfile();
  watch.tolerate(/split_settings|Failed to fetch|ERR_FAILED/);
  await page.route(settingsPart, (route) => route.abort());
  const links = new LinkUsersPage(page);
  await links.visit(profile);
  await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This page did not load');
  await expect(page).toHaveURL(new RegExp(`/profiles/${profile}/settings$`));
  await expectGood(page);

  await page.unroute(settingsPart);
  await page.getByRole('link', { name: 'Reload' }).click();
  const settings = new SettingsPage(page);
  await settings.live();
  await expect(settings.field('Name of the profile')).toHaveValue('Oslo and Bergen');
});

test('a part whose fetch ahead failed is fetched again when its page is opened', async ({ page, office, watch }) => {
  const profile = await office.microsoftProfile();
  watch.tolerate(/split_settings|Failed to fetch|ERR_FAILED|preload/);
  await page.route(settingsPart, (route) => route.abort(), { times: 1 });
  const failed = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/split_settings.wasm'));
  await new LinkUsersPage(page).visit(profile);
  await failed;
  // A new document would not have the mark.
  await page.evaluate(() => document.body.setAttribute('data-first', ''));
  const fetched = page.waitForResponse(settingsPart);
  await page.getByRole('navigation', { name: 'Profile' }).getByRole('link', { name: 'Settings' }).click();
  expect((await fetched).status()).toBe(200);
  const settings = new SettingsPage(page);
  await expect(settings.field('Name of the profile')).toHaveValue('Oslo and Bergen');
  await expect(page.locator('body[data-first]')).toBeVisible();
});

test('a page that did not load once is there the next time, without a reload', async ({ page, office, watch }) => {
  const profile = await office.microsoftProfile();
  watch.tolerate(/split_settings|Failed to fetch|ERR_FAILED|preload/);
  await page.route(settingsPart, (route) => route.abort());
  const links = new LinkUsersPage(page);
  await links.visit(profile);
  await page.evaluate(() => document.body.setAttribute('data-first', ''));
  const tabs = page.getByRole('navigation', { name: 'Profile' });
  await tabs.getByRole('link', { name: 'Settings' }).click();
  await expect(links.heading).toHaveText('This page did not load');
  await page.unroute(settingsPart);
  await page.goBack();
  await expect(links.crm.search).toBeVisible();
  await tabs.getByRole('link', { name: 'Settings' }).click();
  await expect(new SettingsPage(page).field('Name of the profile')).toHaveValue('Oslo and Bergen');
  await expect(page.locator('body[data-first]')).toBeVisible();
});
