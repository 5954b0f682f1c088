import type { Page } from '@playwright/test';

import { contact, exchangePassword, ingvild, noel, opener, searcher, zoe } from '../fixtures/people';
import { expectGood } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { staysHere } from '../pages/base_page';
import { LinkUsersPage } from '../pages/link_users_page';
import { ProfilesPage, SelectSystemsPage, SettingsPage, SystemsPage } from '../pages/profile_pages';
import { ActivationPage, InvitationPage, MishapPage } from '../pages/public_pages';
import { InboxPage, SuperOfficePage } from '../pages/stand_ins';

const refused = 'The server did not accept this user name and password.';

/** From the address in the mail to the end of the first step. */
async function signIn(page: Page, invitation: string): Promise<void> {
  await page.goto(invitation);
  await new InvitationPage(page).start();
  await new ActivationPage(page).toSuperOffice();
  await new SuperOfficePage(page).signIn(zoe);
}

test('a company with an Exchange server links a colleague, who types a password @phone', async ({ page, another, inbox, office: _, stack }) => {
  const systems = new SystemsPage(page);
  const links = new LinkUsersPage(page);
  // What a server answers that no longer takes passwords in clear: NTLMv2 alone.
  await inbox.control({ exchange: { basic_disabled: true } });

  await test.step('the wizard begins with the system', async () => {
    await new ProfilesPage(page).visit();
    await new ProfilesPage(page).create.click();
    await new SelectSystemsPage(page).choose('Exchange');
    await systems.live();
  });

  await test.step('what cannot be a mail address or a server is marked, and nothing typed is lost', async () => {
    await systems.typeAccount('svc-plain', exchangePassword, 'ftp://mail.nordlicht.example');
    await systems.press('Test connection');
    await systems.expectFieldError('E-mail of the service account', /not an e-mail address/);
    await expect(systems.field('Server address')).toHaveValue('ftp://mail.nordlicht.example');
    await expectGood(page);
  });

  await test.step('a wrong password is said, and the field is empty again', async () => {
    await systems.typeAccount(searcher, 'not this one', stack.exchange);
    await systems.test('Something does not work yet.');
    await expect(systems.bad).toContainText('The calendar system did not accept the sign-in');
    await expect(systems.field('Password')).toHaveValue('');
    await expect(systems.field('Password')).toHaveAccessibleDescription(/refused the stored password/);
  });

  await test.step('with the right one Autodiscover names the server, and the address book can be searched', async () => {
    await systems.field('Password').fill(exchangePassword);
    await systems.test('The connection works.');
    await expect(systems.bad).toHaveCount(0);
    await expect(systems.line('The address book can be searched')).toBeVisible();
    await expect(page.getByText(`Found: ${stack.exchange}/EWS/Exchange.asmx`)).toBeVisible();
    await expect(systems.field('Password')).toHaveAccessibleDescription(/A password is stored/);
    await expectGood(page);
    await systems.press('Next: Configure Profile');
  });

  await test.step('Configure Profile', async () => {
    const settings = new SettingsPage(page);
    await expect(settings.heading).toHaveText('Configure Profile');
    await settings.live();
    await settings.type({ name: 'Head office', contact });
    await settings.press('Save and go to Link Users');
  });

  await test.step('Link Users: the address book answers while one types', async () => {
    await expect(links.heading).toHaveText('Link Users');
    await links.live();
    await links.calendar.search.fill('z');
    await expect(page.getByText('Type at least 2 letters.')).toBeVisible();
    await links.calendar.find('noel', noel.name);
    await links.calendar.find('zoe', zoe.name);
    await links.crm.find('mull', zoe.name);
    await links.crm.option(zoe.name).click();
    await links.calendar.option(zoe.name).click();
    await expect(links.calendar.chosen).toContainText(zoe.email);
    await links.link.click();
    await expect(links.state(zoe.name)).toContainText('Invited');
    await expectGood(page);
  });

  const unmoved = staysHere(page);
  const phone = await another();
  const activation = new ActivationPage(phone);

  await test.step('from the mail to the second step', async () => {
    const inboxPage = new InboxPage(phone, inbox.url);
    await inboxPage.openMailTo(zoe);
    await inboxPage.followButton('Let’s get started');
    await new InvitationPage(phone).arrived();
    await expect(phone.getByRole('main')).toContainText(`${ingvild.name} invites you`);
    await new InvitationPage(phone).start();
    await activation.toSuperOffice();
    await new SuperOfficePage(phone).signIn(zoe);
    await activation.expectStep(2, 'Your Exchange account');
    await expect(activation.field('User name')).toHaveValue(zoe.email);
    await expectGood(phone);
    await expect(links.state(zoe.name)).toContainText('Partly');
  });

  await test.step('a wrong password is refused with a sentence; the user name stays', async () => {
    await activation.field('User name').fill('NORDLICHT\\zoe.mueller');
    const answer = phone.waitForResponse((response) => response.request().method() === 'POST');
    await activation.tryPassword('not this one');
    expect((await answer).status()).toBe(422);
    await expect(activation.alert).toContainText(refused);
    await expect(activation.alert).toContainText('may lock the account');
    await expect(activation.field('User name')).toHaveValue('NORDLICHT\\zoe.mueller');
    await expect(activation.field('Password')).toHaveValue('');
    await expect(activation.field('Password')).toBeFocused();
    await expectGood(phone);
  });

  await test.step('the right one by NTLMv2 turns the row active by itself', async () => {
    await activation.tryPassword(exchangePassword);
    await activation.expectDone();
    await expectGood(phone);
    await expect(links.state(zoe.name)).toContainText('Active');
    unmoved();
  });
});

test('where only Basic is spoken, a person who types a colleague’s account is told which one is linked', async ({ another, inbox, office }) => {
  await inbox.control({ exchange: { ntlm_disabled: true } });
  const profile = await office.exchangeProfile();
  const page = await another();
  const activation = new ActivationPage(page);
  const mishap = new MishapPage(page);
  await signIn(page, await office.invite(profile, zoe));
  await activation.field('User name').fill(noel.email);
  await activation.tryPassword(exchangePassword);
  await mishap.expect('You signed in with another Exchange account', 'Nothing was stored.', zoe.email, noel.email);
  await expectGood(page);
  await office.expectState(profile, zoe, 'partly');

  await mishap.wayOut('Sign in with another account').click();
  await activation.expectStep(2, 'Your Exchange account');
  await activation.field('User name').fill(zoe.email);
  await activation.tryPassword(exchangePassword);
  await activation.expectDone();
  await office.expectState(profile, zoe, 'active');
});

test('a locked account and a busy server each get their own sentence, and neither stores anything', async ({ another, inbox, office }) => {
  const profile = await office.exchangeProfile();
  const page = await another();
  const activation = new ActivationPage(page);
  await signIn(page, await office.invite(profile, zoe));
  await inbox.control({ exchange: { locked: [zoe.email] } });
  await activation.tryPassword(exchangePassword);
  await expect(activation.alert).toContainText(refused);
  await inbox.control({ exchange: { busy_ms: 4_000 } });
  await activation.tryPassword(exchangePassword);
  await expect(activation.alert).toContainText('busy');
  await expect(activation.alert).toContainText('Nothing was stored');
  await expectGood(page);
  await office.expectState(profile, zoe, 'partly');

  await inbox.control({ reset: true });
  await activation.tryPassword(exchangePassword);
  await activation.expectDone();
});

test('an account that opens everybody’s calendar leaves people one sign-in', async ({ page, another, office, stack }) => {
  const systems = new SystemsPage(page);
  const profile = await office.draft('exchange');
  await systems.visit(profile);
  await page.getByRole('checkbox', { name: 'The account opens everybody’s calendar' }).check();
  await systems.typeAccount(searcher, exchangePassword, stack.exchange);
  await systems.field('People without the address book').fill(`${zoe.email}, ${zoe.name}`);
  await systems.test('Something does not work yet.');
  await expect(systems.bad).toContainText('The account may not open other people’s calendars');
  await expectGood(page);

  await systems.typeAccount(opener, exchangePassword, stack.exchange);
  await systems.test('The connection works.');
  await expect(systems.line('The account opens other people’s calendars')).toBeVisible();
  await expect(systems.bad).toHaveCount(0);

  await office.finish(profile, { name: 'Head office' });
  const person = await another();
  await person.goto(await office.invite(profile, zoe));
  await expect(person.getByRole('main')).toContainText('You sign in once, to SuperOffice.');
  await expectGood(person);
  await new InvitationPage(person).start();
  await new ActivationPage(person).onlySuperOffice();
  await new SuperOfficePage(person).signIn(zoe);
  await new ActivationPage(person).expectDone();
  await expectGood(person);
  await office.expectState(profile, zoe, 'active');
});
