import { defineConfig } from '@playwright/test';

import { launchOptions, output } from './browser';

/** What people feel in the browser, measured; `cargo xtask bench keystrokes` reads the lines. */
export default defineConfig({
  testDir: 'bench',
  testMatch: '*.bench.ts',
  outputDir: `${output}/bench`,
  workers: 1,
  retries: 0,
  timeout: 240_000,
  expect: { timeout: 60_000 },
  reporter: [['line']],
  use: { launchOptions, locale: 'en-GB', viewport: { width: 1440, height: 900 } },
});
