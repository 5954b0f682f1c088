import type { APIRequest } from '@playwright/test';

import { bothSteps, firstStep } from '../fixtures/activation';
import type { Office } from '../fixtures/office';
import { guenther, lukasz, noel, renee, zoe } from '../fixtures/people';

/** A profile in the middle of its life: two work, one is half way, two have not begun, one is stuck. */
export async function livingProfile(office: Office, requests: APIRequest): Promise<string> {
  const profile = await office.microsoftProfile();
  for (const person of [noel, lukasz]) {
    await bothSteps(await requests.newContext(), await office.invite(profile, person), person);
    await office.expectState(profile, person, 'active');
  }
  await firstStep(await requests.newContext(), await office.invite(profile, renee), renee);
  const { inbox } = office.stack;
  await inbox.control({ microsoft_consent: 'admin_approval' });
  const stuck = await firstStep(await requests.newContext(), await office.invite(profile, guenther), guenther);
  await stuck.press('Sign in with Microsoft');
  await stuck.press(guenther.name);
  await stuck.follow('Return to the application');
  await inbox.control({ microsoft_consent: 'allow' });
  await office.invite(profile, zoe);
  return profile;
}
