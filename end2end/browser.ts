/** The system's Chromium, told to stay at home and quiet. */
export const launchOptions = {
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: [
    // Containers run tests as root, where Chromium's sandbox does not start.
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

/** Where results, traces and logs go: below cargo's output folder. */
export const output = process.env.SYNCHRONIZER_OUTPUT ?? '../target/e2e';
