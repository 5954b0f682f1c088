import { type Locator, type Page, expect } from '@playwright/test';

import { BasePage } from './base_page';

/** One of the two lists. */
export class PeopleList {
  /** The search field, which keeps the focus. */
  readonly search: Locator;
  /** What scrolls. */
  readonly box: Locator;
  /** Those who are shown. */
  readonly options: Locator;

  constructor(page: Page, title: 'CRM users' | 'Calendar users') {
    this.search = page.getByRole('combobox', { name: `Search ${title.replace('Calendar', 'calendar')}` });
    this.box = page.getByRole('listbox', { name: title });
    this.options = this.box.getByRole('option');
  }

  /** The person of this name. */
  option(name: string): Locator {
    return this.options.filter({ hasText: name });
  }

  /** The one that the keyboard is at. */
  get active(): Locator {
    return this.box.locator('.opt.is-active');
  }

  /** The one who is chosen. */
  get chosen(): Locator {
    return this.options.and(this.search.page().locator('[aria-selected="true"]'));
  }

  /** Searches, and expects exactly these people in this order. */
  async find(typed: string, ...names: string[]): Promise<void> {
    await this.search.fill(typed);
    await expect(this.options).toHaveText(names.map((name) => new RegExp(name)));
  }
}

/** Two lists, the pair between them, and everybody who is linked. */
export class LinkUsersPage extends BasePage {
  readonly crm = new PeopleList(this.page, 'CRM users');
  readonly calendar = new PeopleList(this.page, 'Calendar users');
  /** Links the pair. */
  readonly link = this.page.getByRole('button', { name: 'Link', exact: true });
  /** The pair, why it fits, and what became of the last one. */
  readonly pair = this.page.getByRole('region', { name: 'Link one pair' }).locator('[aria-live]');

  /** Goes there. */
  async visit(profile: string): Promise<void> {
    await this.open(`/profiles/${profile}/link-users`);
    await this.live();
  }

  /** Shows the deleted links only. */
  async visitDeleted(profile: string): Promise<void> {
    await this.open(`/profiles/${profile}/link-users?state=deleted`);
    await this.live();
  }

  /** What was just done, as long as it is said. */
  toast(sentence: string): Locator {
    return this.page.locator('.toast').filter({ hasText: sentence });
  }

  /** The row of a linked person. */
  row(name: string): Locator {
    return this.page.getByRole('table', { name: /Linked users/ }).getByRole('row').filter({ hasText: name });
  }

  /** State and, where there is one, cause of a linked person. */
  state(name: string): Locator {
    return this.row(name).locator('[data-cell="state"]');
  }

  /** Opens the menu of a row and presses an entry. */
  async act(name: string, verb: string): Promise<void> {
    const row = this.row(name);
    await row.locator('summary', { hasText: `Actions for ${name}` }).click();
    await row.getByRole('listitem').getByRole('button', { name: verb }).click();
  }
}
