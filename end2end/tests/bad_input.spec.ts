import { contact, noel, zoe } from '../fixtures/people';
import { expectGood } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { LinkUsersPage } from '../pages/link_users_page';
import { SettingsPage, SystemsPage } from '../pages/profile_pages';

test('settings that cannot be are marked with what to change, and nothing typed is lost', async ({ page, office }) => {
  await office.caldavProfile([zoe], { name: 'Field team' });
  const profile = await office.microsoftProfile({ name: 'Oslo and Bergen' });
  const settings = new SettingsPage(page);
  await settings.visit(profile);
  const name = 'Name of the profile';
  const long = 'Oslo and Bergen '.repeat(20).trim();
  for (const [typed, sentence] of [
    ['', /Nothing was typed here/],
    ['   ', /Nothing was typed here/],
    [long, /This is too long\. At most \d+ characters fit\./],
    ['Field team', /Another profile has this name/],
  ] as const) {
    await test.step(`the name “${typed.slice(0, 20)}”`, async () => {
      await settings.type({ name: typed, contact, language: 'Deutsch' });
      await settings.press('Save');
      await settings.expectFieldError(name, sentence);
      await expect(settings.field(name)).toBeFocused();
      await expect(settings.field(name)).toHaveValue(typed);
      await expect(settings.field('Contact e-mail')).toHaveValue(contact);
      await expect(settings.field('Language of the mails')).toHaveValue('de');
    });
  }

  await settings.type({ name: 'Oslo', contact: 'it at nordlicht' });
  await settings.press('Save');
  await settings.expectFieldError('Contact e-mail', /This is not an e-mail address/);
  await expect(settings.field(name)).toHaveValue('Oslo');
  await expect(settings.field(name)).not.toHaveAttribute('aria-invalid');
  await expectGood(page);

  // Nothing was changed by all of that.
  await page.reload();
  await expect(settings.field(name)).toHaveValue('Oslo and Bergen');
  await expect(settings.field('Language of the mails')).toHaveValue('en');

  await settings.live();
  await settings.type({ name: 'Oslo', contact: '' });
  await settings.press('Save');
  await expect(page.getByText('Settings saved.')).toBeVisible();
  await expect(settings.field(name)).not.toHaveAttribute('aria-invalid');
});

test('server addresses that cannot be are marked with what to type', async ({ page, office, stack }) => {
  const profile = await office.draft('caldav');
  const systems = new SystemsPage(page);
  await systems.visit(profile);
  const people = `zoe, ${zoe.name}, ${zoe.email}\nzoe, Zoë again, ${zoe.email}`;
  const { port } = new URL(stack.portal);
  for (const [typed, sentence] of [
    ['', /Nothing was typed here/],
    ['calendar server', /This is not an address of a server/],
    ['ftp://dav.nordlicht.example', /This is not an address of a server/],
    ['https://zoe:secret@dav.nordlicht.example', /This is not an address of a server/],
  ] as const) {
    await test.step(`the address “${typed}”`, async () => {
      await systems.type(typed, people);
      await systems.press('Test connection');
      await systems.expectFieldError('Server address', sentence);
      await systems.expectFieldError('People', /Line 2 repeats the login zoe/);
      await expect(systems.field('Server address')).toHaveValue(typed);
      await expect(systems.field('People')).toHaveValue(people);
    });
  }
  await expectGood(page);

  await test.step('a server that is none is found out by the test', async () => {
    await systems.type(`http://127.0.0.1:${port}/`, `zoe, ${zoe.name}`);
    await systems.test('Something does not work yet.');
    await expect(systems.bad.first()).toContainText('No calendar server answered at this address.');
    await expectGood(page);
  });

  await test.step('passwords never travel in clear', async () => {
    await systems.type('http://192.0.2.1/', `zoe, ${zoe.name}`);
    await systems.test('Something does not work yet.');
    await expect(systems.bad.first()).toContainText('Passwords travel over https only.');
  });

  await test.step('neither is an address where nobody answers', async () => {
    await systems.type('http://127.0.0.1:9/', `zoe, ${zoe.name}`);
    await systems.test('Something does not work yet.');
    await expect(systems.bad.first()).toContainText('did not answer');
  });
});

test('nobody is linked twice, and the sentence says where the other link is', async ({ page, office, inbox, watch }) => {
  const fieldTeam = await office.caldavProfile([zoe], { name: 'Field team' });
  const profile = await office.microsoftProfile();
  const links = new LinkUsersPage(page);
  await links.visit(profile);

  await test.step('without a pair the button says what is missing', async () => {
    await expect(links.link).toHaveAttribute('aria-disabled', 'true');
    await expect(links.link).toHaveAccessibleDescription('Choose one on each side.');
    await links.link.click({ force: true });
    await expect(page.getByText('Nobody is linked yet.')).toBeVisible();
  });

  await test.step('a pair that somebody else linked meanwhile is refused', async () => {
    await links.crm.search.fill('zoe');
    await links.crm.option(zoe.name).click();
    await expect(links.calendar.chosen).toContainText(zoe.name);
    // A colleague is faster; this page learns of it only after its own press.
    watch.tolerate(/ERR_FAILED.*linking\/view/);
    await page.route('**/api/linking/view', (route) => route.abort());
    await office.link(fieldTeam, zoe);
    await links.link.click();
    await expect(links.pair).toContainText(`${zoe.name} is already linked in profile Field team. Nothing was changed.`);
    await expectGood(page);
    await page.unroute('**/api/linking/view');
  });

  await test.step('afterwards she stands among the linked', async () => {
    await links.visit(profile);
    await links.crm.find('zoe');
    await expect(page.getByText('Nobody matches “zoe”.')).toBeVisible();
    await expect(page.getByText('Nobody is linked yet.')).toBeVisible();
    expect(await inbox.mailsTo(zoe.email)).toHaveLength(1);
    await links.crm.search.fill('noel');
    await links.crm.option(noel.name).click();
    await links.link.click();
    await expect(links.state(noel.name)).toContainText('Invited');
  });
});
