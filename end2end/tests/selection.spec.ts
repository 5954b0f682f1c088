import { hakon, renee, zoe } from '../fixtures/people';
import { expectGood } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { SelectionPage } from '../pages/selection_page';

test('SC-90: a selection asks back, names whom it touches, and leaves alone whom the filter hides', async ({ office, page }) => {
  const profile = await office.microsoftProfile();
  for (const person of [zoe, renee, hakon]) await office.link(profile, person);
  const status = new SelectionPage(page);
  await status.visit('?sort=crm');
  for (const { name } of [zoe, renee, hakon]) await status.pick(name).check();
  await expect(status.selected).toHaveText('3 selected');
  await status.search.fill('mull');
  await status.expectPeople(zoe.name);
  await expect(status.selected).toHaveText('3 selected, 2 of them not on this page');

  await test.step('the dialog says for whom, and Cancel has the focus', async () => {
    await status.action('Pause').focus();
    await page.keyboard.press('Enter');
    await expect(status.question).toHaveText('Pause 1 link?');
    await expect(status.dialog).toContainText(zoe.name);
    await expect(status.dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
    await expect(status.hidden).not.toBeChecked();
    await expect(status.hidden).toHaveAccessibleName(/^Also 2 people whom the present filter does not show:/);
    await expect(status.hidden).toHaveAccessibleName(new RegExp(renee.name));
    await expectGood(page);
  });

  await test.step('who is ticked counts, and Escape changes nothing', async () => {
    await status.hidden.focus();
    await page.keyboard.press('Space');
    await expect(status.question).toHaveText('Pause 3 links?');
    await expect(status.dialog.getByRole('button', { name: 'Pause 3 links' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(status.dialog).toBeHidden();
    await expect(status.action('Pause')).toBeFocused();
  });

  await test.step('the hidden ones are left alone', async () => {
    await status.action('Pause').click();
    await expect(status.hidden).not.toBeChecked();
    await status.confirm('Pause 1 link');
    await expect(page.getByText(`${zoe.name} is paused.`)).toBeVisible();
    await expect(status.selected).toBeFocused();
    await status.search.fill('');
    await status.expectState(zoe.name, 'Paused');
    await status.expectState(renee.name, 'Invited');
    await status.expectState(hakon.name, 'Invited');
  });

  await test.step('a selection that is hidden wholly cannot be confirmed before it is ticked', async () => {
    await status.search.fill('mull');
    await status.expectPeople(zoe.name);
    await status.pick(zoe.name).uncheck();
    await status.action('Pause').click();
    await expect(status.dialog).toContainText('The present filter shows nobody of the selection.');
    await expect(status.dialog.getByRole('button', { name: /^Pause/ })).toHaveAttribute('aria-disabled', 'true');
    await status.dialog.getByRole('button', { name: 'Cancel' }).click();
    await status.search.fill('');
    await status.expectPeople(hakon.name, renee.name, zoe.name);
  });
});

test('mails are counted before they are sent again, and a deletion of many can be taken back', async ({ office, inbox, page }) => {
  const profile = await office.microsoftProfile();
  for (const person of [zoe, renee]) await office.link(profile, person);
  await inbox.mailTo(renee.email);
  await inbox.mailTo(zoe.email);
  const status = new SelectionPage(page);
  await status.visit('?sort=crm');
  await page.getByRole('checkbox', { name: 'Select everybody on this page' }).check();

  await status.action('Resend mail').click();
  await expect(status.question).toHaveText('Send 2 mails?');
  await expect(status.dialog).toContainText('The mails leave within a minute.');
  await status.confirm('Send 2 mails');
  await expect(page.getByText('A further mail goes to 2 people.')).toBeVisible();
  for (const { email } of [zoe, renee]) {
    await expect(async () => expect(await inbox.mailsTo(email)).toHaveLength(2)).toPass();
  }

  await status.action('Delete link').click();
  await status.confirm('Delete 2 links');
  await expect(page.getByText('All links are deleted.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await status.expectState(zoe.name, 'Invited');
  await status.expectState(renee.name, 'Invited');

  await test.step('a permanent deletion wants the number typed', async () => {
    await page.getByRole('checkbox', { name: 'Select everybody on this page' }).check();
    await status.action('Delete link').click();
    await status.confirm('Delete 2 links');
    await page.getByRole('link', { name: 'Show deleted' }).click();
    await status.expectState(zoe.name, 'Deleted');
    await page.getByRole('checkbox', { name: 'Select everybody on this page' }).check();
    await status.action('Delete permanently').click();
    const go = status.dialog.getByRole('button', { name: 'Delete 2 links permanently' });
    await expect(go).toHaveAttribute('aria-disabled', 'true');
    await expectGood(page);
    await page.getByLabel('Type 2 to confirm').fill('2');
    await page.keyboard.press('Enter');
    await expect(page.getByText('Nobody is linked yet.')).toBeVisible();
  });
});
