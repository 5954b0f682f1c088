import { type Locator, expect } from '@playwright/test';

import { BasePage } from './base_page';

/** Pairs from a file or from pasted lines. */
export class LinkFilePage extends BasePage {
  readonly file = this.page.getByLabel('CSV file');
  readonly text = this.page.getByLabel('Or paste lines');
  /** How many lines are right and wrong. */
  readonly verdict = this.page.locator('#checked');
  readonly right = this.page.getByRole('table', { name: 'Can be linked' });
  readonly wrong = this.page.getByRole('table', { name: 'Cannot be linked' });
  /** The newest batch. */
  readonly batch = this.page.locator('section.job');

  /** Goes there. */
  async visit(profile: string): Promise<void> {
    await this.open(`/profiles/${profile}/link-file`);
    await this.live();
  }

  /** Chooses a file, sends it and waits for the verdict. */
  async bring(name: string, content: string | Buffer): Promise<void> {
    await this.file.setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
    await this.press(/^Check/);
    await expect(this.verdict).toBeVisible();
    await this.live();
  }

  /** The row of a line, right or wrong. */
  line(number: number): Locator {
    const cell = this.page.getByRole('cell', { name: `${number}`, exact: true });
    return this.page.getByRole('row').filter({ has: cell });
  }

  /** What a link downloads, and under which name. */
  async download(link: string): Promise<{ name: string; lines: string[] }> {
    const started = this.page.waitForEvent('download');
    await this.page.getByRole('link', { name: link }).click();
    const download = await started;
    const parts: Buffer[] = [];
    for await (const part of await download.createReadStream()) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString('utf8');
    return { name: download.suggestedFilename(), lines: text.replace('\u{feff}', '').split('\r\n').slice(0, -1) };
  }
}
