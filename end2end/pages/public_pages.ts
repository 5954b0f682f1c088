import { type Locator, expect } from '@playwright/test';

import { BasePage } from './base_page';

/** The page behind the button of the mail. */
export class InvitationPage extends BasePage {
  /** Expects to be there. */
  async arrived(): Promise<void> {
    await expect(this.heading).toHaveText('Link your calendar with SuperOffice');
  }

  /** Opens the activation. */
  async start(): Promise<void> {
    await this.press('Let’s get started');
  }
}

/** The two steps, and the confirmation. */
export class ActivationPage extends BasePage {
  /** The form of a calendar server. */
  get create(): Locator {
    return this.page.getByRole('checkbox', { name: /Make a calendar/ });
  }

  /** Expects the first step and leaves for SuperOffice. */
  async toSuperOffice(): Promise<void> {
    await this.expectStep(1, 'First sign in with SuperOffice');
    await this.press('Sign in with SuperOffice');
  }

  /** Expects the one step of people whose calendar somebody else opens, and leaves for SuperOffice. */
  async onlySuperOffice(): Promise<void> {
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText('Sign in with SuperOffice');
    await expect(this.page.getByText('of 2')).toHaveCount(0);
    await this.press('Sign in with SuperOffice');
  }

  /** Expects the second step of Microsoft 365 and leaves for Microsoft. */
  async toMicrosoft(): Promise<void> {
    await this.expectStep(2, 'Now sign in with Microsoft');
    await this.press('Sign in with Microsoft');
  }

  /** Expects the second step of Google and leaves for Google. */
  async toGoogle(): Promise<void> {
    await this.expectStep(2, 'Now sign in with Google');
    await this.press('Sign in with Google');
  }

  /** Types a password and lets it be tried. */
  async tryPassword(password: string): Promise<void> {
    await this.field('Password').fill(password);
    await this.press('Check and save');
  }

  /** Expects one of the two steps. */
  async expectStep(number: 1 | 2, heading: string): Promise<void> {
    await expect(this.page.getByText(`Step ${number} of 2`)).toBeVisible();
    await expect(this.heading).toHaveText(heading);
  }

  /** Expects the confirmation. */
  async expectDone(): Promise<void> {
    await expect(this.heading).toHaveText('Your calendar is linked');
  }
}

/** A page that says what went wrong, and the way out. */
export class MishapPage extends BasePage {
  /** The one button. */
  wayOut(name: string): Locator {
    return this.page.getByRole('main').getByRole('link', { name });
  }

  /** Expects to be there. */
  async expect(title: string, ...sentences: string[]): Promise<void> {
    await expect(this.heading).toHaveText(title);
    for (const sentence of sentences) {
      await expect(this.page.getByRole('main')).toContainText(sentence);
    }
  }
}
