/** What the panel survives: restarts of kernel and page, renaming, several notebooks, kernels that cannot be tracked. */

const {
  SMALL,
  WAITS,
  cell,
  expect,
  expectAccessible,
  items,
  kernelIsIdle,
  letGo,
  openNotebook,
  openPanel,
  runCell,
  test,
  track,
  writeNotebook
} = require('./helpers');

const OFF = 'Not tracked. Nothing of this notebook is recorded.';
const ON = 'Tracking: what the cells do is recorded.';

test('a restart of the kernel ends the run; the next one is another', async ({ page, problems, request, tmpPath }) => {
  await writeNotebook(request, `${tmpPath}/restart.ipynb`, SMALL);
  const panel = await openNotebook(page, `${tmpPath}/restart.ipynb`);
  const run = panel.getByRole('region', { name: /^Run / });
  await track(panel);
  await runCell(page, 'data');
  await runCell(page, 'fit');
  await expect(items(panel, 'Models')).toHaveCount(1);

  await restartKernel(page);
  await expect(panel.getByText(OFF)).toBeVisible();
  await expect(run).toContainText('Finished');
  await expect(items(panel, 'Models')).toHaveCount(1);

  await track(panel);
  await expect(run).toContainText('Running');
  await expect(items(panel, 'Models')).toHaveCount(0);
  await runCell(page, 'data');
  await expect(items(panel, 'Data').or(items(panel, 'Metrics'))).toHaveCount(0);
  await runCell(page, 'fit');
  await expect(items(panel, 'Models')).toHaveCount(1);
  await panel.getByRole('group', { name: 'Earlier runs' }).locator('summary').click();
  await expect(items(panel, 'Runs, newest first')).toHaveCount(2);
  expect(problems).toEqual([]);
});

test('a page that is loaded again finds the run that goes on', async ({ page, problems, request, tmpPath }) => {
  await writeNotebook(request, `${tmpPath}/reload.ipynb`, SMALL);
  const panel = await openNotebook(page, `${tmpPath}/reload.ipynb`);
  await track(panel);
  await runCell(page, 'data');
  await page.evaluate(() => window.jupyterapp.commands.execute('docmanager:save'));
  await page.reload();
  await kernelIsIdle(page);
  await openPanel(page);
  await expect(panel.getByText(ON)).toBeVisible();
  await expect(panel.getByRole('switch', { name: 'Track this notebook' })).toHaveAttribute('aria-checked', 'true');
  await runCell(page, 'fit');
  await expect(items(panel, 'Models')).toHaveCount(1);
  expect(problems).toEqual([]);
});

test('a renamed notebook keeps its run', async ({ page, problems, request, tmpPath }) => {
  await writeNotebook(request, `${tmpPath}/old-name.ipynb`, SMALL);
  const panel = await openNotebook(page, `${tmpPath}/old-name.ipynb`);
  await track(panel);
  await runCell(page, 'data');
  await page.getByRole('menuitem', { name: 'File', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Rename Notebook…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('new-name.ipynb');
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await expect(panel.getByRole('region', { name: 'Notebook new-name.ipynb' })).toBeVisible();
  await expect(panel.getByText(ON)).toBeVisible();
  await runCell(page, 'fit');
  await expect(items(panel, 'Models')).toHaveCount(1);
  await items(panel, 'Models')
    .getByRole('button', { name: /Go to the cell$/ })
    .click();
  await expect(await cell(page, 'fit')).toBeFocused();
  await panel.getByRole('group', { name: 'Earlier runs' }).locator('summary').click();
  await expect(panel.getByRole('tab', { name: 'This notebook' })).toHaveAttribute('aria-selected', 'true');
  await expect(items(panel, 'Runs, newest first')).toHaveCount(1);
  expect(problems).toEqual([]);
});

test('two notebooks side by side have their own runs', async ({ page, problems, request, tmpPath }) => {
  await writeNotebook(request, `${tmpPath}/left.ipynb`, SMALL);
  await writeNotebook(request, `${tmpPath}/right.ipynb`, SMALL);
  const panel = await openNotebook(page, `${tmpPath}/left.ipynb`);
  await track(panel);
  await runCell(page, 'data');
  await runCell(page, 'fit');
  await expect(items(panel, 'Models')).toHaveCount(1);

  await page.evaluate(async path => {
    await window.jupyterapp.commands.execute('docmanager:open', { path, options: { mode: 'split-right' } });
  }, `${tmpPath}/right.ipynb`);
  await kernelIsIdle(page);
  await expect(panel.getByRole('region', { name: 'Notebook right.ipynb' })).toBeVisible();
  await expect(panel.getByText(OFF)).toBeVisible();
  await expect(items(panel, 'Models')).toHaveCount(0);
  await track(panel);
  await runCell(page, 'data');
  await runCell(page, 'fit');
  await runCell(page, 'score');
  await expect(items(panel, 'Metrics')).toHaveCount(1);
  await expectAccessible(page, 'two-notebooks');

  await page.getByRole('main').getByRole('tab', { name: 'left.ipynb' }).click();
  await expect(panel.getByRole('region', { name: 'Notebook left.ipynb' })).toBeVisible();
  await expect(items(panel, 'Models')).toHaveCount(1);
  await expect(items(panel, 'Metrics')).toHaveCount(0);
  await runCell(page, 'score');
  await runCell(page, 'score');
  await expect(items(panel, 'Metrics')).toHaveCount(2);
  await page.getByRole('main').getByRole('tab', { name: 'right.ipynb' }).click();
  await expect(items(panel, 'Metrics')).toHaveCount(1);
  expect(problems).toEqual([]);
});

test('says why a kernel cannot be tracked, and follows a change of kernel', async ({ page, request, tmpPath }) => {
  await writeNotebook(request, `${tmpPath}/bare.ipynb`, ['1'], 'bare');
  const panel = await openNotebook(page, `${tmpPath}/bare.ipynb`);
  const control = panel.getByRole('switch', { name: 'Track this notebook' });
  await control.click();
  const alert = panel.getByRole('alert');
  await expect(alert).toContainText('The kernel’s environment has no jupyter-gov.');
  await expect(alert).toContainText('%pip install jupyter-gov');
  await expect(alert.getByRole('button', { name: 'Copy the command' })).toBeVisible();
  await expect(control).toHaveAttribute('aria-checked', 'false');
  await expectAccessible(page, 'kernel-without-package');

  await changeKernel(page, 'echo');
  await expect(panel.getByText('Not tracked: only Python kernels can be.')).toBeVisible();
  await expect(control).toHaveAttribute('aria-disabled', 'true');
  await expectAccessible(page, 'kernel-of-another-language');

  await changeKernel(page, 'python3');
  await expect(alert).toHaveCount(0);
  await track(panel);

  await page.evaluate(() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown());
  await expect(panel.getByText('Not tracked: this notebook has no kernel.')).toBeVisible();
  await expectAccessible(page, 'no-kernel');
});

test('a switch waits for a busy kernel', async ({ page, problems, request, tmpPath }) => {
  await writeNotebook(request, `${tmpPath}/busy.ipynb`, [{ id: 'waits', source: WAITS }]);
  const panel = await openNotebook(page, `${tmpPath}/busy.ipynb`);
  await expect(panel.getByText(OFF)).toBeVisible();
  const ran = runCell(page, 'waits');
  await page.waitForFunction(
    () => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'busy'
  );
  await panel.getByRole('switch', { name: 'Track this notebook' }).click();
  await expect(panel.getByText('Switching on; waits for the kernel…')).toBeVisible();
  await letGo(request, tmpPath);
  await ran;
  await expect(panel.getByText(ON)).toBeVisible();
  expect(problems).toEqual([]);
});

test('what a failing cell keeps from the kernel is asked of it again', async ({ page, request, tmpPath }) => {
  await writeNotebook(request, `${tmpPath}/failing.ipynb`, [{ id: 'fails', source: `${WAITS}1/0` }]);
  const panel = await openNotebook(page, `${tmpPath}/failing.ipynb`);
  await track(panel);
  const ran = runCell(page, 'fails').catch(() => undefined);
  await page.waitForFunction(
    () => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'busy'
  );
  await panel.getByRole('switch', { name: 'Track this notebook' }).click();
  await letGo(request, tmpPath);
  await ran;
  await expect(panel.getByText(OFF)).toBeVisible();
  await expect(panel.getByRole('alert')).toHaveCount(0);
});

test('says so when a kernel ended without a word', async ({ page, request, tmpPath }) => {
  await writeNotebook(request, `${tmpPath}/killed.ipynb`, [
    { id: 'dies', source: 'import os; os.kill(os.getpid(), 9)' }
  ]);
  const panel = await openNotebook(page, `${tmpPath}/killed.ipynb`);
  await track(panel);
  void runCell(page, 'dies').catch(() => undefined);
  await expect(panel.getByText('No longer recorded: its kernel ended before it could say so.')).toBeVisible({
    timeout: 60_000
  });
  await expect(panel.getByRole('switch', { name: 'Track this notebook' })).not.toBeChecked();
  await expect(page.getByRole('button', { name: 'Not tracked' })).toBeVisible();
});

async function restartKernel(page) {
  await page.getByRole('menuitem', { name: 'Kernel', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Restart Kernel…' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^(Confirm Kernel Restart|Restart)$/ })
    .click();
}

async function changeKernel(page, name) {
  await page.evaluate(
    wanted => window.jupyterapp.shell.currentWidget.sessionContext.changeKernel({ name: wanted }),
    name
  );
  await kernelIsIdle(page);
}
