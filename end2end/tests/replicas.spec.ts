import { bothSteps } from '../fixtures/activation';
import { zoe } from '../fixtures/people';
import { expect, test } from '../fixtures/test';
import { staysHere } from '../pages/base_page';
import { LinkUsersPage } from '../pages/link_users_page';

test('what happens at one of two portals on one database shows on pages of the other', async ({ page, another, office, stack, watch }) => {
  const profile = await office.microsoftProfile();
  const invitation = await office.invite(profile, zoe);
  const replica = await stack.startReplica();
  watch.include(replica);
  const there = new LinkUsersPage(page);
  await there.visit(profile);
  // Cookies know no ports: the other portal knows the administrator, too.
  const elsewhere = await page.context().newPage();
  const here = new LinkUsersPage(elsewhere);
  await elsewhere.goto(`${replica}/profiles/${profile}/link-users`);
  await here.live();
  await expect(here.state(zoe.name)).toContainText('Invited');
  const unmoved = [staysHere(page), staysHere(elsewhere)];

  await bothSteps((await another()).context().request, invitation, zoe);
  await expect(here.state(zoe.name)).toContainText('Active');
  await expect(there.state(zoe.name)).toContainText('Active');

  await here.act(zoe.name, 'Pause');
  await expect(here.state(zoe.name)).toContainText('Paused');
  await expect(there.state(zoe.name)).toContainText('Paused');
  await there.act(zoe.name, 'Resume');
  await expect(here.state(zoe.name)).toContainText('Active');
  for (const stayed of unmoved) stayed();
});
