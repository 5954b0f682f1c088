import { contact, hakon, ingvild, zoe } from '../fixtures/people';
import { expectGood } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { staysHere } from '../pages/base_page';
import { LinkUsersPage } from '../pages/link_users_page';
import { ProfilesPage, SelectSystemsPage, SettingsPage, SystemsPage } from '../pages/profile_pages';
import { ActivationPage, InvitationPage, MishapPage } from '../pages/public_pages';
import { GooglePage, InboxPage, SuperOfficePage } from '../pages/stand_ins';

const events = 'View and edit events on all your calendars';
const list = /See the list of Google calendars/;

test('a company with Google Workspace links a colleague, who agrees, and the row turns active @phone', async ({ page, another, inbox, office: _ }) => {
  const systems = new SystemsPage(page);
  const google = new GooglePage(page);
  const links = new LinkUsersPage(page);

  await test.step('the wizard begins with the system', async () => {
    await new ProfilesPage(page).visit();
    await new ProfilesPage(page).create.click();
    await new SelectSystemsPage(page).choose('Google');
    await systems.live();
  });

  await test.step('somebody who may not read the directory is told who has to act', async () => {
    await systems.press('Sign in with Google');
    await google.pick(hakon.email);
    await google.accept();
    await systems.live();
    await systems.test('Something does not work yet.');
    await expect(systems.bad).toContainText('Calendar users could not be read');
    await systems.unfold('What Google’s administrator may have to do');
    await expect(page.getByText('privilege Admin API → Users → Read')).toBeVisible();
    await expectGood(page);
  });

  await test.step('an administrator’s sign-in reads it', async () => {
    await systems.press('Use another account');
    await google.pick(ingvild.email);
    await google.accept();
    await systems.live();
    await systems.test('The connection works.');
    await expect(systems.line('Calendar users can be read')).toContainText('people found');
    await expect(systems.bad).toHaveCount(0);
    await page.getByRole('link', { name: 'Next: Configure Profile' }).click();
  });

  await test.step('Configure Profile', async () => {
    const settings = new SettingsPage(page);
    await expect(settings.heading).toHaveText('Configure Profile');
    await settings.live();
    await settings.type({ name: 'Design studio', contact });
    await settings.press('Save and go to Link Users');
  });

  await test.step('Link Users', async () => {
    await expect(links.heading).toHaveText('Link Users');
    await links.live();
    await links.crm.find('mull', zoe.name);
    await links.crm.option(zoe.name).click();
    await expect(links.calendar.chosen).toContainText(zoe.name);
    await links.link.click();
    await expect(links.state(zoe.name)).toContainText('Invited');
  });

  const unmoved = staysHere(page);
  const phone = await another();
  const activation = new ActivationPage(phone);
  const consent = new GooglePage(phone);

  await test.step('from the mail to the second step', async () => {
    const inboxPage = new InboxPage(phone, inbox.url);
    await inboxPage.openMailTo(zoe);
    await inboxPage.followButton('Let’s get started');
    const invitation = new InvitationPage(phone);
    await invitation.arrived();
    await expect(phone.getByRole('main')).toContainText('You sign in twice: to SuperOffice, then to Google.');
    await invitation.start();
    await activation.toSuperOffice();
    await new SuperOfficePage(phone).signIn(zoe);
    await activation.expectStep(2, 'Now sign in with Google');
    await expect(phone.getByRole('main')).toContainText('Tick both boxes there');
    await expectGood(phone);
    await expect(links.state(zoe.name)).toContainText('Partly');
  });

  await test.step('a box that stays empty is named and asked for again', async () => {
    await activation.toGoogle();
    await consent.pick(zoe.email);
    await consent.tick(list);
    const mishap = new MishapPage(phone);
    await mishap.expect('A permission is missing', 'Tick these boxes at Google', events, 'Nothing was stored.');
    await expectGood(phone);
    await mishap.wayOut('Sign in again').click();
  });

  await test.step('Zoë ticks both, and the row turns active by itself', async () => {
    await activation.toGoogle();
    await consent.pick(zoe.email);
    await consent.tick(events, list);
    await activation.expectDone();
    await expectGood(phone);
    await expect(links.state(zoe.name)).toContainText('Active');
    await expect(links.row(zoe.name)).toContainText('Used just now');
    unmoved();
  });
});

test('Google’s Error 400 is explained beside the sign-in, with the address that Google must know', async ({ page, office, stack }) => {
  const systems = new SystemsPage(page);
  await systems.visit(await office.draft('google'));
  await systems.unfold('What Google’s administrator may have to do');
  await expect(page.getByText('Error 400: redirect_uri_mismatch')).toBeVisible();
  const shown = await systems.field('Redirect address').inputValue();

  await systems.press('Sign in with Google');
  await expect(page.getByRole('heading', { name: 'Choose an account' })).toBeVisible();
  const request = new URL(page.url());
  expect(request.origin).toBe(stack.google);
  expect(request.searchParams.get('redirect_uri')).toBe(shown);

  // Another address than the registered one: people see this at Google.
  request.searchParams.set('redirect_uri', 'http://localhost:9/auth/google/callback');
  const answer = await page.goto(request.href);
  expect(answer?.status()).toBe(400);
  await expect(page.getByText('Error 400: redirect_uri_mismatch')).toBeVisible();
});

test('with a service account people sign in to SuperOffice only', async ({ page, another, inbox, office }) => {
  const systems = new SystemsPage(page);
  const key = systems.field('Key file of the service account (JSON)');
  const profile = await office.draft('google');
  await systems.visit(profile);
  await systems.unfold(/domain-wide delegation/);

  await test.step('what is no key file is refused, and the address stays', async () => {
    await key.fill('{"type": "authorized_user"}');
    await systems.field('Address of an administrator').fill(ingvild.email);
    await systems.press('Check and save');
    await expect(key).toHaveAttribute('aria-invalid', 'true');
    await expect(systems.field('Address of an administrator')).toHaveValue(ingvild.email);
    await expectGood(page);
  });

  await test.step('the key file is tried and never shown again', async () => {
    await key.fill(await inbox.googleKeyFile());
    await systems.press('Check and save');
    await expect(systems.line('Calendar users can be read')).toContainText('people found');
    await expect(systems.bad).toHaveCount(0);
    await expect(key).toHaveValue('');
    await expect(systems.field('Number of the service account')).toHaveValue(/^\d+$/);
    await expectGood(page);
  });

  await test.step('the first sign-in is the last one', async () => {
    await office.finish(profile, { name: 'Design studio' });
    const person = await another();
    await person.goto(await office.invite(profile, zoe));
    await expect(person.getByRole('main')).toContainText('You sign in once, to SuperOffice.');
    await new InvitationPage(person).start();
    await new ActivationPage(person).onlySuperOffice();
    await new SuperOfficePage(person).signIn(zoe);
    await new ActivationPage(person).expectDone();
    await expectGood(person);
    await office.expectState(profile, zoe, 'active');
  });
});
