import { join } from 'node:path';

import { type Page, expect } from '@playwright/test';

import { contact, guenther, ingvild, noel, oscar, renee, zoe } from '../fixtures/people';
import { emptyAccount } from '../fixtures/radicale';
import { test } from '../fixtures/test';
import { LinkUsersPage } from '../pages/link_users_page';
import { ProfilesPage, SelectSystemsPage, SettingsPage, SystemsPage } from '../pages/profile_pages';
import { ActivationPage, InvitationPage, MishapPage } from '../pages/public_pages';
import { SignInPage } from '../pages/sign_in_page';
import { MicrosoftPage, SuperOfficePage } from '../pages/stand_ins';
import { livingProfile } from './story';

const folder = process.env.SYNCHRONIZER_REVIEW ?? '../target/screenshots';

/** The page as it stands: on a desk and on a phone, in light and in dark. */
async function shoot(page: Page, name: string): Promise<void> {
  for (const [width, height] of [[1440, 900], [390, 844]] as const) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(() => scrollTo(0, 0));
      await page.screenshot({
        path: join(folder, `${name}-${width}-${colorScheme}.png`),
        fullPage: true,
        animations: 'disabled',
      });
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: null });
}

test('the administrator’s pages of a new company', async ({ page, stack }) => {
  const signIn = new SignInPage(page);
  await signIn.visit();
  await shoot(page, 'sign-in');
  await signIn.superOffice.click();
  const superoffice = new SuperOfficePage(page);
  await superoffice.signIn(ingvild);
  await superoffice.approve();
  await shoot(page, 'sign-up');
  await signIn.press('Set up Synchronizer');
  const profiles = new ProfilesPage(page);
  await profiles.live();
  await shoot(page, 'profiles-empty');
  await profiles.create.click();
  await expect(profiles.heading).toHaveText('Select Systems');
  await shoot(page, 'select-systems');
  await new SelectSystemsPage(page).choose('Microsoft 365');
  const systems = new SystemsPage(page);
  await systems.live();
  await shoot(page, 'systems-microsoft-new');
  await systems.press('Sign in with Microsoft');
  await new MicrosoftPage(page).pick(ingvild);
  await new MicrosoftPage(page).accept();
  await systems.live();
  await systems.test('The connection works.');
  await shoot(page, 'systems-microsoft-tested');
  await page.getByRole('link', { name: 'Next: Configure Profile' }).click();
  const settings = new SettingsPage(page);
  await expect(settings.heading).toHaveText('Configure Profile');
  await shoot(page, 'settings-draft');
  await settings.type({ name: '', contact: 'it at nordlicht' });
  await settings.press('Save and go to Link Users');
  await settings.expectFieldError('Contact e-mail', /not an e-mail/);
  await shoot(page, 'settings-wrong');
  await settings.type({ name: 'Oslo and Bergen', contact });
  await settings.press('Save and go to Link Users');
  await new LinkUsersPage(page).live();
  await expect(settings.heading).toHaveText('Link Users');
  await shoot(page, 'link-users-new');

  await page.goto('/profiles/new');
  await new SelectSystemsPage(page).choose('CalDAV');
  await systems.live();
  await systems.type('calendar server', 'zoe, Zoë Müller, zoe@\n, Nobody');
  await systems.press('Test connection');
  await systems.expectFieldError('Server address', /not an address/);
  await shoot(page, 'systems-caldav-wrong');
  await systems.type('http://127.0.0.1:9/', `zoe, ${zoe.name}, ${zoe.email}\nguenther, ${guenther.name}`);
  await systems.test('Something does not work yet.');
  await shoot(page, 'systems-caldav-failed');
  await systems.type(stack.caldav, `zoe, ${zoe.name}, ${zoe.email}\nguenther, ${guenther.name}`);
  await systems.test('The connection works.');
  await shoot(page, 'systems-caldav-tested');
});

test('the administrator’s pages in daily life', async ({ page, office, playwright }) => {
  const profile = await livingProfile(office, playwright.request);
  const links = new LinkUsersPage(page);
  await links.visit(profile);
  await expect(links.row(renee.name)).toContainText('Partly');
  await shoot(page, 'link-users');
  await links.crm.option(oscar.name).click();
  await expect(links.calendar.chosen).toBeVisible();
  await shoot(page, 'link-users-pair');
  await links.crm.search.fill('nobody at all');
  await shoot(page, 'link-users-no-match');
  await links.crm.search.fill('');
  await links.state(guenther.name).getByText('Needs attention').click();
  await shoot(page, 'link-users-cause');
  await page.keyboard.press('Escape');
  await links.row(zoe.name).locator('summary').last().click();
  await shoot(page, 'link-users-menu');
  await links.row(zoe.name).getByRole('button', { name: 'Copy personal link' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await shoot(page, 'link-users-dialog');
  await page.getByRole('button', { name: 'Close' }).click();
  await links.act(zoe.name, 'Delete link');
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
  await shoot(page, 'link-users-toast');
  await page.goto(`/profiles/${profile}/link-users?state=deleted`);
  await links.live();
  await shoot(page, 'link-users-deleted');
  await page.goto(`/profiles/${profile}/systems`);
  await links.live();
  await shoot(page, 'manage-systems');
  await page.goto(`/profiles/${profile}/settings`);
  await links.live();
  await shoot(page, 'manage-settings');
  await office.caldavProfile([zoe, guenther]);
  await office.draft('microsoft365');
  await new ProfilesPage(page).visit();
  await shoot(page, 'profiles');
  await page.locator('.account > summary').click();
  await shoot(page, 'profiles-account-menu');
  for (const name of ['account', 'audit']) {
    await page.goto(`/${name}`);
    await expect(links.heading).toBeVisible();
    await shoot(page, name);
  }
  await page.goto('/profiles/no-such-profile/settings');
  await shoot(page, 'profile-not-found');
  await page.goto(`/profiles/${profile}/link-users?lang=de`);
  await shoot(page, 'link-users-german');
});

test('the pages of a linked person', async ({ another, office, inbox }) => {
  const profile = await office.microsoftProfile();
  const invitation = await office.invite(profile, zoe);
  const page = await another();
  const activation = new ActivationPage(page);
  const mishap = new MishapPage(page);
  const superoffice = new SuperOfficePage(page);
  const microsoft = new MicrosoftPage(page);
  const mails = await inbox.mails();
  await page.goto(`${inbox.url}/mails/${mails.at(-1)?.id}/body`);
  await shoot(page, 'mail');
  await page.goto(invitation);
  await shoot(page, 'invitation');
  await page.locator('.langs > summary').click();
  await shoot(page, 'invitation-languages');
  await new InvitationPage(page).start();
  await shoot(page, 'activation-step1');
  await activation.toSuperOffice();
  await superoffice.cancel();
  await shoot(page, 'mishap-cancelled-superoffice');
  await mishap.wayOut('Sign in again').click();
  await activation.toSuperOffice();
  await superoffice.signIn(renee);
  await shoot(page, 'mishap-wrong-person');
  await mishap.wayOut('Sign in with another account').click();
  await activation.toSuperOffice();
  await superoffice.signIn(zoe);
  await shoot(page, 'activation-step2');
  await activation.toMicrosoft();
  await microsoft.pick(noel);
  await microsoft.accept();
  await shoot(page, 'mishap-wrong-account');
  await mishap.wayOut('Sign in with another account').click();
  await inbox.control({ microsoft_consent: 'partial' });
  await activation.toMicrosoft();
  await microsoft.pick(zoe);
  await microsoft.accept();
  await shoot(page, 'mishap-scope');
  await inbox.control({ microsoft_consent: 'admin_approval', forget_consents: true, approve_company: 'Cust10427' });
  await mishap.wayOut('Sign in again').click();
  await activation.toMicrosoft();
  await microsoft.pick(zoe);
  await microsoft.returnWithoutConsent();
  await shoot(page, 'mishap-approval');
  await inbox.control({ microsoft_consent: 'allow' });
  await page.goto(invitation);
  await new InvitationPage(page).start();
  await activation.toMicrosoft();
  await microsoft.pick(zoe);
  await microsoft.accept();
  await activation.expectDone();
  await shoot(page, 'activation-done');
  await page.goto(invitation);
  await shoot(page, 'mishap-used');
  await page.goto('/i/nobody-knows-this');
  await shoot(page, 'mishap-unknown');
  await page.goto('/me');
  await shoot(page, 'me');
});

test('the pages of a person with a calendar server', async ({ another, office, stack }) => {
  await emptyAccount(stack.caldav, zoe.login);
  const profile = await office.caldavProfile([zoe]);
  const page = await another();
  const activation = new ActivationPage(page);
  await page.goto(await office.invite(profile, zoe));
  await new InvitationPage(page).start();
  await activation.toSuperOffice();
  await new SuperOfficePage(page).signIn(zoe);
  await shoot(page, 'caldav-credentials');
  await activation.tryPassword('not this one');
  await shoot(page, 'caldav-refused');
  await activation.tryPassword('demo');
  await shoot(page, 'caldav-no-calendar');
  await activation.tryPassword('demo');
  await shoot(page, 'caldav-done');
  await page.goto('/sign-in');
  await new SignInPage(page).superOffice.click();
  await new SuperOfficePage(page).signIn(guenther);
  await shoot(page, 'me-nothing');
});
