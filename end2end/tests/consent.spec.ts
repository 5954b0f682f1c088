import { ingvild, zoe } from '../fixtures/people';
import { expectGood } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { SystemsPage } from '../pages/profile_pages';
import { MicrosoftPage } from '../pages/stand_ins';

test('an organisation is approved by the link that its administrator got, before anybody is invited', async ({ page, another, office }) => {
  const profile = await office.microsoftProfile();
  const systems = new SystemsPage(page);
  const card = page.getByRole('region', { name: 'Approval at Microsoft' });

  await test.step('inviting warns, and leads to the step', async () => {
    await page.goto(`/profiles/${profile}/link-users`);
    await systems.live();
    await expect(page.getByText('has not approved Synchronizer')).toBeVisible();
    await expectGood(page);
    await page.getByRole('link', { name: 'Get it approved' }).click();
    await expect(card).toContainText('Not asked yet');
    await systems.live();
  });

  const link = await test.step('a link is made', async () => {
    await card.getByRole('button', { name: 'Copy link for your Microsoft administrator' }).click();
    const field = card.getByLabel('Link for your Microsoft administrator');
    await expect(field).toHaveValue(/\/consent\//);
    await expectGood(page);
    return field.inputValue();
  });

  const stranger = await another({ javaScriptEnabled: false });
  const microsoft = new MicrosoftPage(stranger);

  await test.step('whoever may not approve reads who may', async () => {
    await stranger.goto(link);
    await expect(stranger.getByRole('heading', { level: 1 })).toHaveText('Approve Synchronizer for nordlicht.example');
    await expectGood(stranger);
    await stranger.getByRole('button', { name: 'Go to Microsoft and approve' }).click();
    await microsoft.pick(zoe);
    await expect(stranger.getByText('That account may not approve')).toBeVisible();
    await expectGood(stranger);
    await expect(card).toContainText('Not approved');
    await expect(card).toContainText('That account may not approve');
    await expectGood(page);
  });

  await test.step('the administrator approves, and the wizard shows it at once', async () => {
    await stranger.goto(link);
    await stranger.getByRole('button', { name: 'Go to Microsoft and approve' }).click();
    await microsoft.pick(ingvild);
    await microsoft.accept();
    await expect(stranger.getByRole('heading', { level: 1 })).toHaveText('nordlicht.example has approved');
    await expectGood(stranger);
    await expect(card).toContainText('Approved for everybody of nordlicht.example');
    await expectGood(page);
    await page.goto(`/profiles/${profile}/link-users`);
    await systems.live();
    await expect(page.getByText('has not approved Synchronizer')).toBeHidden();
  });
});
