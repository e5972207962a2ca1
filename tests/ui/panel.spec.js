/** The side panel in a real browser, against a real server and store. Everything is found by role and name. */

const { expect, test } = require('@jupyterlab/galata');

/** Open the panel by its tab in the right side bar. */
async function openPanel(page) {
  await page.getByRole('tab', { name: 'Governance' }).click();
  const panel = page.getByRole('region', { name: 'Governance' });
  await expect(panel).toBeVisible();
  return panel;
}

/** Collect what goes wrong in the page because of us. */
function collectErrors(page) {
  const errors = [];
  page.on('pageerror', error => errors.push(`${error}`));
  page.on('console', message => {
    const text = `${message.text()} ${message.location().url}`;
    if (message.type() === 'error' || (message.type() === 'warning' && /jupyter[-_]gov|governance/i.test(text))) {
      errors.push(text);
    }
  });
  return errors;
}

test.use({ autoGoto: false });

test('lists the runs in the store, newest first', async ({ page }) => {
  const errors = collectErrors(page);
  await page.goto();
  const panel = await openPanel(page);

  const runs = panel.getByRole('list', { name: 'Runs, newest first' }).getByRole('listitem');
  await expect(runs).toHaveCount(2);
  await expect(runs.nth(0)).toContainText('<b>hostile</b> & co');
  await expect(runs.nth(0)).toContainText('Failed');
  await expect(runs.nth(1)).toContainText('credit_approval');
  await expect(runs.nth(1)).toContainText('loan approvals');
  await expect(runs.nth(1)).toContainText('Finished');
  await expect(runs.nth(1)).toContainText(/just now|ago/);
  await expect(panel.getByRole('status')).toHaveText('2 runs');

  await panel.getByRole('button', { name: 'Refresh runs' }).click();
  await expect(runs).toHaveCount(2);
  expect(errors).toEqual([]);
});

test('works from the palette and the keyboard', async ({ page }) => {
  await page.goto();
  await page.evaluate(() => window.jupyterapp.commands.execute('apputils:activate-command-palette'));
  await page.keyboard.type('Governance Show Panel');
  await page.keyboard.press('Enter');

  const panel = page.getByRole('region', { name: 'Governance' });
  await expect(panel).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(panel.getByRole('button', { name: 'Refresh runs' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(panel.getByText("KeyError: 'age'")).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(panel.getByRole('button', { name: /^Copy the id of run/ })).toBeFocused();
});

test('says what to do when the server has no jupyter-gov', async ({ page }) => {
  await page.route(/\/jupyter-gov\/api\//, route => route.fulfill({ status: 404, body: 'Not Found' }));
  await page.goto();
  const panel = await openPanel(page);

  const alert = panel.getByRole('alert');
  await expect(alert).toContainText('The server side of jupyter-gov is not running.');
  await expect(alert).toContainText('jupyter server extension enable jupyter_gov');

  await page.unroute(/\/jupyter-gov\/api\//);
  await alert.getByRole('button', { name: 'Try again' }).click();
  await expect(panel.getByRole('listitem')).toHaveCount(2);
});

test('says when page and server are of different versions', async ({ page }) => {
  await page.route(/\/jupyter-gov\/api\/(\?|$)/, route => route.fulfill({ json: { version: '99.0.0', api: 1 } }));
  await page.goto();
  const panel = await openPanel(page);

  await expect(panel).toContainText(/This page runs jupyter-gov \d+\.\d+\.\d+, the server 99\.0\.0/);
  await expect(panel.getByRole('button', { name: 'Reload the page' })).toBeVisible();
  await expect(panel.getByRole('listitem')).toHaveCount(2);
});
