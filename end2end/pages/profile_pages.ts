import { type Locator, type Page, expect } from '@playwright/test';

import { BasePage } from './base_page';

/** The profile overview. */
export class ProfilesPage extends BasePage {
  /** The way to a further profile. */
  get create(): Locator {
    return this.page.getByRole('link', { name: 'Create a New Synchronization Profile' });
  }

  /** The row of a profile. */
  profile(name: string): Locator {
    const heading = this.page.getByRole('heading', { name, level: 2 });
    return this.page.getByRole('main').getByRole('listitem').filter({ has: heading });
  }

  /** Goes there. */
  async visit(): Promise<void> {
    await this.open('/profiles');
    await this.live();
  }
}

/** First step of the wizard. */
export class SelectSystemsPage extends BasePage {
  /** Chooses the calendar system; the next step follows. */
  async choose(system: 'Microsoft 365' | 'Google' | 'Exchange' | 'CalDAV'): Promise<void> {
    await expect(this.heading).toHaveText('Select Systems');
    await this.press(`Choose ${system}`);
    await expect(this.heading).toHaveText('Configure Systems');
  }
}

/** Second step of the wizard, and a tab of a ready profile. */
export class SystemsPage extends BasePage {
  /** What a connection test found, line by line. */
  get lines(): Locator {
    return this.page.getByRole('region', { name: /Microsoft 365|Google|Exchange|CalDAV/ }).locator('.tests > li');
  }

  /** Lines that failed. */
  get bad(): Locator {
    return this.lines.and(this.page.locator('.no'));
  }

  /** Goes there. */
  async visit(profile: string): Promise<void> {
    await this.open(`/profiles/${profile}/systems`);
    await this.live();
  }

  /** Presses *Test connection* and waits for the verdict. */
  async test(verdict: string): Promise<void> {
    await this.press('Test connection');
    await expect(this.page.getByText(verdict)).toBeVisible();
  }

  /** The line of this check. */
  line(check: string): Locator {
    return this.lines.filter({ hasText: check });
  }

  /** Opens what is folded away under this title. */
  async unfold(title: string | RegExp): Promise<void> {
    await this.page.locator('details:not([open]) > summary', { hasText: title }).click();
  }

  /** Types the service account of an Exchange profile. */
  async typeAccount(account: string, password: string, server: string): Promise<void> {
    await this.field('E-mail of the service account').fill(account);
    await this.field('Password').fill(password);
    await this.field('Server address').fill(server);
  }

  /** Types server and people of a CalDAV profile. */
  async type(server: string, people: string): Promise<void> {
    await this.field('Server address').fill(server);
    await this.field('People').fill(people);
  }
}

/** Third step of the wizard, and a tab of a ready profile. */
export class SettingsPage extends BasePage {
  /** Goes there. */
  async visit(profile: string): Promise<void> {
    await this.open(`/profiles/${profile}/settings`);
    await this.live();
  }

  /** Types all settings. */
  async type(settings: { name: string; contact: string; language?: string }): Promise<void> {
    await this.field('Name of the profile').fill(settings.name);
    await this.field('Contact e-mail').fill(settings.contact);
    if (settings.language !== undefined) {
      await this.field('Language of the mails').selectOption(settings.language);
    }
  }
}

/** The menu with languages and sign-out. */
export class AccountMenu {
  constructor(readonly page: Page) {}

  /** Opens it and follows an entry. */
  async choose(language: string): Promise<void> {
    const menu = this.page.getByRole('banner').getByRole('group').filter({ hasText: language });
    if (await menu.getAttribute('open') === null) await menu.locator('summary').click();
    await this.page.getByRole('link', { name: language, exact: true }).click();
  }
}
