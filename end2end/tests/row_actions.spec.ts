import { bothSteps } from '../fixtures/activation';
import { guenther, ingvild, zoe } from '../fixtures/people';
import { expectGood } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { LinkUsersPage } from '../pages/link_users_page';
import { OwnPage } from '../pages/own_page';
import { ProfilesPage } from '../pages/profile_pages';
import { ActivationPage, InvitationPage } from '../pages/public_pages';
import { MicrosoftPage } from '../pages/stand_ins';

test('a link is tried, paused, deleted, brought back and erased from its row', async ({ page, another, inbox, office }) => {
  const profile = await office.microsoftProfile();
  const person = await another();
  await bothSteps(person.context().request, await office.invite(profile, zoe), zoe);
  await office.expectState(profile, zoe, 'active');
  const links = new LinkUsersPage(page);
  await links.visit(profile);

  await test.step('a test of both connections finds what Microsoft took back, and the person gives it again', async () => {
    await inbox.control({ scopes_withdrawn: { [zoe.email]: true } });
    await links.act(zoe.name, 'Test connection');
    await expect(links.toast(`We try both connections of ${zoe.name} now.`)).toBeVisible();
    await expect(links.state(zoe.name)).toContainText('Needs attention');
    await inbox.control({ scopes_withdrawn: { [zoe.email]: false } });
    await person.goto('/me');
    await expect(person.getByRole('main')).toContainText('A permission is missing');
    await expectGood(person);
    await new OwnPage(person).press('Reconnect Microsoft 365');
    await new ActivationPage(person).press('Sign in with Microsoft');
    await new MicrosoftPage(person).pick(zoe);
    await new ActivationPage(person).expectDone();
    await expect(links.state(zoe.name)).toContainText('Active');
  });

  await test.step('paused, taken back at once, paused again and resumed', async () => {
    await links.act(zoe.name, 'Pause');
    const undo = links.toast(`${zoe.name} is paused.`).getByRole('button', { name: 'Undo' });
    // With the focus in it, the toast stays.
    await undo.focus();
    await expect(links.state(zoe.name)).toContainText('Paused');
    await undo.click();
    await expect(links.state(zoe.name)).toContainText('Active');
    await links.act(zoe.name, 'Pause');
    await expect(links.state(zoe.name)).toContainText('Paused');
    await links.act(zoe.name, 'Resume');
    await expect(links.toast(`${zoe.name} goes on.`)).toBeVisible();
    await expect(links.state(zoe.name)).toContainText('Active');
  });

  await test.step('deleted, taken back at once, and later', async () => {
    await links.act(zoe.name, 'Delete link');
    const undo = links.toast(`Link of ${zoe.name} deleted.`).getByRole('button', { name: 'Undo' });
    await undo.focus();
    await expect(links.row(zoe.name)).toHaveCount(0);
    await undo.click();
    await expect(links.state(zoe.name)).toContainText('Active');
    await links.act(zoe.name, 'Delete link');
    await expect(links.row(zoe.name)).toHaveCount(0);
    await links.visitDeleted(profile);
    await expect(links.state(zoe.name)).toContainText('Deleted');
    await links.row(zoe.name).getByRole('button', { name: 'Undelete' }).click();
    await expect(links.toast(`Link of ${zoe.name} is back.`)).toBeVisible();
    await office.expectState(profile, zoe, 'active');
  });

  await test.step('for ever only by the name', async () => {
    await links.visit(profile);
    await links.act(zoe.name, 'Delete link');
    await expect(links.row(zoe.name)).toHaveCount(0);
    await links.visitDeleted(profile);
    await links.act(zoe.name, 'Delete permanently');
    const dialog = page.getByRole('dialog', { name: `Delete the link of ${zoe.name} permanently?` });
    const erase = dialog.getByRole('button', { name: 'Delete permanently' });
    await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
    await dialog.getByLabel(`Type ${zoe.name} to confirm`).fill('Zoe');
    await expect(erase).toHaveAttribute('aria-disabled', 'true');
    await erase.click({ force: true });
    await expect(dialog).toBeVisible();
    await dialog.getByLabel(`Type ${zoe.name} to confirm`).fill(zoe.name);
    await erase.click();
    await expect(dialog).toBeHidden();
    await expect(links.toast(`The link of ${zoe.name} is deleted permanently.`)).toBeVisible();
    await expect(links.row(zoe.name)).toHaveCount(0);
    await person.goto('/me');
    await expect(person.getByRole('main')).toContainText('Nothing is linked for you yet');
  });
});

test('a personal link is copied from the row, and works in its person’s browser @phone', async ({ page, context, another, office, stack }) => {
  const profile = await office.caldavProfile([guenther]);
  await office.invite(profile, guenther);
  const links = new LinkUsersPage(page);
  await links.visit(profile);
  await links.act(guenther.name, 'Copy personal link');
  const dialog = page.getByRole('dialog', { name: `Personal link of ${guenther.name}` });
  const link = await dialog.getByLabel('Personal link').inputValue();
  await expectGood(page);
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: stack.portal });
  await dialog.getByRole('button', { name: 'Copy' }).click();
  await expect(dialog.getByRole('status')).toHaveText('Copied');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(dialog).toBeHidden();
  const person = await another();
  await person.goto(link);
  await new InvitationPage(person).arrived();
});

test('an administrator who is linked changes over to the own page and back @phone', async ({ page, office }) => {
  const profile = await office.microsoftProfile();
  const views = page.getByRole('navigation', { name: 'View as' });
  await new ProfilesPage(page).visit();
  await expect(views).toHaveCount(0);
  await office.link(profile, ingvild);
  await new ProfilesPage(page).visit();
  await expect(views.getByRole('link', { name: 'Admin' })).toHaveAttribute('aria-current', 'true');
  await expectGood(page);
  await views.getByRole('link', { name: 'User' }).click();
  await expect(new OwnPage(page).heading).toHaveText('My calendar');
  await expect(page.getByRole('main')).toContainText('You are invited');
  await expect(views.getByRole('link', { name: 'User' })).toHaveAttribute('aria-current', 'true');
  await views.getByRole('link', { name: 'Admin' }).click();
  await expect(page).toHaveURL(/\/profiles$/);
  await expect(new ProfilesPage(page).profile('Oslo and Bergen')).toContainText('1 person linked');
});
