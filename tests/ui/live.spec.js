/** The way that the panel is made for: open the example, track it, run it, look, and read the report. */

const {
  SMALL,
  cell,
  expect,
  expectAccessible,
  expectMarked,
  items,
  openNotebook,
  openPanel,
  runAll,
  runCell,
  takePicture,
  test,
  track,
  watchMarks,
  writeNotebook
} = require('./helpers');

const EXAMPLE = 'credit_approval.ipynb';

test('the example, from switching tracking on to reading its report', async ({ page, problems }) => {
  const scripts = [];
  const panel = await test.step('open the example and track it', async () => {
    const opened = await openNotebook(page, EXAMPLE);
    await expect(opened.getByText('Not tracked. Nothing of this notebook is recorded.')).toBeVisible();
    await track(opened);
    await expect(opened.getByRole('region', { name: /^Run / })).toBeVisible();
    return opened;
  });

  await test.step('run all cells, and see the run grow', async () => {
    const running = runAll(page);
    await expect(items(panel, 'Data').first()).toBeVisible({ timeout: 180_000 });
    await expect(items(panel, 'Models').first()).toBeVisible({ timeout: 180_000 });
    await expect(items(panel, 'Metrics').first()).toBeVisible({ timeout: 180_000 });
    await running;
    await expect(panel.getByRole('region', { name: 'Run credit approval' })).toBeVisible();
    await expect(items(panel, 'Metrics').filter({ hasText: 'roc_auc_score' })).not.toHaveCount(0);
    await expect(items(panel, 'Assessments')).toHaveCount(2); // the newest first: why one row was refused
    await expect(items(panel, 'Assessments').first()).toContainText(/because/i);
    await expect(items(panel, 'Assessments').last()).toContainText('[');
    await panel.getByText(/^What \d+ assessments found/).click();
    await expect(items(panel, 'Assessments').filter({ hasText: /^Explanation: / })).toHaveCount(1);
    await expect(items(panel, 'Findings')).not.toHaveCount(0);
    await expect(items(panel, 'Not captured')).not.toHaveCount(0);
    await expect(items(panel, 'Written documentation')).not.toHaveCount(0);
    await expectAccessible(page, 'example');
  });

  await test.step('go to the cell of a model', async () => {
    const model = items(panel, 'Models').getByRole('button', { name: /LogisticRegression|baseline/ });
    await watchMarks(page);
    await model.last().click();
    const target = await cell(page, 'baseline');
    await expect(target).toBeInViewport();
    await expectMarked(target);
  });

  await test.step('render the report and read it', async () => {
    page.on('request', request => request.resourceType() === 'script' && scripts.push(request.url()));
    // What the frame itself is answered: it signs in by cookie.
    const answered = page.waitForResponse(
      response => response.request().isNavigationRequest() && response.url().includes('/files/')
    );
    await panel.getByRole('button', { name: /^Render report/ }).click();
    await expect(panel.getByRole('progressbar', { name: 'Rendering the report' })).toBeVisible();
    const report = page.frameLocator('iframe[title^="Report"]');
    await expect(report.getByRole('heading', { level: 1 })).toBeVisible({ timeout: 180_000 });
    await expect(report.locator('body')).toContainText('credit approval');
    await expect(page.locator('iframe[title^="Report"]')).toHaveAttribute('sandbox', '');
    const answer = await answered;
    expect(await answer.request().headerValue('authorization')).toBeNull();
    const headers = await answer.allHeaders();
    expect(headers['content-security-policy']).toContain('sandbox');
    expect(headers['content-security-policy']).toMatch(/default-src 'none'/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    await expectAccessible(page, 'report');
  });
  expect(scripts).toEqual([]);
  expect(problems).toEqual([]);
});

test('what a cell did comes without a refresh, and nothing is asked while nothing happens', async ({
  page,
  problems,
  request,
  tmpPath
}) => {
  await writeNotebook(request, `${tmpPath}/quiet.ipynb`, SMALL);
  const asked = [];
  page.on('request', sent => sent.url().includes('/jupyter-gov/api/') && asked.push(sent.url()));
  const panel = await openNotebook(page, `${tmpPath}/quiet.ipynb`);
  await track(panel);
  await runCell(page, 'data');
  await runCell(page, 'fit');
  await expect(items(panel, 'Models').filter({ hasText: 'LogisticRegression' })).toHaveCount(1);
  await expect(items(panel, 'Models').first()).toContainText('model');
  await runCell(page, 'score');
  await expect(items(panel, 'Metrics').filter({ hasText: 'accuracy_score' })).toHaveCount(1);
  await runCell(page, 'gap');
  await expect(items(panel, 'Not captured').first()).toContainText('the model behind accuracy_score');

  await quiet(page, asked, 'while the panel is seen');
  await page.getByRole('tab', { name: 'Governance' }).click();
  await expect(panel).toBeHidden();
  asked.length = 0;
  await runCell(page, 'fit');
  await quiet(page, asked, 'while nobody sees the panel');
  await openPanel(page);
  await expect(items(panel, 'Models')).toHaveCount(2);

  await panel.getByRole('switch', { name: 'Track this notebook' }).click();
  await expect(panel.getByText('Not tracked. Nothing of this notebook is recorded.')).toBeVisible();
  await expect(panel.getByRole('region', { name: /^Run / }).getByText('Finished')).toBeVisible();
  expect(problems).toEqual([]);
});

test('a cell whose data have changed is to be run again, and leads there', async ({
  page,
  problems,
  request,
  tmpPath
}) => {
  await writeNotebook(request, `${tmpPath}/order.ipynb`, [
    ...SMALL,
    { id: 'hand', source: 'share = (model.predict(X) == y).mean()' },
    { id: 'secret', source: '# for the database\npassword = "xK4-vee9Qp2mZ"' },
    {
      id: 'chance',
      source: 'from sklearn.linear_model import SGDClassifier\nlinear = SGDClassifier().fit(X, y)'
    },
    {
      id: 'search',
      source: [
        'from sklearn.model_selection import GridSearchCV',
        'search = GridSearchCV(LogisticRegression(random_state=7), {"C": [0.1, 1, 10]}).fit(X, y)'
      ].join('\n')
    }
  ]);
  const panel = await openNotebook(page, `${tmpPath}/order.ipynb`);
  await track(panel);
  await runAll(page);
  const found = items(panel, 'Cells to run again');
  await expect(items(panel, 'Models')).toHaveCount(3);
  await expect(items(panel, 'Metrics').filter({ hasText: 'by hand' })).toContainText('share');
  await expect(items(panel, 'Models').filter({ hasText: 'linear' })).toContainText('unseeded randomness');
  await expect(items(panel, 'Models').filter({ hasText: 'search' })).toContainText('3 candidates');
  await expect(found).toHaveCount(0);
  await expect(items(panel, 'Secrets in cells')).toContainText('source, line 2: password');
  await items(panel, 'Secrets in cells').getByRole('button').click();
  await expect(await cell(page, 'secret')).toBeFocused();
  await expectAccessible(page, 'secret');

  await page.evaluate(() => {
    const [first] = window.jupyterapp.shell.currentWidget.content.widgets;
    first.model.sharedModel.setSource(first.model.sharedModel.getSource().replace('> 20', '> 10'));
  });
  await page.evaluate(() => window.jupyterapp.commands.execute('docmanager:save'));
  await runCell(page, 'data');
  await expect(found.filter({ hasText: 'stale' })).toHaveCount(6);
  await expect(found).toHaveCount(6);
  await expect(items(panel, 'Models').first()).toContainText('not as from top to bottom');
  await found.first().scrollIntoViewIfNeeded();
  await expectAccessible(page, 'stale');
  await watchMarks(page);
  await found.getByRole('button').first().click();
  await expectMarked(await cell(page, 'fit'));
  await takePicture(page, 'stale-marked');
  expect(problems).toEqual([]);
});

/** Check that the server is soon asked for nothing in some seconds; what is under way has a while to end. */
async function quiet(page, asked, when) {
  for (let attempt = 0; attempt < 4; attempt++) {
    asked.length = 0;
    await page.waitForTimeout(3000);
    if (asked.length === 0) {
      return;
    }
  }
  expect(asked, when).toEqual([]);
}
