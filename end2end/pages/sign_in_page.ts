import type { Locator } from '@playwright/test';

import { BasePage } from './base_page';

/** Where everybody begins. */
export class SignInPage extends BasePage {
  /** The way in. */
  get superOffice(): Locator {
    return this.page.getByRole('button', { name: 'Sign in with SuperOffice' });
  }

  /** Goes there. */
  async visit(): Promise<void> {
    await this.open('/sign-in');
  }
}
