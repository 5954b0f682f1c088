import type { Page } from '@playwright/test';

import { Office } from '../fixtures/office';
import { aese, polaris, polarisContext } from '../fixtures/people';
import { expect, test } from '../fixtures/test';
import { LinkUsersPage } from '../pages/link_users_page';
import { report } from './report';

declare global {
  interface Window {
    painted: number[];
  }
}

/** Milliseconds between keys: a key that is held down repeats about thirty times a second. */
const KEY_REPEAT = 33;

/** From each key's event to the first task after the frame that shows it. */
async function watchKeys(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.painted = [];
    document.addEventListener('keydown', (event) => {
      requestAnimationFrame(() => {
        const after = new MessageChannel();
        after.port1.onmessage = () => window.painted.push(performance.now() - event.timeStamp);
        after.port2.postMessage(0);
      });
    }, true);
  });
}

test('keystrokes in a list of ten thousand', async ({ page, stack, inbox, context }) => {
  await inbox.control({ approve_company: polarisContext });
  const office = await Office.signUp(stack, context.request, { admin: aese, company: polaris });
  const profile = await office.microsoftProfile({ account: aese });
  const links = new LinkUsersPage(page);
  await links.visit(profile);
  await expect(links.crm.options.first()).toHaveAttribute('aria-setsize', /^\d{4,}$/);
  await expect(links.calendar.options.first()).toHaveAttribute('aria-setsize', /^\d{4,}$/);
  await watchKeys(page);
  const press = async (key: string) => {
    const next = new Promise((due) => setTimeout(due, KEY_REPEAT));
    await page.keyboard.press(key);
    await next;
  };
  for (const list of [links.crm, links.calendar]) {
    await list.search.focus();
    for (const word of ['anders hansen', 'meyer lubcke', 'polaris', 'sorensen 2']) {
      for (const letter of word) await press(letter === ' ' ? 'Space' : letter);
      for (const _ of word) await press('Backspace');
    }
    for (let n = 0; n < 20; n += 1) await press('ArrowDown');
    for (let n = 0; n < 20; n += 1) await press('PageDown');
  }
  await expect.poll(() => page.evaluate(() => window.painted.length)).toBeGreaterThan(200);
  const times = (await page.evaluate(() => window.painted)).sort((a, b) => a - b);
  const at = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? NaN;
  const keys = (what: string, part: number, limit?: number) =>
    report({ what: `keystroke painted, ${what}`, measured: at(part), unit: 'ms', limit });
  keys(`10,000 + 10,000, p50 of ${times.length}`, 0.5);
  keys('p95', 0.95, 50);
  keys('slowest', 1);
});
