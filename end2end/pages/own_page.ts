import type { Locator } from '@playwright/test';

import { BasePage } from './base_page';

/** A linked person's own page. */
export class OwnPage extends BasePage {
  /** All of it but the bar. */
  get main(): Locator {
    return this.page.getByRole('main');
  }

  /** What was just done. */
  get said(): Locator {
    return this.page.getByRole('status');
  }

  /** What the person decides, whatever is linked. */
  get settings(): Locator {
    return this.page.getByRole('region', { name: 'You', exact: true });
  }

  /** The language of pages and mails. */
  get language(): Locator {
    return this.page.getByRole('combobox');
  }

  /** Goes there. */
  async visit(): Promise<void> {
    await this.open('/me');
  }
}
