import { type Locator, expect } from '@playwright/test';

import { BasePage } from './base_page';

/** Everybody who is linked, over all profiles. */
export class StatusPage extends BasePage {
  readonly search = this.page.getByRole('searchbox', { name: 'Search linked users' });
  readonly table = this.page.getByRole('table', { name: 'Status' });

  /** Goes there; what is asked for stands in the address. */
  async visit(query = ''): Promise<void> {
    await this.open(`/status${query}`);
    await this.live();
  }

  /** The row of a linked person. */
  row(name: string): Locator {
    return this.table.getByRole('row').filter({ hasText: name });
  }

  /** The head of a column. */
  column(name: string): Locator {
    return this.table.getByRole('columnheader', { name });
  }

  /** Expects exactly these people in this order. */
  async expectPeople(...names: string[]): Promise<void> {
    await expect(this.table.locator('[data-cell="title"] b')).toHaveText(names);
  }

  /** The number of a state, which filters. */
  state(name: string): Locator {
    return this.page.getByRole('navigation', { name: 'Filter by state' }).getByRole('link', { name });
  }

  /** Shows a column, or hides it. */
  async turn(column: string): Promise<void> {
    const menu = this.page.locator('summary', { hasText: 'Columns' });
    await menu.click();
    await this.page.getByRole('checkbox', { name: column, exact: true }).click();
    await menu.click();
  }
}
