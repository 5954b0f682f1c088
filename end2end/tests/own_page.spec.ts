import { bothSteps } from '../fixtures/activation';
import { guenther, zoe } from '../fixtures/people';
import { expectGood, expectUsable } from '../fixtures/quality';
import { makeCalendar } from '../fixtures/radicale';
import { expect, test } from '../fixtures/test';
import { LinkUsersPage } from '../pages/link_users_page';
import { OwnPage } from '../pages/own_page';
import { ActivationPage, InvitationPage } from '../pages/public_pages';
import { InboxPage, MicrosoftPage, SuperOfficePage } from '../pages/stand_ins';

test('a connection that broke is seen, mailed about, and mended alone @phone', async ({ page, another, office, inbox }) => {
  const profile = await office.microsoftProfile();
  const phone = await another();
  await bothSteps(phone.context().request, await office.invite(profile, zoe), zoe);
  const links = new LinkUsersPage(page);
  await links.visit(profile);
  await expect(links.state(zoe.name)).toContainText('Active');

  await test.step('a test finds out what Microsoft took back, and the row says so by itself', async () => {
    await inbox.control({ refresh_revoked: { system: 'microsoft', person: zoe.email } });
    await inbox.clear();
    await links.act(zoe.name, 'Test connection');
    await expect(links.state(zoe.name)).toContainText('Needs attention');
    const cause = links.state(zoe.name).locator('details.cause');
    await cause.locator('summary').click();
    await expect(cause).toContainText(zoe.name);
    await expect(cause.getByRole('button', { name: 'Send reactivation mail' })).toBeVisible();
    await expect(cause.getByRole('button', { name: 'Copy personal link' })).toBeVisible();
    await expectGood(page);
    await page.keyboard.press('Escape');
  });

  await test.step('one mail leads to the broken half only', async () => {
    const mails = new InboxPage(phone, inbox.url);
    await inbox.mailTo(zoe.email);
    await mails.openMailTo(zoe);
    await mails.followButton('Sign in again');
    await expect(phone.getByRole('heading', { level: 1 })).toHaveText('Please sign in again');
    await expect(phone.getByRole('main')).toContainText('Only this one is asked for');
    await expectGood(phone);
    await new InvitationPage(phone).press('Sign in again');
    await expect(phone.getByRole('button', { name: 'Sign in with SuperOffice' })).toHaveCount(0);
    await expectGood(phone);
    await new ActivationPage(phone).press('Sign in with Microsoft');
    await new MicrosoftPage(phone).pick(zoe);
    await new ActivationPage(phone).expectDone();
  });

  await test.step('the row is active again by itself', async () => {
    await expect(links.state(zoe.name)).toContainText('Active');
    expect(await inbox.mailsTo(zoe.email)).toHaveLength(1);
  });
});

test('people pause, choose a calendar and a language on their own page', async ({ another, office, stack }) => {
  const profile = await office.caldavProfile([guenther]);
  const invitation = await office.invite(profile, guenther);
  await makeCalendar(stack.caldav, guenther.login, 'Work');
  await makeCalendar(stack.caldav, guenther.login, 'Home');
  const page = await another();
  const own = new OwnPage(page);

  await test.step('the sign-in of the activation opens it', async () => {
    await page.goto(invitation);
    await new InvitationPage(page).start();
    const activation = new ActivationPage(page);
    await activation.toSuperOffice();
    await new SuperOfficePage(page).signIn(guenther);
    await activation.tryPassword('demo');
    await activation.expectDone();
    await page.getByRole('link', { name: 'Open my page' }).click();
    await expect(own.heading).toHaveText('My calendar');
    await office.expectState(profile, guenther, 'active');
    await own.visit();
    await expect(own.main).toContainText('Both connections are good.');
    await expectGood(page);
    await expectUsable(page);
  });

  await test.step('paused, and resumed', async () => {
    await own.press('Pause my link');
    await expect(own.said).toContainText('Your link is paused.');
    await expectGood(page);
    await office.expectState(profile, guenther, 'paused');
    await own.press('Resume my link');
    await expect(own.said).toContainText('Your link goes on.');
    await office.expectState(profile, guenther, 'active');
  });

  await test.step('another calendar', async () => {
    await page.getByRole('link', { name: 'Choose another calendar' }).click();
    await expect(own.heading).toHaveText('Choose your calendar');
    await expect(page.getByRole('radio', { checked: true })).toHaveCount(1);
    await expectGood(page);
    await expectUsable(page);
    const other = page.getByRole('radio', { checked: false }).first();
    const name = await other.locator('..').locator('.options__name').textContent();
    await other.check();
    await own.press('Use this calendar');
    await expect(own.said).toContainText('Your choice is saved.');
    await expect(own.main).toContainText(`“${name}” is linked.`);
    await office.expectState(profile, guenther, 'active');
  });

  await test.step('the language of pages and mails', async () => {
    await own.language.selectOption('de');
    await own.press('Save');
    await expect(page.locator('html')).toHaveAttribute('lang', 'de');
    await expect(own.heading).toHaveText('Mein Kalender');
    await expect(own.said).toContainText('Ihre Sprache ist gespeichert.');
    await expectGood(page);
  });

  await test.step('a half that works is connected again, and the other is not asked for', async () => {
    await page.goto('/me?lang=en');
    await own.press('Reconnect SuperOffice');
    await expect(page.getByRole('main')).toContainText('You connect SuperOffice again');
    await expectGood(page);
    await new ActivationPage(page).press('Sign in with SuperOffice');
    await new SuperOfficePage(page).signIn(guenther);
    await new ActivationPage(page).expectDone();
  });

  await test.step('signed out', async () => {
    await own.visit();
    await own.settings.getByRole('button', { name: 'Sign out', exact: true }).click();
    await expect(page).toHaveURL(/\/sign-in/);
    await page.goto('/me');
    await expect(page).toHaveURL(/\/sign-in/);
  });
});

test('what went wrong is read again in another language', async ({ another, office }) => {
  const profile = await office.microsoftProfile();
  const page = await another();
  await page.goto(await office.invite(profile, zoe));
  await new InvitationPage(page).start();
  await new ActivationPage(page).toSuperOffice();
  await new SuperOfficePage(page).cancel();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('You cancelled at SuperOffice');
  await page.locator('.langs > summary').click();
  await page.getByRole('link', { name: 'Deutsch' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sie haben bei SuperOffice abgebrochen');
  await expectGood(page);
  await page.locator('.langs > summary').click();
  await page.getByRole('link', { name: 'English' }).click();
  await page.getByRole('link', { name: 'Sign in again' }).click();
  await new ActivationPage(page).toSuperOffice();
});
