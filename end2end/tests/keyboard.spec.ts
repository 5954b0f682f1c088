import { contact, guenther, zoe } from '../fixtures/people';
import { Keyboard } from '../fixtures/keyboard';
import { expect, test } from '../fixtures/test';
import { LinkUsersPage } from '../pages/link_users_page';
import { ProfilesPage, SettingsPage, SystemsPage } from '../pages/profile_pages';
import { ActivationPage, InvitationPage } from '../pages/public_pages';
import { StatusPage } from '../pages/status_page';

test('a profile is made, and its people are linked and managed, without a mouse', async ({ page, office: _, stack }) => {
  const keys = new Keyboard(page);
  const { keyboard } = page;
  const links = new LinkUsersPage(page);
  const button = (name: string | RegExp) => page.getByRole('button', { name });

  await test.step('the wizard', async () => {
    const [profiles, systems, settings] = [new ProfilesPage(page), new SystemsPage(page), new SettingsPage(page)];
    await profiles.visit();
    await keys.press(profiles.create);
    await keys.press(button('Choose CalDAV'));
    await expect(systems.heading).toHaveText('Configure Systems');
    await systems.live();
    await keys.type(systems.field('Server address'), stack.caldav);
    await keys.type(systems.field('People'), `zoe, ${zoe.name}, ${zoe.email}`);
    await keys.press(button('Test connection'));
    await expect(page.getByText('The connection works.')).toBeVisible();
    await keys.press(button('Next: Configure Profile'));
    await expect(settings.heading).toHaveText('Configure Profile');
    await settings.live();
    await keys.type(settings.field('Name of the profile'), 'Field team');
    await keys.type(settings.field('Contact e-mail'), contact);
    await keys.press(button('Save and go to Link Users'));
  });

  await test.step('linking', async () => {
    await expect(links.heading).toHaveText('Link Users');
    await links.live();
    await keys.type(links.crm.search, 'muller');
    await expect(links.crm.options).toHaveCount(1);
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await expect(links.calendar.chosen).toContainText(zoe.name);
    await keys.press(links.link);
    await expect(links.state(zoe.name)).toContainText('Invited');
    await expect(links.row(zoe.name)).toContainText('Sent');
  });

  const menu = links.row(zoe.name).locator('summary', { hasText: `Actions for ${zoe.name}` });
  const entry = (name: string) => links.row(zoe.name).getByRole('listitem').getByRole('button', { name });

  await test.step('the menu of a row closes with Escape and gives the focus back', async () => {
    await keys.press(menu);
    await expect(entry('Pause')).toBeVisible();
    await keys.reach(entry('Pause'));
    await keyboard.press('Escape');
    await expect(entry('Pause')).toBeHidden();
    await expect(menu).toBeFocused();
  });

  await test.step('a dialog takes the focus, keeps it, and gives it back', async () => {
    await keys.press(menu);
    await keys.press(entry('Copy personal link'));
    const dialog = page.getByRole('dialog', { name: `Personal link of ${zoe.name}` });
    await expect(dialog).toBeVisible();
    const focused = page.locator(':focus');
    for (let stop = 0; stop < 6; stop += 1) {
      // Between its last control and its first the browser's own stand.
      expect(await focused.evaluateAll((all) => all.every((one) => one.closest('dialog') !== null))).toBe(true);
      await keyboard.press('Tab');
    }
    await keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(menu).toBeFocused();
  });

  await test.step('deleted, and for ever', async () => {
    await keys.press(menu);
    await keys.press(entry('Delete link'));
    await expect(links.row(zoe.name)).toHaveCount(0);
    // Whoever stood on the row stands on its table now, not at the top of the page.
    await expect(page.getByRole('heading', { name: 'Linked users' })).toBeFocused();
    await keys.press(page.getByRole('link', { name: /^Deleted/ }));
    await expect(links.state(zoe.name)).toContainText('Deleted');
    await keys.press(menu);
    await keys.press(entry('Delete permanently'));
    const dialog = page.getByRole('dialog', { name: `Delete the link of ${zoe.name} permanently?` });
    await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
    await keys.type(dialog.getByLabel(`Type ${zoe.name} to confirm`), zoe.name);
    await keyboard.press('Enter');
    await expect(dialog).toBeHidden();
    await expect(links.row(zoe.name)).toHaveCount(0);
  });
});

test('columns are chosen without a mouse', async ({ page, office }) => {
  await office.link(await office.caldavProfile([zoe]), zoe);
  const keys = new Keyboard(page);
  const status = new StatusPage(page);
  await status.visit();
  const menu = page.locator('summary', { hasText: 'Columns' });
  await keys.press(menu);
  await keys.reach(page.getByRole('checkbox', { name: 'Since', exact: true }));
  await page.keyboard.press('Space');
  await expect(status.column('Since')).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(menu).toBeFocused();
  await expect(page.getByRole('checkbox', { name: 'Since', exact: true })).toBeHidden();
  await page.reload();
  await expect(status.column('Since')).toBeHidden();
});

test('an invitation leads to the confirmation without a mouse', async ({ another, office }) => {
  const profile = await office.caldavProfile([guenther]);
  const page = await another();
  const keys = new Keyboard(page);
  const activation = new ActivationPage(page);
  const button = (name: string) => page.getByRole('button', { name });
  await page.goto(await office.invite(profile, guenther));
  await test.step('another language and back', async () => {
    await keys.press(page.locator('.langs > summary'));
    await keys.press(page.getByRole('link', { name: 'Deutsch' }));
    await expect(page.locator('html')).toHaveAttribute('lang', 'de');
    await keys.press(page.locator('.langs > summary'));
    await keys.press(page.getByRole('link', { name: 'English' }));
  });
  await new InvitationPage(page).arrived();
  await keys.press(button('Let’s get started'));
  await activation.expectStep(1, 'First sign in with SuperOffice');
  await keys.press(button('Sign in with SuperOffice'));
  await keys.press(button(guenther.name));
  await activation.expectStep(2, 'Your calendar account');
  await keys.type(activation.field('Password'), 'not this one');
  await page.keyboard.press('Enter');
  await expect(activation.alert).toContainText('The server did not accept this password.');
  await expect(activation.field('Password')).toBeFocused();
  await keys.type(activation.field('Password'), 'demo');
  await keys.press(button('Check and save'));
  await activation.expectDone();
  await keys.press(page.getByRole('link', { name: 'Open my page' }));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('My calendar');
});
