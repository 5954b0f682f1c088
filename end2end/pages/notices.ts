import type { Locator, Page } from '@playwright/test';

/** What should be looked at, above the overview and above *Status*. */
export class Notices {
  readonly list: Locator;
  /** Asks before everybody is mailed again. */
  readonly dialog: Locator;

  constructor(private readonly page: Page) {
    this.list = page.getByRole('list', { name: 'What to look at' });
    this.dialog = page.getByRole('dialog');
  }

  /** The line with this text. */
  line(text: string): Locator {
    return this.list.getByRole('listitem').filter({ hasText: text });
  }

  /** Hides what is about this. */
  async dismiss(what: string): Promise<void> {
    await this.page.getByRole('button', { name: `Dismiss: ${what}` }).click();
  }
}
