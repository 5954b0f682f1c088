import { defineConfig } from '@playwright/test';

import { launchOptions, output } from './browser';

const desktop = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };

/**
 * Which project runs what, by tags in the title:
 * (none)      desktop
 * @phone      desktop and phone
 * @noscript   only without script
 */
export default defineConfig({
  testDir: 'tests',
  outputDir: `${output}/results`,
  // One stack, one database: tests of a worker run one after the other.
  workers: 1,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  forbidOnly: !!process.env.CI,
  reporter: [['list'], ['json', { outputFile: `${output}/results.json` }]],
  use: {
    launchOptions,
    locale: 'en-GB',
    timezoneId: 'Europe/Oslo',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'desktop', use: { viewport: desktop }, grepInvert: /@noscript/ },
    { name: 'phone', use: { viewport: phone, hasTouch: true }, grep: /@phone/ },
    { name: 'noscript', use: { viewport: desktop, javaScriptEnabled: false }, grep: /@noscript/ },
  ],
});
