import { expect, test } from '../fixtures/test';
import { LinkUsersPage } from '../pages/link_users_page';

test('a page whose sign-in is over says that it is not live', async ({ page, office, stack, watch }) => {
  // Parts of pages that were still being fetched ahead.
  watch.tolerate(/Failed to fetch[^]*\/parts\.js/);
  watch.tolerate(/net::ERR_(INCOMPLETE_CHUNKED_ENCODING|CONNECTION_(REFUSED|RESET))/);
  // Whoever is signed out gets a page instead of the stream.
  watch.tolerate(/EventSource's response has a MIME type/);
  const profile = await office.microsoftProfile();
  const links = new LinkUsersPage(page);
  await links.visit(profile);
  // Another database: nobody is signed in.
  await stack.renew();
  await expect(page.getByText('Not live')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('link', { name: 'Reload' })).toBeVisible();
});
