import { type Locator, type Page, type Response, expect } from '@playwright/test';

/** What all pages of the portal share. A page object knows where things are, tests know why. */
export abstract class BasePage {
  constructor(readonly page: Page) {}

  /** The page's heading. */
  get heading(): Locator {
    return this.page.getByRole('heading', { level: 1 });
  }

  /** Messages about what went wrong. */
  get alert(): Locator {
    return this.page.getByRole('alert');
  }

  /** Goes there by address. */
  async open(path: string): Promise<Response | null> {
    return this.page.goto(path);
  }

  /** Waits until the page answers by itself: it is hydrated and hears of changes. */
  async live(): Promise<void> {
    await expect(this.page.getByRole('status').filter({ hasText: /^Live$/ })).toBeVisible();
  }

  /** Presses a button of this name. */
  async press(name: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name }).click();
  }

  /** The control with this label. */
  field(label: string): Locator {
    return this.page.getByLabel(label);
  }

  /** The sentence that explains what is wrong with a field, as a screen reader gets it. */
  async expectFieldError(label: string, sentence: string | RegExp): Promise<void> {
    await expect(this.field(label)).toHaveAttribute('aria-invalid', 'true');
    await expect(this.field(label)).toHaveAccessibleDescription(sentence);
  }

  /**
   * Repeats an interaction until it shows its effect: before hydration a click may do nothing.
   * The interaction must be one that may be repeated.
   */
  async untilEffective(interact: () => Promise<void>, effect: () => Promise<void>): Promise<void> {
    await expect(async () => {
      await interact();
      await effect();
    }).toPass();
  }
}

/** Expects, when called, that the page was neither loaded again nor left since. */
export function staysHere(page: Page): () => void {
  const visited: string[] = [];
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame()) visited.push(frame.url());
  });
  return () => expect(visited, 'navigations').toEqual([]);
}
