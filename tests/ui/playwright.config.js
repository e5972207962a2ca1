/** Galata in a Chromium that is already installed, against a Jupyter server of our own on a free port. */

const { randomBytes } = require('crypto');
const path = require('path');
const baseConfig = require('@jupyterlab/galata/lib/playwright-config');
const { CHROMIUM, OPTIONS } = require('./browser');
const { freePort, python, serveScript } = require('./server');

const ROOT = path.resolve(__dirname, '../..');

// This file is read again by every worker, which must hear of what the first reading chose.
process.env.JUPYTER_GOV_UI_PORT ??= freePort();
process.env.JUPYTER_GOV_UI_TOKEN ??= randomBytes(16).toString('hex');

const baseURL = `http://127.0.0.1:${process.env.JUPYTER_GOV_UI_PORT}`;

module.exports = {
  ...baseConfig,
  testDir: __dirname,
  testMatch: '*.spec.js',
  outputDir: path.join(ROOT, 'test-results'),
  reporter: [['list']],
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 1,
  // A machine that is busy with other things takes several times as long.
  timeout: 300_000,
  expect: { timeout: 30_000 },
  use: {
    ...baseConfig.use,
    baseURL,
    viewport: { width: 1280, height: 800 },
    // A trace of JupyterLab makes a test several times slower; `--trace on` where one is needed.
    trace: 'off',
    // There may be no ffmpeg.
    video: 'off',
    launchOptions: { executablePath: CHROMIUM, ...OPTIONS }
  },
  webServer: {
    command: `"${python}" "${serveScript}" ${process.env.JUPYTER_GOV_UI_PORT}`,
    cwd: ROOT,
    url: `${baseURL}/api`,
    reuseExistingServer: false,
    // Let it take its temporary folder away.
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
    timeout: 120_000
  }
};
