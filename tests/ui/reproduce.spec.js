/** A run executed again from the panel: what came of it, how far it is, and ending it; a leak where it happens. */

const {
  SMALL,
  WAITS,
  cell,
  expect,
  expectAccessible,
  expectMarked,
  items,
  letGo,
  listen,
  openNotebook,
  openPanel,
  runAll,
  runFromPalette,
  section,
  takePicture,
  test,
  track,
  watchMarks,
  writeNotebook
} = require('./helpers');

test('says what came of a reproduction, where the two part, why, and what was found', async ({ page, problems }) => {
  await page.goto();
  const panel = await openPanel(page);
  await items(panel, 'Runs, newest first').filter({ hasText: 'earlier 29' }).getByRole('button').click();

  const made = section(panel, 'Reproduction');
  await expect(made).toContainText('Different');
  await expect(made).toContainText('The model forest is another: it draws random numbers without a seed.');
  await expect(made).toContainText('the cells behind the results, in this environment, 3 times, 4.3 s');
  await expect(made).toContainText('1 identical, 2 different');
  await expect(items(made, 'Where the two part')).toContainText('3 trees differ');
  await expect(items(made, 'Why')).toContainText('Give it one, such as random_state=0.');
  await expect(items(made, 'Inputs that are not what they were')).toContainText('1,989 rows became 1,990.');
  const metrics = items(made, 'Metrics before and after');
  await expect(metrics.filter({ hasText: 'roc_auc_score' })).toContainText('0.8312 became 0.8296');
  await expect(metrics.filter({ hasText: 'accuracy_score' })).toContainText('Identical');

  await made.getByText('2 changes of the environment').click();
  await expect(made.getByText('2.3.4 → 2.4.0')).toBeVisible();
  await expect(made.getByText('1.35 → none')).toBeVisible();
  await made.getByText('Spread over several times').click();
  await expect(made.getByText('0.830 – 0.833 (the run: 0.831)')).toBeVisible();
  await made.getByText('one thing to know').click();
  await expect(items(made, 'To know')).toContainText('numpy is another version here.');
  await made.getByText('one earlier reproduction').click();
  await expect(items(made, 'Earlier reproductions')).toContainText('Identical');

  const found = items(panel, 'Findings');
  await expect(found).toContainText('Overlapping rows');
  await expect(found).toContainText('462 of 498 rows; 31 expected by chance');
  await expect(found).toContainText('columns age, <b>income</b>');
  await expect(found).toContainText('Split the rows before anything is made of them.');
  await made.getByRole('button', { name: /^Reproduce again/ }).scrollIntoViewIfNeeded();
  await expectAccessible(page, 'reproduction');
  await found.scrollIntoViewIfNeeded();
  await expectAccessible(page, 'finding');
  expect(problems).toEqual([]);
});

test('executes a run again while its notebook is open, and leads to what differs', async ({
  page,
  problems,
  request,
  tmpPath
}) => {
  const chance =
    'import random\nfrom sklearn.metrics import log_loss\nluck = log_loss(y, [random.random() for _ in y])';
  await writeNotebook(request, `${tmpPath}/again.ipynb`, [...SMALL, { id: 'chance', source: chance }]);
  const panel = await openNotebook(page, `${tmpPath}/again.ipynb`);
  await track(panel);
  await runAll(page);
  const made = section(panel, 'Reproduction');
  await expect(made).toContainText('Not yet executed again');
  const said = await listen(page, panel);
  const button = made.getByRole('button', { name: 'Reproduce', exact: true });
  await button.focus();
  await page.keyboard.press('Enter');
  await expect(made.getByRole('progressbar', { name: 'Reproducing the run' })).toBeVisible();
  await expect(made).toContainText(/\d of \d/);
  await takePicture(page, 'reproducing');
  await expect(made.getByRole('button', { name: 'Reproduce again' })).toBeVisible({ timeout: 180_000 });
  await expect(made.getByRole('progressbar')).toHaveCount(0);
  await expect(made.getByText('Different').first()).toBeVisible();
  const metrics = items(made, 'Metrics before and after');
  await expect(metrics.filter({ hasText: 'Identical' })).not.toHaveCount(0);
  await expect(metrics.filter({ hasText: 'Different' })).toContainText('became');
  await expect(items(made, 'Why')).toContainText(/random/);
  await expect.poll(said).toContain('reproduced: Different');
  await expectAccessible(page, 'reproduced');
  await watchMarks(page);
  await items(made, 'Where the two part').getByRole('button').click();
  await expectMarked(await cell(page, 'chance'));
  expect(problems).toEqual([]);
});

test('ends a reproduction on demand and leaves nothing behind', async ({ page, problems, request, tmpPath }) => {
  await writeNotebook(request, `${tmpPath}/waits.ipynb`, [...SMALL, { id: 'waits', source: WAITS }]);
  const panel = await openNotebook(page, `${tmpPath}/waits.ipynb`);
  await track(panel);
  await letGo(request, tmpPath);
  await runAll(page);
  const made = section(panel, 'Reproduction');
  await made.getByText('Options').click();
  // The last cell stands behind no result, and waits for a file that is not there in another folder.
  await made.getByRole('checkbox', { name: 'All cells, not only those behind a result' }).check();
  await runFromPalette(page, 'Governance: Show Panel');
  await made.getByRole('button', { name: 'Reproduce', exact: true }).click();
  await expect(made).toContainText(/[45] of \d/, { timeout: 180_000 });
  const kernels = async () => (await (await request.get('/api/kernels')).json()).length;
  expect(await kernels()).toBe(1);
  await made.getByRole('button', { name: /^Cancel/ }).click();
  await expect(made.getByText('Cancelled: nothing was recorded.')).toBeVisible();
  await expect(made.getByRole('progressbar')).toHaveCount(0);
  await expect(made).toContainText('Not yet executed again');
  await expect(made.getByRole('button', { name: 'Reproduce', exact: true })).toBeEnabled();
  expect(await kernels()).toBe(1);
  expect(problems).toEqual([]);
});
