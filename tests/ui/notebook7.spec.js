/** The same panel in Notebook: it has no tabs for reports and no palette in sight, but the same names. */

const {
  SMALL,
  expect,
  expectAccessible,
  expectMarked,
  items,
  kernelIsIdle,
  runAll,
  runFromPalette,
  test,
  track,
  watchMarks,
  writeNotebook
} = require('./helpers');

test.use({ appPath: '/notebooks' });

test('tracks a notebook in Notebook, and renders its report', async ({ context, page, problems, request, tmpPath }) => {
  await writeNotebook(request, `${tmpPath}/seven.ipynb`, SMALL);
  await page.goto(`${tmpPath}/seven.ipynb`);
  await kernelIsIdle(page);
  await runFromPalette(page, 'Governance: Show Panel');
  const panel = page.getByRole('region', { name: 'Governance', exact: true });
  await expect(panel).toBeVisible();
  await track(panel);
  await expect(page.getByRole('button', { name: /^Track this notebook/ })).toBeVisible();

  await runAll(page);
  await expect(items(panel, 'Models')).toHaveCount(1);
  await expect(items(panel, 'Metrics')).toHaveCount(2);
  await expect(items(panel, 'Not captured')).not.toHaveCount(0);
  await watchMarks(page);
  await items(panel, 'Models')
    .getByRole('button', { name: /Go to the cell$/ })
    .click();
  await expectMarked(page.locator('.jp-Cell').filter({ hasText: 'LogisticRegression().fit(X, y)' }));
  await expectAccessible(page, 'notebook7');

  await panel.getByRole('button', { name: /^Render report/ }).click();
  const open = panel.getByRole('button', { name: /^Open model card/ });
  await expect(open).toBeVisible({ timeout: 180_000 });
  const [report] = await Promise.all([context.waitForEvent('page'), open.click()]);
  await expect(report.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(report.locator('body')).toContainText('LogisticRegression');
  expect(problems).toEqual([]);
});
