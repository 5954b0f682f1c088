import { type Locator, expect } from '@playwright/test';

import { StatusPage } from './status_page';

/** *Status* with a selection, and the question before something is done for it. */
export class SelectionPage extends StatusPage {
  private readonly bar = this.page.getByRole('region', { name: 'Actions for the selection' });
  /** How many are selected. */
  readonly selected = this.bar.getByRole('status');
  readonly dialog = this.page.getByRole('dialog');
  /** What is asked. */
  readonly question = this.dialog.getByRole('heading');
  /** The box for those whom the filter hides. */
  readonly hidden = this.dialog.getByRole('checkbox');

  /** The box of a person. */
  pick(name: string): Locator {
    return this.page.getByRole('checkbox', { name: `Select ${name}`, exact: true });
  }

  /** A button of the bar. */
  action(verb: string): Locator {
    return this.bar.getByRole('button', { name: verb });
  }

  /** Presses the dialog's button, when it knows whom it touches, and waits until it is done. */
  async confirm(label: string): Promise<void> {
    const button = this.dialog.getByRole('button', { name: label, exact: true });
    await expect(button).not.toHaveAttribute('aria-disabled', 'true');
    await button.click();
    await expect(this.dialog).toBeHidden();
  }

  /** Expects that a person's row is in this state. */
  async expectState(name: string, state: string): Promise<void> {
    await expect(this.row(name).locator('[data-cell="state"]')).toContainText(state);
  }
}
