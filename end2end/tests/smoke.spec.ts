import { expectGood } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { SignInPage } from '../pages/sign_in_page';

test('the portal says that it is alive and ready', async ({ request }) => {
  expect((await request.get('/health')).status()).toBe(200);
  expect((await request.get('/ready')).status()).toBe(200);
});

test('the sign-in page works without script @noscript', async ({ page }) => {
  const signIn = new SignInPage(page);
  await signIn.visit();
  await expect(signIn.superOffice).toBeVisible();
  await expectGood(page);
});
