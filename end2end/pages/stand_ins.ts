import { type Page, expect } from '@playwright/test';

import type { Person } from '../fixtures/people';

/** The sandbox's sign-in pages in place of SuperOffice's. */
export class SuperOfficePage {
  constructor(readonly page: Page) {}

  /** Signs in as this person, for whom the company has approved the application. */
  async signIn(person: Person): Promise<void> {
    await this.arrived();
    await this.page.getByRole('button', { name: person.name }).click();
  }

  /** Approves the application for the whole company; its administrator is asked once. */
  async approve(): Promise<void> {
    await expect(this.page.getByRole('heading', { name: 'Approve the application' })).toBeVisible();
    await this.page.getByRole('button', { name: 'I approve' }).click();
  }

  /** Goes back without signing in. */
  async cancel(): Promise<void> {
    await this.arrived();
    await this.page.getByRole('button', { name: 'Cancel' }).click();
  }

  /** Expects to be there. */
  async arrived(): Promise<void> {
    await expect(this.page.getByRole('heading', { name: 'Sign in to SuperOffice' })).toBeVisible();
  }
}

/** The sandbox's sign-in pages in place of Microsoft's. */
export class MicrosoftPage {
  constructor(readonly page: Page) {}

  /** Chooses an account. */
  async pick(person: Person): Promise<void> {
    await expect(this.page.getByRole('heading', { name: 'Pick an account' })).toBeVisible();
    await this.page.getByRole('button', { name: person.name }).click();
  }

  /** Agrees to what is asked for. */
  async accept(): Promise<void> {
    await this.asked();
    await this.page.getByRole('button', { name: 'Accept' }).click();
  }

  /** Goes back without agreeing. */
  async cancel(): Promise<void> {
    await this.asked();
    await this.page.getByRole('button', { name: 'Cancel' }).click();
  }

  /** Goes back from the page that says that only an administrator can agree. */
  async returnWithoutConsent(): Promise<void> {
    await expect(this.page.getByRole('heading', { name: 'Need admin approval' })).toBeVisible();
    await this.page.getByRole('link', { name: 'Return to the application' }).click();
  }

  private async asked(): Promise<void> {
    await expect(this.page.getByRole('heading', { name: 'Permissions requested' })).toBeVisible();
  }
}

/** The sandbox's sign-in pages in place of Google's. */
export class GooglePage {
  constructor(readonly page: Page) {}

  /** Chooses an account; a person may have several. */
  async pick(email: string): Promise<void> {
    await expect(this.page.getByRole('heading', { name: 'Choose an account' })).toBeVisible();
    await this.page.getByRole('button', { name: email }).click();
  }

  /** Agrees to the one thing that is asked for. */
  async accept(): Promise<void> {
    await expect(this.page.getByRole('heading', { name: 'wants to access your Google Account' })).toBeVisible();
    await this.page.getByRole('button', { name: 'Continue' }).click();
  }

  /** Ticks these of several permissions, which are empty at first, and goes on. */
  async tick(...boxes: (string | RegExp)[]): Promise<void> {
    await this.asked();
    for (const box of await this.page.getByRole('checkbox').all()) await expect(box).not.toBeChecked();
    for (const box of boxes) await this.page.getByRole('checkbox', { name: box }).check();
    await this.page.getByRole('button', { name: 'Continue' }).click();
  }

  /** Goes back without agreeing. */
  async cancel(): Promise<void> {
    await this.asked();
    await this.page.getByRole('button', { name: 'Cancel' }).click();
  }

  private async asked(): Promise<void> {
    await expect(this.page.getByRole('heading', { name: 'Select what Synchronizer can access' })).toBeVisible();
  }
}

/** The mail catcher's web side. */
export class InboxPage {
  constructor(readonly page: Page, private readonly url: string) {}

  /** Opens the newest mail to this person from the list. */
  async openMailTo(person: Person): Promise<void> {
    await this.page.goto(this.url);
    await this.page.getByRole('listitem').filter({ hasText: person.email }).getByRole('link').first().click();
  }

  /** Presses the mail's button; it leads the whole window to the portal. */
  async followButton(name: string): Promise<void> {
    await this.page.frameLocator('iframe').getByRole('link', { name }).click();
  }
}
