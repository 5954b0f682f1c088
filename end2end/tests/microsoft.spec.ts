import { company, contact, ingvild, zoe } from '../fixtures/people';
import { expectGood } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { staysHere } from '../pages/base_page';
import { LinkUsersPage } from '../pages/link_users_page';
import { ProfilesPage, SelectSystemsPage, SettingsPage, SystemsPage } from '../pages/profile_pages';
import { ActivationPage, InvitationPage } from '../pages/public_pages';
import { SignInPage } from '../pages/sign_in_page';
import { InboxPage, MicrosoftPage, SuperOfficePage } from '../pages/stand_ins';

test('an administrator links a colleague, who agrees, and the row turns active @phone', async ({ page, another, inbox }) => {
  const superoffice = new SuperOfficePage(page);
  const microsoft = new MicrosoftPage(page);
  const links = new LinkUsersPage(page);

  await test.step('the administrator signs the company up', async () => {
    const signIn = new SignInPage(page);
    await signIn.visit();
    await expectGood(page);
    await signIn.superOffice.click();
    await superoffice.signIn(ingvild);
    await superoffice.approve();
    await expect(signIn.heading).toHaveText(`Set up Synchronizer for ${company}`);
    await expectGood(page);
    await signIn.press('Set up Synchronizer');
  });

  await test.step('the overview is empty and says what to do', async () => {
    const profiles = new ProfilesPage(page);
    await profiles.live();
    await expect(page.getByRole('heading', { name: 'Link your first colleagues' })).toBeVisible();
    await expectGood(page);
    await profiles.create.click();
  });

  await test.step('Select Systems', async () => {
    const select = new SelectSystemsPage(page);
    await expect(select.heading).toHaveText('Select Systems');
    await expectGood(page);
    await select.choose('Microsoft 365');
  });

  await test.step('Configure Systems: sign in and test', async () => {
    const systems = new SystemsPage(page);
    await expectGood(page);
    await systems.press('Sign in with Microsoft');
    await microsoft.pick(ingvild);
    await microsoft.accept();
    await systems.live();
    await systems.test('The connection works.');
    await expect(systems.lines.filter({ hasText: 'Calendar users can be read' })).toContainText('people found');
    await expect(systems.bad).toHaveCount(0);
    await expectGood(page);
    await page.getByRole('link', { name: 'Next: Configure Profile' }).click();
  });

  await test.step('Configure Profile', async () => {
    const settings = new SettingsPage(page);
    await expect(settings.heading).toHaveText('Configure Profile');
    await settings.live();
    await expectGood(page);
    await settings.type({ name: 'Oslo and Bergen', contact });
    await settings.press('Save and go to Link Users');
  });

  await test.step('Link Users: search both lists and link the proposed pair', async () => {
    await expect(links.heading).toHaveText('Link Users');
    await links.live();
    await expectGood(page);
    await links.crm.find('mull', zoe.name);
    await links.crm.option(zoe.name).click();
    await expect(links.calendar.chosen).toContainText(zoe.name);
    await expect(links.calendar.chosen).toContainText('Equal e-mail');
    await expect(links.pair).toContainText('Both have the same e-mail.');
    await links.calendar.find('ozt', 'Günther Öztürk');
    await links.calendar.search.fill('');
    await expect(links.calendar.options.first()).toContainText(zoe.name);
    await expect(links.calendar.chosen).toContainText(zoe.name);
    await links.link.click();
    await expect(links.pair).toContainText('Linked');
    await expect(links.state(zoe.name)).toContainText('Invited');
    await expect(links.row(zoe.name)).toContainText('Sent just now');
    await expectGood(page);
  });

  const unmoved = staysHere(page);
  const phone = await another();
  const activation = new ActivationPage(phone);

  await test.step('the mail is there, and its button leads the whole window to the invitation', async () => {
    const inboxPage = new InboxPage(phone, inbox.url);
    await inboxPage.openMailTo(zoe);
    await inboxPage.followButton('Let’s get started');
    const invitation = new InvitationPage(phone);
    await invitation.arrived();
    await expect(phone.getByRole('main')).toContainText(`${ingvild.name} invites you`);
    await expectGood(phone);
    await invitation.start();
  });

  await test.step('Zoë signs in to SuperOffice, and the row follows by itself', async () => {
    await expectGood(phone);
    await activation.toSuperOffice();
    await new SuperOfficePage(phone).signIn(zoe);
    await activation.expectStep(2, 'Now sign in with Microsoft');
    await expectGood(phone);
    await expect(links.state(zoe.name)).toContainText('Partly');
  });

  await test.step('Zoë agrees at Microsoft, and the row turns active by itself', async () => {
    await activation.toMicrosoft();
    const consent = new MicrosoftPage(phone);
    await consent.pick(zoe);
    await consent.accept();
    await activation.expectDone();
    await expectGood(phone);
    await expect(links.state(zoe.name)).toContainText('Active');
    await expect(links.row(zoe.name)).toContainText('Used just now');
    unmoved();
  });

  await test.step('her own page and the overview say the same', async () => {
    await phone.getByRole('link', { name: 'Open my page' }).click();
    await expect(phone.getByRole('heading', { level: 1 })).toHaveText('My calendar');
    await expect(phone.getByRole('main')).toContainText('Both connections are good.');
    await expectGood(phone);
    const profiles = new ProfilesPage(page);
    await profiles.visit();
    await expect(profiles.profile('Oslo and Bergen')).toContainText('1 person linked');
    await expect(profiles.profile('Oslo and Bergen').getByRole('link', { name: 'Active 1' })).toBeVisible();
    await expectGood(page);
  });
});

test('linking needs no mouse', async ({ page, office }) => {
  const profile = await office.microsoftProfile();
  const links = new LinkUsersPage(page);
  await links.visit(profile);
  const { keyboard } = page;

  await links.crm.search.focus();
  await keyboard.type('zurawski');
  await expect(links.crm.options).toHaveCount(1);
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await expect(links.crm.chosen).toContainText('Łukasz Żurawski');
  await expect(links.calendar.chosen).toContainText('lukasz.zurawski@');
  await keyboard.press('Enter');
  await expect(links.calendar.search).toBeFocused();
  await keyboard.press('Enter');
  await expect(links.state('Łukasz Żurawski')).toContainText('Invited');
  await expect(links.crm.search).toBeFocused();
  await expect(links.crm.search).toHaveValue('');

  await keyboard.type('bjorn');
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await keyboard.press('Escape');
  await expect(links.crm.search).toHaveValue('');
  await keyboard.press('End');
  await expect(links.crm.options.last()).toHaveClass(/is-active/);
  await expect(links.crm.search).toHaveAttribute('aria-activedescendant', await links.crm.options.last().getAttribute('id') ?? '-');
});
