/** What the panel says when the server cannot answer. Only here are answers made up: where the real thing cannot be had. */

const { expect, expectAccessible, items, openPanel, test } = require('./helpers');

const API = /\/jupyter-gov\/api\//;
const ROOT = /\/jupyter-gov\/api\/(\?|$)/;

test('says what to do when the server has no jupyter-gov', async ({ page }) => {
  await page.route(API, route => route.fulfill({ status: 404, body: 'Not Found' }));
  await page.goto();
  const panel = await openPanel(page);
  const alert = panel.getByRole('alert');
  await expect(alert).toContainText('The server side of jupyter-gov is not running.');
  await expect(alert).toContainText('jupyter server extension enable jupyter_gov');
  await expectAccessible(page, 'missing');
  await page.unroute(API);
  await alert.getByRole('button', { name: 'Try again' }).click();
  await expect(items(panel, 'Runs, newest first')).not.toHaveCount(0);
  await expect(alert).toHaveCount(0);
});

test('says when page and server are of different releases', async ({ page }) => {
  await page.route(ROOT, route => route.fulfill({ json: { version: '99.0.0', api: 5 } }));
  await page.goto();
  const panel = await openPanel(page);
  await expect(panel).toContainText(/This page runs jupyter-gov \d+\.\d+\.\d+, the server 99\.0\.0/);
  await expect(panel.getByRole('button', { name: 'Reload the page' })).toBeVisible();
  await expect(items(panel, 'Runs, newest first')).not.toHaveCount(0);
  await expectAccessible(page, 'other-release');
});

test('says when page and server do not understand each other', async ({ page }) => {
  await page.route(ROOT, route => route.fulfill({ json: { version: '99.0.0', api: 99 } }));
  await page.goto();
  const panel = await openPanel(page);
  await expect(panel.getByRole('alert')).toContainText('This page and the server do not fit together.');
  await expect(panel.getByRole('list')).toHaveCount(0);
  await expectAccessible(page, 'incompatible');
  await page.unroute(ROOT);
  await Promise.all([page.waitForEvent('load'), panel.getByRole('button', { name: 'Reload the page' }).click()]);
  await openPanel(page);
  await expect(items(panel, 'Runs, newest first')).not.toHaveCount(0);
});

test('says when the user may not read', async ({ page }) => {
  const json = { code: 'forbidden', message: 'Forbidden.', hint: '' };
  await page.route(API, route => route.fulfill({ status: 403, json }));
  await page.goto();
  const panel = await openPanel(page);
  await expect(panel.getByRole('alert')).toContainText('You may not read governance records on this server.');
  await expectAccessible(page, 'forbidden');
});

test('asks again by itself when the server has not answered', async ({ page }) => {
  let asked = 0;
  await page.route(API, route => {
    asked++;
    return route.abort();
  });
  await page.goto();
  const panel = await openPanel(page);
  await expect(panel.getByRole('alert')).toContainText('The Jupyter server does not answer.');
  await expectAccessible(page, 'unreachable');
  await expect.poll(() => asked, { timeout: 60_000 }).toBeGreaterThan(4);
  await page.unroute(API);
  await expect(items(panel, 'Runs, newest first')).not.toHaveCount(0, { timeout: 90_000 });
  await expect(panel.getByRole('alert')).toHaveCount(0);
});
