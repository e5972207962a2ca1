/** The browser: one that is already installed, Debian's unless told, kept from asking the network for anything. */

const CHROMIUM = process.env.JUPYTER_GOV_CHROMIUM ?? '/usr/bin/chromium';

const OPTIONS = {
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
};

module.exports = { CHROMIUM, OPTIONS };
