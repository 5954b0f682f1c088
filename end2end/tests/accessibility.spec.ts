import { bothSteps, firstStep } from '../fixtures/activation';
import { firstPages, portalMoments, portalPages, publicPages, routesOfThePortal } from '../fixtures/every_page';
import { context, guenther, hakon, ingvild, lukasz, noel, zoe } from '../fixtures/people';
import { expectGood, expectUsable } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { LinkUsersPage } from '../pages/link_users_page';
import { livingProfile } from '../screenshots/story';

test('the list of pages is the list of routes', () => {
  const listed = new Set(portalPages.flatMap(({ route }) => route ?? []));
  expect([...listed].sort()).toEqual([...new Set(routesOfThePortal())].sort());
});

test('every page of the portal can be used by everybody', async ({ page, office, playwright, stack }) => {
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
  // There is something to look at.
  await stack.ageInvitations(8);
  await stack.hire(hakon);
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

test('every menu, dialog and message of the portal can be used by everybody', async ({ page, office, playwright, stack }) => {
  test.setTimeout(300_000);
  const { inbox } = stack;
  const profile = await office.microsoftProfile();
  await office.actOnProfile(await office.caldavProfile([guenther], { name: 'Older office', wait: false }), 'delete');
  await bothSteps(await playwright.request.newContext(), await office.invite(profile, lukasz), lukasz);
  await office.expectState(profile, lukasz, 'active');
  await inbox.control({ microsoft_consent: 'admin_approval' });
  const stuck = await firstStep(await playwright.request.newContext(), await office.invite(profile, guenther), guenther);
  await stuck.press('Sign in with Microsoft');
  await stuck.press(guenther.name);
  await stuck.follow('Return to the application');
  await office.delete(await office.link(profile, noel));
  await office.link(profile, zoe);
  const portal = new LinkUsersPage(page);

  for (const { name, address, open } of portalMoments) {
    await test.step(name, async () => {
      await page.goto(address(profile));
      await portal.live();
      await open(page);
      await expectGood(page);
    });
  }

  await test.step('a system that refuses this installation', async () => {
    await inbox.control({ client_refused: { microsoft: true } });
    // The sign-in of hours ago: it is renewed before the next use.
    await stack.alterDatabase('UPDATE grant_tokens SET access_until = 0 WHERE access_until IS NOT NULL');
    await portal.visit(profile);
    await portal.act(lukasz.name, 'Test connection');
    await expect(async () => {
      await page.goto('/profiles');
      await expect(page.getByText('Microsoft 365 refuses this installation.')).toBeVisible({ timeout: 1_000 });
    }).toPass();
    await expectGood(page);
    await inbox.control({ client_refused: { microsoft: false } });
  });

  await test.step('a list that could not be read anew', async () => {
    await inbox.control({ refresh_revoked: { system: 'microsoft', person: ingvild.email } });
    await portal.visit(profile);
    await page.getByRole('button', { name: /Refresh/ }).last().click();
    await expect(page.getByText('You see the list as it was read before.')).toBeVisible();
    await expectGood(page);
  });

  await test.step('a batch that is under way', async () => {
    // Nobody works on it: pages only.
    await page.goto('about:blank');
    await stack.stopPortal();
    await stack.startPortal({}, 'portal');
    await portal.open(`/profiles/${profile}/link-several`);
    await portal.live();
    await portal.press(/^Link \d+ people$/);
    await expect(page.locator('section.job').getByRole('progressbar')).toBeVisible();
    await expectGood(page);
  });

  await test.step('a company that is suspended', async () => {
    await stack.operator('suspend', context);
    await page.goto('/profiles');
    await expect(page.getByText('This company is suspended.')).toBeVisible();
    await expectGood(page);
  });
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
