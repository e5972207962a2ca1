/** Galata in a Chromium that is already installed, against a Jupyter server of our own on a free port. */

const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const baseConfig = require('@jupyterlab/galata/lib/playwright-config');

const ROOT = path.resolve(__dirname, '../..');
const VENV_PYTHON = path.join(ROOT, '.venv', 'bin', 'python');

/** The Python that has jupyter-gov and JupyterLab. */
const python = process.env.JUPYTER_GOV_PYTHON ?? (fs.existsSync(VENV_PYTHON) ? VENV_PYTHON : 'python3');

/** The browser; Debian's unless told. */
const chromium = process.env.JUPYTER_GOV_CHROMIUM ?? '/usr/bin/chromium';

// This file is read again by every worker, which must hear of the port that the first reading chose.
process.env.JUPYTER_GOV_UI_PORT ??= execFileSync(python, [
  '-c',
  'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
])
  .toString()
  .trim();

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
  use: {
    ...baseConfig.use,
    baseURL,
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    // There may be no ffmpeg.
    video: 'off',
    launchOptions: {
      executablePath: chromium,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-default-apps',
        '--disable-sync',
        '--no-first-run'
      ]
    }
  },
  webServer: {
    command: `"${python}" "${path.join(__dirname, 'serve.py')}"`,
    cwd: ROOT,
    url: `${baseURL}/lab`,
    reuseExistingServer: false,
    // Let it take its temporary folder away.
    gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
    timeout: 120_000
  }
};
