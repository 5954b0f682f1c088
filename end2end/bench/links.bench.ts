import { readFileSync } from 'node:fs';

import { type APIRequestContext, expect } from '@playwright/test';

import { Office } from '../fixtures/office';
import { aese, polaris, polarisContext } from '../fixtures/people';
import { test } from '../fixtures/test';
import { LinkFilePage } from '../pages/link_file_page';
import { report } from './report';

const ROUNDS = 15;

/** The middle of some answers' times after one that does not count. */
async function median(requests: APIRequestContext, address: string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const started = performance.now();
    const answer = await requests.get(address);
    expect(answer.ok()).toBe(true);
    if (round > 0) times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
}

/** The resident set in megabytes; the kernel's kB are 1,024 bytes. */
function resident(process: number): number {
  const kib = readFileSync(`/proc/${process}/status`, 'utf8').match(/VmRSS:\s+(\d+) kB/)?.[1];
  return (Number(kib) * 1024) / 1_000_000;
}

test('ten thousand links', async ({ page, stack, inbox, context }) => {
  await inbox.control({ approve_company: polarisContext });
  const office = await Office.signUp(stack, context.request, { admin: aese, company: polaris });
  const profile = await office.microsoftProfile({ account: aese });
  const pairs = (await office.template(profile)).filter((line) => line.split(',')[1]?.includes('@'));
  const list = new LinkFilePage(page);
  await list.visit(profile);
  await list.bring('everybody.csv', pairs.join('\r\n'));
  const started = performance.now();
  await list.press(/^Link [\d,]+ pairs$/);
  const all = new Intl.NumberFormat('en').format(pairs.length);
  await expect(list.batch).toContainText(`${all} of ${all} done`, { timeout: 120_000 });
  report({ what: `link ${all} pairs in the page, its progress shown`, measured: (performance.now() - started) / 1_000, unit: 's' });
  await page.close();

  // The worker's mails are no part of what follows.
  const [, last] = pairs.at(-1)!.split(',');
  await expect.poll(async () => (await inbox.mailsTo(last)).length, { timeout: 120_000 }).toBe(1);
  const before = resident(stack.portalId);
  await stack.stopPortal();
  await stack.startPortal();
  const status = `${stack.portal}/status`;
  for (const [what, query] of [
    ['as it opens', ''],
    ['a name searched', '?q=hansen'],
    ['sorted by CRM user', '?sort=crm'],
    ['last page', '?page=1000000'],
  ] as const) {
    report({ what: `Status, ${what}`, measured: await median(context.request, status + query), unit: 'ms' });
  }
  report({ what: 'Link Users', measured: await median(context.request, `${stack.portal}/profiles/${profile}/link-users`), unit: 'ms' });
  report({ what: 'profile overview', measured: await median(context.request, `${stack.portal}/profiles`), unit: 'ms' });
  report({ what: 'resident after these pages', measured: resident(stack.portalId), unit: 'MB' });
  report({ what: 'resident after linking and mailing', measured: before, unit: 'MB' });
  await stack.stopPortal();
  await stack.startPortal();
  // Until start-up's own memory is given back and the first background turns have run.
  await new Promise((settled) => setTimeout(settled, 10_000));
  report({ what: `resident, idle with ${all} links`, measured: resident(stack.portalId), unit: 'MB', limit: 150 });
});
