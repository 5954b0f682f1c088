import { guenther, ingvild, zoe } from '../fixtures/people';
import { expectGood } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { BasePage } from '../pages/base_page';
import { SignInPage } from '../pages/sign_in_page';
import { SuperOfficePage } from '../pages/stand_ins';

/** The company's page. */
class AccountPage extends BasePage {
  /** A card by its heading. */
  card(name: string) {
    return this.page.getByRole('region', { name });
  }
}

test('an administrator keeps contact and language, and tests the connection', async ({ office, page }) => {
  const account = new AccountPage(page);
  await account.open('/account');
  await account.live();
  await expectGood(page);

  await account.field('Contact for your colleagues').fill('nobody');
  await account.press('Save');
  await account.expectFieldError('Contact for your colleagues', /not an e-mail address/);
  await expectGood(page);
  await account.field('Contact for your colleagues').fill('it@nordlicht.example');
  await account.field('Language of the mails').selectOption('nb');
  await account.press('Save');
  await expect(page.getByText('Settings saved.')).toBeVisible();

  await account.press('Test connection');
  await expect(account.card('CRM connection')).toContainText('The connection works.');
  await expectGood(page);
  const profile = await office.draft('caldav');
  await account.open(`/profiles/${profile}/settings`);
  await expect(account.field('Language of the mails')).toHaveValue('nb');
});

test('a colleague becomes an administrator, and stops being one at once', async ({ another, office, page }) => {
  await office.caldavProfile([guenther]);
  const account = new AccountPage(page);
  await account.open('/account');
  await account.live();
  const card = account.card('Administrators');
  const colleague = card.getByLabel('Colleague', { exact: true });
  await colleague.fill('Nobody Ever');
  await card.getByRole('button', { name: 'Add administrator' }).click();
  await expect(colleague).toHaveAttribute('aria-invalid', 'true');
  await expect(colleague).toHaveAccessibleDescription(/Nobody in SuperOffice is called Nobody Ever/);
  await colleague.fill(zoe.email);
  await card.getByRole('button', { name: 'Add administrator' }).click();
  await expect(card.getByRole('row', { name: zoe.name })).toBeVisible();

  const theirs = await another();
  const signIn = new SignInPage(theirs);
  await signIn.visit();
  await signIn.superOffice.click();
  await new SuperOfficePage(theirs).signIn(zoe);
  await expect(theirs).toHaveURL(/\/profiles$/);

  await card.getByRole('row', { name: zoe.name }).locator('summary').click();
  await card.getByRole('button', { name: 'Remove now' }).click();
  await expect(card.getByRole('row', { name: zoe.name })).toBeHidden();
  await expect(card.getByRole('row', { name: ingvild.name })).toBeVisible();
  await expect(card.getByRole('button', { name: 'Remove now' })).toBeHidden();
  // Their open page notices by itself.
  await expect(theirs.getByText('Your sign-in has ended.')).toBeVisible();
});

test('the audit log is filtered by form and read page by page @noscript', async ({ office, page }) => {
  await office.caldavProfile([guenther]);
  await page.goto('/audit');
  await expect(page.getByRole('row', { name: /Saved server and people/ })).toBeVisible();
  await expectGood(page);
  await page.getByLabel('What').selectOption('Company');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(page.getByRole('row', { name: /Signed the company up/ })).toBeVisible();
  await expect(page.getByRole('row', { name: /Saved server and people/ })).toBeHidden();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export CSV' }).click();
  expect((await download).suggestedFilename()).toBe('audit-log.csv');
  await page.getByLabel('Search names').fill('nobody like this');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(page.getByText('Nothing fits.')).toBeVisible();
  await expectGood(page);
});
