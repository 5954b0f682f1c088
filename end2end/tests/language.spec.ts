import { zoe } from '../fixtures/people';
import { expectGood } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { AccountMenu, ProfilesPage } from '../pages/profile_pages';
import { SignInPage } from '../pages/sign_in_page';

const languages = [
  ['nl', 'Aanmelden'], ['nb', 'Logg inn'], ['sv', 'Logga in'], ['da', 'Log ind'], ['de', 'Anmelden'], ['en', 'Sign in'],
] as const;

test('the sign-in page speaks all languages and remembers the choice', async ({ page }) => {
  const signIn = new SignInPage(page);
  for (const [tag, heading] of languages) {
    await signIn.open(`/sign-in?lang=${tag}`);
    await expect(signIn.heading).toHaveText(heading);
    await expect(page.locator('html')).toHaveAttribute('lang', tag);
    await signIn.visit();
    await expect(signIn.heading).toHaveText(heading);
  }
});

test('the portal changes its language from the account menu and keeps it', async ({ page, office }) => {
  const profile = await office.microsoftProfile();
  const profiles = new ProfilesPage(page);
  await profiles.visit();
  await new AccountMenu(page).choose('Nederlands');
  await expect(page.locator('html')).toHaveAttribute('lang', 'nl');
  await expect(profiles.heading).toHaveText('Profielen');
  await expectGood(page);
  await page.goto(`/profiles/${profile}/settings`);
  await expect(page.locator('html')).toHaveAttribute('lang', 'nl');
  await expectGood(page);
  await page.goto(`/profiles/${profile}/link-users?lang=de`);
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await expectGood(page);
  await page.goto('/me');
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
});

test('mails are written in the language of their profile', async ({ office, inbox }) => {
  const profile = await office.microsoftProfile({ locale: 'nl' });
  await office.link(profile, zoe);
  const mail = await inbox.mailTo(zoe.email);
  expect(mail.subject).toBe('Nordlicht Consulting AS: koppel je agenda aan SuperOffice');
  expect(mail.html).toContain('<html lang="nl">');
  expect(mail.text).toContain(zoe.email);
});
