import { contact, guenther, ingvild, zoe } from '../fixtures/people';
import { expectGood } from '../fixtures/quality';
import { emptyAccount } from '../fixtures/radicale';
import { expect, test } from '../fixtures/test';
import { staysHere } from '../pages/base_page';
import { LinkUsersPage } from '../pages/link_users_page';
import { ProfilesPage, SelectSystemsPage, SettingsPage, SystemsPage } from '../pages/profile_pages';
import { ActivationPage, InvitationPage } from '../pages/public_pages';
import { InboxPage, SuperOfficePage } from '../pages/stand_ins';

const list = `zoe, ${zoe.name}, ${zoe.email}\nguenther, ${guenther.name}, ${guenther.email}`;

test('a company with a CalDAV server links a colleague, who types a password @phone', async ({ page, another, inbox, office: _, stack }) => {
  const systems = new SystemsPage(page);
  const links = new LinkUsersPage(page);
  // A fresh account without any calendar.
  await emptyAccount(stack.caldav, zoe.login);

  await test.step('the wizard begins with the system', async () => {
    await page.goto('/profiles');
    await new ProfilesPage(page).create.click();
    await new SelectSystemsPage(page).choose('CalDAV');
    await systems.live();
    await expectGood(page);
  });

  await test.step('a wrong line of the pasted list is named, and nothing typed is lost', async () => {
    const wrong = `${list}\nrenee, Renée van ’t Hoff, renee@`;
    await systems.type(stack.caldav, wrong);
    await systems.press('Test connection');
    await systems.expectFieldError('People', /Line 3 has an address that cannot be mailed: renee@/);
    await expect(systems.field('People')).toBeFocused();
    await expect(systems.field('People')).toHaveValue(wrong);
    await expect(systems.field('Server address')).toHaveValue(stack.caldav);
    await expectGood(page);
  });

  await test.step('the corrected list and the server are tried', async () => {
    await systems.type(stack.caldav, list);
    await systems.test('The connection works.');
    await expect(systems.lines.filter({ hasText: 'The list has people' })).toContainText('2 people found.');
    await expect(systems.bad).toHaveCount(0);
    await expectGood(page);
    await systems.press('Next: Configure Profile');
  });

  await test.step('Configure Profile', async () => {
    const settings = new SettingsPage(page);
    await expect(settings.heading).toHaveText('Configure Profile');
    await settings.live();
    await settings.type({ name: 'Field team', contact });
    await settings.press('Save and go to Link Users');
  });

  await test.step('Link Users', async () => {
    await expect(links.heading).toHaveText('Link Users');
    await links.live();
    await links.crm.search.fill('zoe');
    await links.crm.option(zoe.name).click();
    await expect(links.calendar.chosen).toContainText(zoe.name);
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
    const invitation = new InvitationPage(phone);
    await invitation.arrived();
    await expect(phone.getByRole('main')).toContainText(`${ingvild.name} invites you`);
    await expectGood(phone);
    await invitation.start();
    await activation.toSuperOffice();
    await new SuperOfficePage(phone).signIn(zoe);
    await activation.expectStep(2, 'Your calendar account');
    await expect(activation.field('User name')).toHaveValue('zoe');
    await expectGood(phone);
  });

  await test.step('a wrong password is refused with a sentence; what was typed stays', async () => {
    const answer = phone.waitForResponse((response) => response.request().method() === 'POST');
    await activation.tryPassword('not this one');
    expect((await answer).status()).toBe(422);
    await expect(activation.alert).toContainText(/The server did not accept this password\.\s*Nothing was stored\./);
    await expect(activation.field('User name')).toHaveValue('zoe');
    await expect(activation.field('Server address')).toHaveValue(stack.caldav);
    await expect(activation.field('Password')).toHaveValue('');
    await expect(activation.field('Password')).toBeFocused();
    await expectGood(phone);
    await expect(links.state(zoe.name)).toContainText('Partly');
  });

  await test.step('an account without a calendar gets one, if the person wants', async () => {
    await activation.tryPassword('demo');
    await expect(activation.alert).toContainText('Your account has no calendar');
    await expect(activation.create).toBeChecked();
    await expectGood(phone);
    await activation.create.uncheck();
    await activation.tryPassword('demo');
    await expect(activation.alert).toContainText('Your account has no calendar');
    await activation.create.check();
    await activation.tryPassword('demo');
    await activation.expectDone();
    await expectGood(phone);
  });

  await test.step('the row turned active by itself', async () => {
    await expect(links.state(zoe.name)).toContainText('Active');
    unmoved();
  });
});
