const { chromium } = require('@playwright/test');
(async () => {
  const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu'] });
  const page = await b.newPage({ viewport: { width: 1280, height: 800 } });
  page.on('pageerror', e => console.log('PAGEERROR', String(e.message).slice(0,100)));
  await page.goto('http://127.0.0.1:18898/tree'); await page.waitForTimeout(5000);
  await page.goto('http://127.0.0.1:18898/notebooks/a.ipynb'); await page.waitForTimeout(7000);
  await b.close();
})();
