import type { Page } from '@playwright/test';

import { contact, ingvild, maja, zoe } from '../fixtures/people';
import { expectGood } from '../fixtures/quality';
import { atTheDoor } from '../fixtures/refusals/at_the_door';
import { onTheWay } from '../fixtures/refusals/on_the_way';
import { approvals, atGoogle, failedApproval, inTheOffice, withPasswords } from '../fixtures/refusals/other_ways';
import { type Refusal, expectLanguages, expectRefusal } from '../fixtures/refusals/refusal';
import { expect, test } from '../fixtures/test';
import { consentStands, mishaps, sentence } from '../fixtures/words';
import { SystemsPage } from '../pages/profile_pages';
import { MicrosoftPage } from '../pages/stand_ins';

/** Goes to each page and looks at it. */
async function see<Place extends { page: Page }>(refusals: Refusal<Place>[], place: Place): Promise<void> {
  for (const refusal of refusals) {
    await test.step(refusal.word, async () => {
      await refusal.reach(place);
      await expectRefusal(place.page, refusal);
      await refusal.mend?.(place);
    });
  }
}

test.beforeEach(({ watch }) => {
  // Pages of faults are told by their status, too.
  watch.tolerate(/the server responded with a status of 50[023]/);
});

test('the list of refusals is the list of mishaps', () => {
  const listed = [...atTheDoor, ...onTheWay, ...inTheOffice, ...atGoogle, ...withPasswords, ...approvals];
  expect(listed.map(({ word }) => word).sort()).toEqual(mishaps().sort());
  expect(mishaps().length).toBeGreaterThan(20);
});

test('whoever is refused before a company is set up reads why, and what to do', async ({ page, stack }) => {
  await see(atTheDoor, { page, stack });
});

test('whoever is refused on the way from the mail to the confirmation reads why, and what to do', async ({ another, office, stack }) => {
  test.setTimeout(180_000);
  const profile = await office.microsoftProfile();
  const invitation = await office.invite(profile, zoe);
  await see(onTheWay, { page: await another(), stack, office, profile, invitation });
});

test('whoever cannot connect a calendar reads why, and what to do', async ({ another, office, stack }) => {
  const google = await office.googleProfile();
  const exchange = await office.exchangeProfile();
  const place = { stack, office };
  await see(atGoogle, { ...place, page: await another(), profile: google, invitation: await office.invite(google, maja) });
  await see(withPasswords, { ...place, page: await another(), profile: exchange, invitation: await office.invite(exchange, zoe) });
});

test('an administrator whose sign-in cannot be used reads why, and what to do', async ({ office: _, page, stack }) => {
  await see(inTheOffice, { page, stack });
});

test('each page of an approval says how far it is, also when it is refused or too old', async ({ page, another, office, stack }) => {
  const systems = new SystemsPage(page);
  await systems.visit(await office.microsoftProfile());
  const card = page.getByRole('region', { name: 'Approval at Microsoft' });
  await card.getByRole('button', { name: 'Copy link for your Microsoft administrator' }).click();
  const field = card.getByLabel('Link for your Microsoft administrator');
  await expect(field).toHaveValue(/\/consent\//);
  const link = await field.inputValue();
  const stranger = await another();
  const names = { organisation: 'nordlicht.example', name: ingvild.name, tenant: 'Nordlicht Consulting AS' };
  const seen: string[] = [];
  const stands = async (word: string, languages: 'same' | 'none') => {
    seen.push(word);
    const title = (locale: 'en' | 'de') => sentence(locale, `public.consent.${word}.title`, names);
    await expect(stranger.getByRole('heading', { level: 1 })).toHaveText(title('en'));
    await expect(stranger.getByRole('main')).toContainText(sentence('en', `public.consent.${word}.text`, names));
    await expect(stranger.getByRole('link', { name: contact })).toBeVisible();
    await expectGood(stranger);
    await expectLanguages(stranger, languages, title('de'));
  };

  await stranger.goto(link);
  await stands('asked', 'same');
  await stranger.goto(await failedApproval(stranger, link));
  await stands('refused', 'none');
  await see(approvals, { page: stranger, stack, link });
  await stack.alterDatabase('UPDATE consent_links SET expires_at = created_at');
  await stranger.goto(link);
  await stands('expired', 'same');
  await stack.alterDatabase('UPDATE consent_links SET expires_at = created_at + 86400000000');
  await stranger.goto(link);
  await stranger.getByRole('button', { name: 'Go to Microsoft and approve' }).click();
  const microsoft = new MicrosoftPage(stranger);
  await microsoft.pick(ingvild);
  await microsoft.accept();
  await stands('approved', 'none');
  expect(seen.sort()).toEqual(consentStands().sort());
});
