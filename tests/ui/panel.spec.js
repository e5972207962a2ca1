/** The panel and its lists, before anything is tracked. */

const { gzipSync } = require('zlib');
const { expect, expectAccessible, items, openNotebook, openPanel, runFromPalette, test } = require('./helpers');

const RUNS = 'Runs, newest first';

test('lists the runs in the store, newest first, and shows the one that is chosen', async ({ page, problems }) => {
  await page.goto();
  const panel = await openPanel(page);
  const runs = items(panel, RUNS);
  await expect(runs).toHaveCount(25);
  await expect(panel.getByRole('status').filter({ hasText: 'the newest 25' })).toBeVisible();
  await expect(page.getByRole('button', { name: /^(Tracking|Not tracked)$/ })).toHaveCount(0);
  await panel.getByRole('button', { name: 'Show older runs' }).click();
  await expect(runs.filter({ hasText: /earlier 1\D/ })).toHaveCount(1);

  const hostile = runs.filter({ hasText: '<b>hostile</b> & co' });
  await expect(hostile).toContainText('Failed');
  await expect(hostile).toContainText('loan approvals');
  await expect(hostile).toContainText(/just now|ago/);
  await expectAccessible(page, 'runs');

  await hostile.getByRole('button').click();
  const run = panel.getByRole('region', { name: 'Run <b>hostile</b> & co' });
  await expect(run.getByRole('heading', { level: 3 })).toBeFocused();
  await expect(run.getByText("KeyError: 'age'")).toBeVisible();
  await expectAccessible(page, 'run-failed');
  await panel.getByRole('button', { name: 'Back to the list' }).click();
  await expect(panel).toBeFocused();
  await expect(runs).not.toHaveCount(0);

  await panel.getByRole('button', { name: 'Refresh' }).click();
  await expect(runs).not.toHaveCount(0);
  expect(problems).toEqual([]);
});

test('what the browser loads of the extension is small', async ({ page }) => {
  const bodies = [];
  page.on('response', response => {
    if (response.url().includes('/lab/extensions/jupyter-gov/')) {
      bodies.push(response.body());
    }
  });
  await page.goto();
  await openPanel(page);
  const sizes = (await Promise.all(bodies)).map(body => gzipSync(body).length);
  expect(sizes.length).toBeGreaterThan(1);
  expect(sizes.reduce((total, size) => total + size, 0)).toBeLessThan(200_000);
});

test('works from the palette and the keyboard', async ({ page, problems }) => {
  await page.goto();
  await runFromPalette(page, 'Governance: Show Panel');

  const panel = page.getByRole('region', { name: 'Governance', exact: true });
  await expect(panel).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(panel.getByRole('button', { name: 'Refresh' })).toBeFocused();
  const first = items(panel, RUNS).first().getByRole('button');
  await expect(first).toBeVisible();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(first).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(panel.getByRole('region', { name: /^Run / }).getByRole('heading', { level: 3 })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(panel.getByRole('button', { name: /^Copy the id of run/ })).toBeFocused();
  expect(problems).toEqual([]);
});

test('lists the runs of the notebook, of its experiment, and all', async ({ page, problems, request }) => {
  await request.put('/api/contents/earlier.ipynb', { data: { type: 'notebook', format: 'json', content: EMPTY } });
  const panel = await openNotebook(page, 'earlier.ipynb');
  const tab = name => panel.getByRole('tab', { name, exact: true });
  await expect(tab('This notebook')).toHaveAttribute('aria-selected', 'true');
  await expect(items(panel, RUNS).first()).toContainText('<b>hostile</b> & co');

  await items(panel, RUNS).first().getByRole('button').click();
  await panel.getByRole('group', { name: 'Earlier runs' }).locator('summary').click();
  await tab('This notebook').focus();
  await page.keyboard.press('ArrowRight');
  await expect(tab('This experiment')).toBeFocused();
  await expect(tab('This experiment')).toHaveAttribute('aria-selected', 'true');
  await expect(panel.getByRole('tabpanel', { name: 'This experiment' })).toBeVisible();
  await expect(items(panel, RUNS).first()).toContainText('loan approvals');
  await page.keyboard.press('ArrowRight');
  await expect(tab('All')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(tab('This notebook')).toBeFocused();
  await page.keyboard.press('End');
  await expect(tab('All')).toBeFocused();
  await expectAccessible(page, 'run-chosen');
  expect(problems).toEqual([]);
});

test.describe('with settings of the user', () => {
  test.use({
    mockSettings: { 'jupyter-gov:plugin': { pageSize: 5, showStatusBarItem: false } }
  });

  test('shows as much as they say', async ({ page, problems, request }) => {
    await request.put('/api/contents/earlier.ipynb', { data: { type: 'notebook', format: 'json', content: EMPTY } });
    const panel = await openNotebook(page, 'earlier.ipynb');
    await expect(items(panel, RUNS)).toHaveCount(5);
    await panel.getByRole('button', { name: 'Show older runs' }).click();
    await expect(items(panel, RUNS)).toHaveCount(10);
    await expect(page.getByRole('button', { name: 'Not tracked' })).toHaveCount(0);
    expect(problems).toEqual([]);
  });
});

const EMPTY = {
  cells: [],
  metadata: { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' } },
  nbformat: 4,
  nbformat_minor: 5
};
