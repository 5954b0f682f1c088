import { FormBrowser } from '../fixtures/form_browser';
import { Office } from '../fixtures/office';
import { aese, polaris, polarisContext } from '../fixtures/people';
import { expectAccessible, expectFits } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { LinkUsersPage } from '../pages/link_users_page';

// 10,000 people on either side, in a debug build.
test.setTimeout(120_000);

test.beforeEach(async ({ inbox }) => inbox.control({ approve_company: polarisContext }));

test('a list of ten thousand is read with progress and searched while one types', async ({ page, stack, inbox }) => {
  await inbox.control({ slow_pages_ms: { microsoft: 150 } });
  const office = await Office.signUp(stack, page.context().request, { admin: aese, company: polaris });
  const profile = await office.microsoftProfile({ account: aese, wait: false });
  const links = new LinkUsersPage(page);
  await links.visit(profile);

  await test.step('the page can be used meanwhile and says how far the list is', async () => {
    await expect(page.getByText(/Reading: [\d,]+ of 10,000/)).toBeVisible();
    await expectAccessible(page);
    await expect(page.getByText(/Reading:/)).toHaveCount(0, { timeout: 60_000 });
  });

  await test.step('only the people around the visible ones are in the document', async () => {
    await expect(links.crm.options.first()).toHaveAttribute('aria-setsize', /^9,?\d{3}$/);
    expect(await links.crm.options.count()).toBeLessThan(70);
    await links.crm.search.focus();
    await page.keyboard.press('End');
    const last = links.crm.active;
    await expect(last).toBeInViewport();
    expect(await last.getAttribute('aria-posinset')).toBe(await last.getAttribute('aria-setsize'));
    await page.keyboard.press('Home');
    await expect(links.crm.active).toHaveAttribute('aria-posinset', '1');
    await expect(links.crm.active).toBeInViewport();
  });

  await test.step('scrolling shows who is there, and a search leads back to the place', async () => {
    await links.crm.box.evaluate((box) => box.scrollTo({ top: 44 * 5_000 }));
    await expect(links.crm.options.and(page.locator('[aria-posinset="5001"]'))).toBeInViewport();
    await links.crm.search.fill('wiebke bohm');
    await expect(links.crm.options.first()).toContainText('Wiebke Böhm');
    await links.crm.search.fill('');
    await expect(links.crm.options.and(page.locator('[aria-posinset="5001"]'))).toBeInViewport();
  });

  await test.step('a pair is linked by keyboard alone', async () => {
    await links.crm.search.focus();
    await page.keyboard.type('aese.aas@');
    await expect(links.crm.options).toHaveCount(1);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(links.calendar.chosen).toContainText('Åse Aas');
    await page.keyboard.press('Enter');
    await expect(links.calendar.search).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(links.state('Åse Aas')).toContainText('Invited');
    await expect(links.crm.search).toBeFocused();
    await links.crm.search.fill('aese.aas@');
    await expect(page.getByText('Nobody matches “aese.aas@”.')).toBeVisible();
  });

  await test.step('on a phone', async () => {
    await expectFits(page);
    await expectAccessible(page);
  });
});

test('without script the first people can be read', async ({ stack, context }) => {
  const office = await Office.signUp(stack, context.request, { admin: aese, company: polaris });
  const profile = await office.microsoftProfile({ account: aese });
  const reader = new FormBrowser(context.request);
  await reader.open(`${stack.portal}/profiles/${profile}/link-users`);
  expect(reader.text).toContain('of 10,000');
  expect(reader.text).toContain('Anders');
});
