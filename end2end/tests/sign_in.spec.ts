import { ingvild, zoe } from '../fixtures/people';
import { expectGood } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { SignInPage } from '../pages/sign_in_page';
import { SuperOfficePage } from '../pages/stand_ins';

test('somebody of a company that is not set up is told whom to ask', async ({ inbox, page }) => {
  await inbox.control({ approve_company: 'Cust10427' });
  const signIn = new SignInPage(page);
  await signIn.visit();
  await signIn.superOffice.click();
  await new SuperOfficePage(page).signIn(zoe);
  await expect(signIn.heading).toHaveText('Your company is not set up here');
  await expectGood(page);
});

test('cancelling at SuperOffice leads to a page with a way back', async ({ page }) => {
  const signIn = new SignInPage(page);
  await signIn.visit();
  await signIn.superOffice.click();
  await new SuperOfficePage(page).cancel();
  await expect(signIn.heading).toBeVisible();
  await expectGood(page);
  await page.getByRole('link', { name: 'Sign in again' }).click();
  await expect(signIn.superOffice).toBeVisible();
});

test('signing out everywhere ends the other browser, which goes on where it was @noscript', async ({ another, office: _, page }) => {
  const other = await another();
  const theirs = new SignInPage(other);
  await theirs.visit();
  await theirs.superOffice.click();
  await new SuperOfficePage(other).signIn(ingvild);
  await expect(other).toHaveURL(/\/profiles$/);

  await page.goto('/account');
  await page.getByRole('region', { name: 'My sign-ins' }).getByRole('button', { name: 'Sign out everywhere' }).click();
  await expect(page.getByText('You are signed out.')).toBeVisible();
  await other.goto('/audit?group=company');
  await expect(other.getByText('Your sign-in has ended.')).toBeVisible();
  await expectGood(other);
  await theirs.superOffice.click();
  await new SuperOfficePage(other).signIn(ingvild);
  await expect(other).toHaveURL(/\/audit\?group=company$/);
});
