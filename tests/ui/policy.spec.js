/** A policy from the panel: putting it into force, what it asks for, the next step as a cell, and what a verdict rests on. */

const {
  cell,
  expect,
  expectAccessible,
  expectMarked,
  items,
  kernelIsIdle,
  listen,
  openNotebook,
  openPanel,
  runAll,
  runCell,
  section,
  takePicture,
  test,
  track,
  watchMarks,
  writeNotebook
} = require('./helpers');

const POLICY = `schema: jupyter-gov/policy/1
id: house
version: 1.0.0
title: House rules
source: {title: House rules, clause: "2", date: "2026-11-01", certainty: unverified}
owner: Head of credit risk
controls:
  - id: h.purpose
    title: The purpose is written down
    severity: blocker
    require: {document: purpose}
  - id: h.auc
    title: The model tells approvals from refusals
    require: {measure: roc_auc, at_least: 0.7, decide_on: estimate}
    remedies: [Take features that say more.]
  - id: h.lock
    title: The versions of packages are locked
    severity: minor
    require: {environment: lock_file}
  - id: h.gap
    title: Only where there are several classes
    applies: {task: multiclass}
    require: {document: limitations}
`;

const CELLS = [
  {
    id: 'fit',
    source: [
      'import pandas as pd',
      'from sklearn.linear_model import LogisticRegression',
      'X = pd.DataFrame({"age": range(200), "income": range(200, 0, -1)})',
      'y = pd.Series((X["age"] > 100).astype(int), name="approved")',
      'model = LogisticRegression().fit(X, y)'
    ].join('\n')
  },
  { id: 'assess', source: '%gov_assess model X y' }
];

/** Each control fails, so that what its policy says to do is the next step. */
const STEPS = {
  lines: 'gov.check()\nprint("unseen")',
  space: `gov.check()${' '.repeat(90)}; print("unseen")`,
  long: `gov.check("${'x'.repeat(400)}")`,
  sentence: '%gov_track, then run all cells.',
  call: 'gov.check()',
  quoted: 'Write a cell that begins with `%%gov_doc purpose`, 20 words or more below it.'
};

const ODD = JSON.stringify({
  schema: 'jupyter-gov/policy/1',
  id: 'odd',
  version: '1.0.0',
  title: 'Odd steps',
  controls: Object.entries(STEPS).map(([name, step]) => ({
    id: `o.${name}`,
    title: `Step ${name}`,
    require: { environment: 'python', at_least: '9.0' },
    remedies: [step]
  }))
});

async function writePolicy(request, folder, name = 'house.yaml', content = POLICY) {
  const files = {
    policies: { type: 'directory' },
    [`policies/${name}`]: { type: 'file', format: 'text', content }
  };
  for (const [name, data] of Object.entries(files)) {
    const response = await request.put(`/api/contents/${folder}/${name}`, { data });
    expect(response.ok()).toBe(true);
  }
}

/** Run the cell below the active one's place that holds this source. */
async function runInserted(page, source) {
  const id = await page.evaluate(
    wanted =>
      window.jupyterapp.shell.currentWidget.content.widgets.find(({ model }) =>
        model.sharedModel.source.includes(wanted)
      ).model.id,
    source
  );
  await runCell(page, id);
  return id;
}

test('a policy, from putting it into force to nothing left to do', async ({ page, problems, request, tmpPath }) => {
  await writePolicy(request, tmpPath);
  await writeNotebook(request, `${tmpPath}/credit.ipynb`, CELLS);
  const panel = await openNotebook(page, `${tmpPath}/credit.ipynb`);
  await track(panel);
  const policy = section(panel, 'Policy');
  const unmet = items(panel, 'Not met');

  await test.step('put it into force by a cell', async () => {
    await expect(policy).toContainText('No policy is in force');
    await expectAccessible(page, 'policy-choice');
    await panel.getByRole('combobox', { name: 'Policy to use' }).selectOption({ label: 'House rules' });
    await panel.getByRole('button', { name: 'Add a cell that uses the policy' }).click();
    await runInserted(page, '%gov_policy use house');
    await expect(policy).toContainText('Undecided');
    await expect(unmet).toHaveCount(4);
    await expect(unmet.first()).toContainText('The purpose is written down');
    await expect(unmet.first()).toContainText('Blocker');
    await expect(unmet.first()).toContainText('%%gov_doc purpose');
    await expect(items(panel, 'Controls')).toHaveText(['1Fail', '3Missing']);
    await policy.scrollIntoViewIfNeeded();
    await expectAccessible(page, 'policy-unmet');
  });

  const said = await listen(page, panel);

  await test.step('assess, and see a verdict change', async () => {
    await runCell(page, 'fit');
    await runCell(page, 'assess');
    await expect(items(panel, 'Controls').filter({ hasText: 'Pass' })).toHaveText('1Pass');
    await expect(items(panel, 'Controls').filter({ hasText: 'Not applicable' })).toHaveText('1Not applicable');
    await expect(unmet).toHaveCount(2);
    await expect.poll(said).toContain('policy: undecided, 2 controls not met');
  });

  await test.step('read what a verdict rests on, and go to its cell', async () => {
    await policy.getByText('Pass: 1').click();
    const met = items(panel, 'Pass');
    await expect(met.first()).toContainText('The model tells approvals from refusals');
    await met
      .first()
      .getByText(/^Details/)
      .click();
    await expect(met.first()).toContainText('House rules, 2; as of 2026-11-01; not verified');
    await expect(met.first()).toContainText('Head of credit risk');
    await policy.scrollIntoViewIfNeeded();
    await expectAccessible(page, 'policy-met');
    await watchMarks(page);
    await met
      .first()
      .getByRole('button', { name: /Go to the cell$/ })
      .click();
    await expectMarked(await cell(page, 'assess'));
  });

  await test.step('take the next step by the keyboard', async () => {
    const step = panel.getByRole('button', { name: 'Add a cell: The purpose is written down' });
    await step.focus();
    await page.keyboard.press('Enter');
    await expect(page.locator('.jp-Notebook')).toContainText('%%gov_doc purpose');
    await expect(page.locator('.jp-Notebook.jp-mod-editMode')).toBeVisible();
    await page.keyboard.type('Who gets a mortgage.');
    await runInserted(page, '%%gov_doc purpose');
    await expect(unmet).toHaveCount(1);
    await expect(unmet.first()).toContainText('Minor');
    await expect(policy).toContainText('Ready with reservations');
    await takePicture(page, 'policy-reserved');
  });
  expect(problems).toEqual([]);
});

test('only a call that is shown as it is becomes a cell', async ({ page, problems, request, tmpPath }) => {
  await writePolicy(request, tmpPath, 'odd.json', ODD);
  await writeNotebook(request, `${tmpPath}/odd.ipynb`, [
    '%load_ext jupyter_gov',
    '%gov_track odd',
    '%gov_policy use odd'
  ]);
  const panel = await openNotebook(page, `${tmpPath}/odd.ipynb`);
  await runAll(page);
  await expect(items(panel, 'Not met').first()).toContainText('Step lines');
  await expect(items(panel, 'Not met')).toHaveCount(Object.keys(STEPS).length);
  const add = panel.getByRole('button', { name: /^Add a cell: Step/ });
  await expect(add).toHaveCount(2);
  await expect(panel.getByRole('button', { name: /^Copy the call: Step/ })).toHaveCount(0);
  await expect(panel.getByText('Write a cell that begins with %%gov_doc purpose, 20 words')).toBeVisible();
  await section(panel, 'Policy').scrollIntoViewIfNeeded();
  await expectAccessible(page, 'policy-steps');
  await add.last().click();
  await expect
    .poll(() =>
      page.evaluate(() =>
        window.jupyterapp.shell.currentWidget.content.widgets.map(widget => widget.model.sharedModel.source)
      )
    )
    .toContain('%%gov_doc purpose\n');
  expect(problems).toEqual([]);
});

test('the policies of one notebook are not offered beside another', async ({ page, request, tmpPath }) => {
  for (const folder of ['a', 'b']) {
    await request.put(`/api/contents/${tmpPath}/${folder}`, { data: { type: 'directory' } });
    await writeNotebook(request, `${tmpPath}/${folder}/${folder}.ipynb`, CELLS);
  }
  await writePolicy(request, `${tmpPath}/a`);
  const panel = await openNotebook(page, `${tmpPath}/a/a.ipynb`);
  await track(panel);
  const choice = panel.getByRole('combobox', { name: 'Policy to use' });
  await choice.selectOption({ label: 'House rules' });
  await page.route(/\/jupyter-gov\/api\/policies/, route => route.fulfill({ status: 503, json: {} }));
  await page.evaluate(path => {
    void window.jupyterapp.commands.execute('docmanager:open', { path });
  }, `${tmpPath}/b/b.ipynb`);
  await kernelIsIdle(page);
  await track(panel);
  await expect(section(panel, 'Policy')).toContainText('No policy is in force');
  await expect(choice).toHaveCount(0);
  await page.unroute(/\/jupyter-gov\/api\/policies/);
  await panel.getByRole('button', { name: 'Refresh' }).click();
  await expect(choice).toHaveValue('good-practice');
  await expect(choice.getByRole('option', { name: 'House rules' })).toHaveCount(0);
});

test('a policy of a run that is over has steps to copy, not to add', async ({ page, problems, request, tmpPath }) => {
  await writePolicy(request, tmpPath);
  await writeNotebook(request, `${tmpPath}/over.ipynb`, [
    '%load_ext jupyter_gov',
    '%gov_track over',
    '%gov_policy use house',
    '%gov_track --off'
  ]);
  await openNotebook(page, `${tmpPath}/over.ipynb`);
  await runAll(page);
  const panel = await openPanel(page);
  await expect(items(panel, 'Not met').first()).toContainText('%%gov_doc purpose');
  await expect(panel.getByRole('button', { name: 'Copy the call: The purpose is written down' })).toBeVisible();
  await expect(panel.getByRole('button', { name: /^Add a cell: / })).toHaveCount(0);
  expect(problems).toEqual([]);
});
