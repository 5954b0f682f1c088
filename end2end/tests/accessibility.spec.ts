import { firstPages, portalPages, publicPages, routesOfThePortal } from '../fixtures/every_page';
import { guenther, zoe } from '../fixtures/people';
import { expectGood, expectUsable } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { livingProfile } from '../screenshots/story';

test('the list of pages is the list of routes', () => {
  const listed = new Set(portalPages.flatMap(({ route }) => route ?? []));
  expect([...listed].sort()).toEqual([...new Set(routesOfThePortal())].sort());
});

test('every page of the portal can be used by everybody', async ({ page, office, playwright }) => {
  test.setTimeout(300_000);
  const living = await livingProfile(office, playwright.request);
  const [disabled, deleted] = [
    await office.caldavProfile([zoe], { name: 'Old office' }),
    await office.caldavProfile([guenther], { name: 'Older office' }),
  ];
  await office.actOnProfile(disabled, 'disable');
  await office.actOnProfile(deleted, 'delete');
  const places = {
    disabled,
    living,
    list: await office.bring(living, 'CRM;Calendar\nHåkon Nyström;Håkon Nyström\nZoë Müller;Zoë Müller\nnobody;nothing\n"open;quote\n'),
    empty: await office.caldavProfile([zoe, guenther]),
    drafts: {
      microsoft365: await office.draft('microsoft365'),
      google: await office.draft('google'),
      exchange: await office.draft('exchange'),
      caldav: await office.draft('caldav'),
    },
  };
  for (const { address } of portalPages) {
    const path = address(places);
    await test.step(path, async () => {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expectGood(page);
      await expectUsable(page);
    });
  }
});

test('every page on the way of a new company can be used by everybody', async ({ page }) => {
  await firstPages(page, (name) => test.step(name, async () => {
    await expectGood(page);
    await expectUsable(page);
  }));
});

test('every page from the mail to the confirmation can be used by everybody', async ({ another, office }) => {
  test.setTimeout(300_000);
  const invitation = await office.invite(await office.microsoftProfile(), zoe);
  const person = await another();
  await publicPages(person, invitation, (name) => test.step(name, async () => {
    await expectGood(person);
    await expectUsable(person);
  }));
});
