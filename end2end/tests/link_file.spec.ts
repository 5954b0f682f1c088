import { FormBrowser } from '../fixtures/form_browser';
import { Office } from '../fixtures/office';
import { aese, guenther, hakon, noel, polaris, polarisContext, renee, zoe } from '../fixtures/people';
import { expectAccessible, expectGood } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { LinkFilePage } from '../pages/link_file_page';
import { LinkUsersPage } from '../pages/link_users_page';

test('a file with wrong lines is corrected, linked, and comes out again as files', async ({ page, office }) => {
  const profile = await office.microsoftProfile();
  await office.link(profile, zoe);
  const list = new LinkFilePage(page);
  await list.open(`/profiles/${profile}/link-several`);
  await page.getByRole('link', { name: 'Link from a list' }).click();
  await expect(list.heading).toHaveText('Link from a list');

  await test.step('a workbook is refused with what to do', async () => {
    await list.file.setInputFiles({ name: 'pairs.xlsx', mimeType: '', buffer: Buffer.from('PK\x03\x04') });
    await list.press('Check the list');
    await expect(list.alert).toContainText('save the sheet as “CSV UTF-8”');
    await list.expectFieldError('CSV file', /This is a workbook/);
  });

  await test.step('each wrong line is named with its number, its text and its reason', async () => {
    await list.bring('pairs.csv', [
      'Kalender;CRM',
      `${renee.name};${renee.email}`,
      `${hakon.oid};${hakon.associate}`,
      `${zoe.name};${zoe.name}`,
      `${noel.email};nobody@nordlicht.example`,
      `${hakon.email};${renee.associate}`,
      '',
      `"${noel.name};${noel.email}`,
    ].join('\r\n'));
    await expect(list.verdict).toHaveText('2 lines can be linked, 3 cannot');
    await expect(page.getByText('Taken for the names of the columns: Kalender;CRM')).toBeVisible();
    await expect(page.getByText('1 pair is linked already')).toBeVisible();
    await expect(list.line(5)).toContainText('No CRM user is known by “nobody@nordlicht.example”.');
    await expect(list.line(6)).toContainText('stands in line 2 already, with another calendar user.');
    await expect(list.line(8)).toContainText('never closed');
    await expectGood(page);
  });

  await test.step('lines are corrected where they stand', async () => {
    const lines = await list.text.inputValue();
    await list.text.fill(lines.replace('nobody@', 'noel.damico@').replace(/^".*$/m, ''));
    await list.press('Check again');
    await expect(list.verdict).toHaveText('3 lines can be linked, 1 cannot');
    await list.live();
  });

  await test.step('a tick that was taken away counts', async () => {
    await list.right.getByRole('checkbox', { name: `Link ${hakon.name}` }).uncheck();
    await list.press('Link 2 pairs');
    await expect(list.batch).toContainText('2 of 2 done');
    await expect(list.verdict).toHaveText('1 line can be linked, 1 cannot');
    await expect(page.getByText('3 pairs are linked already')).toBeVisible();
  });

  await test.step('the results are a file', async () => {
    const { name, lines } = await list.download('Download all results (CSV)');
    expect(name).toBe('results.csv');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain('"Done, mail goes out"');
  });

  await test.step('so are the linked users, as they are shown', async () => {
    const links = new LinkUsersPage(page);
    await links.visit(profile);
    await page.getByRole('searchbox', { name: 'Search linked users' }).fill('Müller');
    await expect(links.row(noel.name)).toHaveCount(0);
    const { name, lines } = await list.download('Export');
    expect(name).toBe('linked-users.csv');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(new RegExp(`^${zoe.name},${zoe.email},${zoe.associate},`));
  });
});

test('who was left out is chosen already when the page for one pair opens', async ({ page, office }) => {
  const profile = await office.microsoftProfile();
  const links = new LinkUsersPage(page);
  await links.open(`/profiles/${profile}/link-several`);
  await links.live();
  const left = page.getByRole('table', { name: /Not offered/ });
  await left.getByRole('link', { name: /Choose by hand.*Mette/ }).click();
  await expect(links.crm.chosen).toContainText('Mette');
  await expect(links.calendar.search).toBeFocused();
});

test('@phone a list is brought by keyboard, and in the dark', async ({ page, office }) => {
  const profile = await office.caldavProfile([zoe, guenther]);
  const list = new LinkFilePage(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await list.visit(profile);
  await list.text.focus();
  await page.keyboard.type(`${zoe.associate}, zoe\n${guenther.associate}, nobody`);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(list.verdict).toHaveText('1 line can be linked, 1 cannot');
  await list.live();
  await expectGood(page);
  await list.right.getByRole('checkbox', { name: `Link ${zoe.name}` }).focus();
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: 'Link 0 pairs' })).toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Link 1 pair' }).focus();
  await page.keyboard.press('Enter');
  await expect(list.batch).toContainText('1 of 1 done');
});

test('without script a list is brought and linked', async ({ stack, context, office }) => {
  const profile = await office.caldavProfile([zoe, guenther]);
  const list = await office.bring(profile, `${zoe.email};zoe`);
  const reader = new FormBrowser(context.request);
  await reader.open(`${stack.portal}/profiles/${profile}/link-file?list=${list}`);
  expect(reader.text).toContain('1 line can be linked');
  await reader.press('Link 1 pair');
  await office.expectState(profile, zoe, 'invited');
});

test('a thousand pairs of a company of ten thousand are linked, and again without harm', async ({ page, stack, inbox }) => {
  await inbox.control({ approve_company: polarisContext });
  const office = await Office.signUp(stack, page.context().request, { admin: aese, company: polaris });
  const profile = await office.microsoftProfile({ account: aese });
  const pairs = (await office.template(profile)).filter((line) => line.split(',')[1]?.includes('@'));
  expect(pairs.length).toBeGreaterThan(1_000);
  const lines = [...pairs.slice(0, 1_000), 'nobody@polaris.example,nobody@polaris.example'];
  const list = new LinkFilePage(page);
  await list.visit(profile);
  await list.bring('thousand.csv', lines.join('\r\n'));
  await expect(list.verdict).toHaveText('1,000 lines can be linked, 1 cannot');
  await expect(list.line(1_001)).toContainText('No CRM user is known by “nobody@polaris.example”.');
  await expectAccessible(page);

  await list.press('Link 1,000 pairs');
  await expect(list.batch.getByRole('progressbar')).toHaveAttribute('max', '1000');
  await expect(list.batch).toContainText('1,000 of 1,000 done', { timeout: 60_000 });
  await expect(list.verdict).toHaveText('0 lines can be linked, 1 cannot');
  await expect(page.getByText('1,000 pairs are linked already')).toBeVisible();
  const { lines: results } = await list.download('Download all results (CSV)');
  expect(results).toHaveLength(1_001);

  await test.step('the same file links nobody twice', async () => {
    await list.bring('thousand.csv', lines.join('\r\n'));
    await expect(list.verdict).toHaveText('0 lines can be linked, 1 cannot');
  });

  await test.step('Link several goes on with the others', async () => {
    await list.open(`/profiles/${profile}/link-several`);
    await list.live();
    await list.press('Choose none');
    await page.getByRole('searchbox', { name: 'Search name or e-mail' }).fill('wiebke');
    await list.press('Choose all');
    const button = page.getByRole('button', { name: /^Link \d+ p(erson|eople)$/ });
    const count = Number((await button.innerText()).match(/\d+/)?.[0]);
    await button.click();
    await expect(list.batch).toContainText(`${count} of ${count} done`, { timeout: 60_000 });
  });

  await test.step('all of them are chosen on whatever page, and paused part by part', async () => {
    const links = new LinkUsersPage(page);
    await links.visit(profile);
    await page.getByRole('checkbox', { name: 'Select everybody on this page' }).check();
    const all = page.getByRole('button', { name: /^Select all [\d,]+ that this filter shows$/ });
    const count = (await all.innerText()).match(/[\d,]+/)?.[0] ?? '';
    await all.click();
    const bar = page.getByRole('region', { name: 'Actions for the selection' });
    await expect(bar.getByRole('status')).toContainText(`${count} selected`);
    await expect(all).toBeHidden();
    await bar.getByRole('button', { name: 'Pause' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('heading')).toHaveText(`Pause ${count} links?`);
    const pause = dialog.getByRole('button', { name: `Pause ${count} links`, exact: true });
    await expect(pause).not.toHaveAttribute('aria-disabled', 'true');
    await pause.click();
    await expect(page.getByText(`${count} links are paused.`)).toBeVisible({ timeout: 60_000 });
    await expect(dialog).toBeHidden();
  });
});
