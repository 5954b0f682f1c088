import { defineConfig } from '@playwright/test';

import { launchOptions, output } from './browser';

/** Pictures for the README: the same stack as the tests, nothing asserted beyond arriving. */
export default defineConfig({
  testDir: 'screenshots',
  testMatch: '*.shot.ts',
  outputDir: `${output}/screenshots`,
  workers: 1,
  retries: 0,
  timeout: 240_000,
  reporter: [['list']],
  use: {
    launchOptions,
    locale: 'en-GB',
    timezoneId: 'Europe/Oslo',
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
  },
});
