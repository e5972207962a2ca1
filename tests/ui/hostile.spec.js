/** Names that are HTML, script, written from right to left, or very long: they stay text, and the panel stays legible. */

const {
  SMALL,
  expect,
  expectAccessible,
  items,
  openNotebook,
  runAll,
  section,
  test,
  writeNotebook
} = require('./helpers');

const IMAGE = "<img src=x onerror='window.hacked=1'>";
const SCRIPT = '<script>window.hacked=1</script>';
const RTL = '\u202egnp.evil\u202c';
const LONG = 'long'.repeat(2500);

const CELLS = [
  '%load_ext jupyter_gov',
  `%gov_track "${IMAGE} ${RTL}" --experiment "${SCRIPT}"`,
  SMALL[0],
  {
    id: 'columns',
    source: [
      'from sklearn.metrics import classification_report, f1_score',
      `NAMES = ["${IMAGE}", "${SCRIPT}", "${RTL}", "${LONG}"]`,
      'X = pd.DataFrame({name: range(40) for name in NAMES})',
      'people = pd.DataFrame({name: [name, "other"] * 20 for name in NAMES})'
    ].join('\n')
  },
  {
    id: 'files',
    source: [
      'for place, name in enumerate([NAMES[0], "<script>hacked", NAMES[2], "f" * 200]):',
      '    X.head(10 + place).to_csv(name + ".csv", index=False)',
      '    pd.read_csv(name + ".csv")'
    ].join('\n')
  },
  {
    id: 'models',
    source: [
      'for name in NAMES:',
      '    kind = type(name, (LogisticRegression,), {"__module__": name})',
      '    globals()["model_" + name] = kind(solver="lbfgs").fit(X, y)',
      'globals()["m" * 10_000] = LogisticRegression().fit(X, y)',
      'model = globals()["model_" + NAMES[0]]'
    ].join('\n')
  },
  {
    id: 'metrics',
    source: [
      'predicted = model.predict(X)',
      'for name in NAMES:',
      '    classification_report(y, predicted, target_names=[name, "other"])',
      '    try:',
      '        f1_score(y, predicted, average=name)',
      '    except ValueError:',
      '        pass'
    ].join('\n')
  },
  {
    id: 'assess',
    source: `get_ipython().run_line_magic("gov_assess", f'model X y --attributes people --sensitive "{",".join(NAMES)}"')`
  },
  { id: 'documents', source: `%%gov_doc purpose\n${IMAGE}\n\n${SCRIPT}\n\n${RTL}` },
  { id: 'error', source: 'try:\n    LogisticRegression(solver=NAMES[0]).fit(X, y)\nexcept ValueError:\n    pass' }
];

test('hostile names do nothing and stay legible', async ({ page, problems, request, tmpPath }) => {
  const alarms = [];
  page.on('dialog', dialog => alarms.push(dialog.message()));
  page.on('request', sent => /\/x$/.test(sent.url()) && alarms.push(sent.url()));
  const name = `${IMAGE.replaceAll("'", '')} ${RTL}.ipynb`;
  await writeNotebook(request, `${tmpPath}/${encodeURIComponent(name)}`, CELLS);
  const panel = await openNotebook(page, `${tmpPath}/${encodeURIComponent(name)}`);
  await runAll(page);

  await expect(panel.getByRole('region', { name: /^Notebook <img src=x onerror=window.hacked=1>/ })).toBeVisible();
  await expect(panel.getByRole('region', { name: /^Run <img src=x onerror='window.hacked=1'>/ })).toBeVisible();
  await expect(panel.getByText('<script>window.hacked=1<').first()).toBeVisible();
  await expect(items(panel, 'Assessments')).toHaveCount(1);
  await expect(items(panel, 'Findings')).not.toHaveCount(0);
  await expect(items(panel, 'Written documentation')).toHaveCount(1);
  for (const title of ['Models', 'Metrics', 'Data', 'Findings']) {
    const more = section(panel, title).getByRole('button', { name: /^Show (all|the newest)/ });
    if (await more.isVisible()) {
      await more.click();
    }
  }
  await expect(panel.getByRole('button', { name: /^Show (all|the newest)/ })).toHaveCount(0);
  await expect(items(panel, 'Models').filter({ hasText: '<img src=x' })).not.toHaveCount(0);
  await expect(items(panel, 'Models').filter({ hasText: 'longlonglong' })).not.toHaveCount(0);
  await expect(items(panel, 'Data').filter({ hasText: '<script>hacked.csv' })).not.toHaveCount(0);
  await expect(items(panel, 'Metrics').filter({ hasText: 'classification_report' })).not.toHaveCount(0);
  await expect(items(panel, 'Metrics').filter({ hasText: '<img' })).not.toHaveCount(0);
  for (const summary of await items(panel, 'Models').locator('summary').all()) {
    await summary.click();
  }

  const text = await panel.innerText();
  expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  expect(text.length).toBeLessThan(100_000);
  expect(await tooWide(page)).toEqual([]);
  await panel.getByRole('region', { name: /^Notebook/ }).scrollIntoViewIfNeeded();
  await expectAccessible(page, 'hostile', ['.jp-Governance']);

  const frame = page.frameLocator('iframe[title^="Report"]');
  await panel.getByRole('button', { name: /^Render report/ }).click();
  await expect(frame.getByRole('heading', { level: 1 })).toBeVisible({ timeout: 180_000 });
  await expect(frame.locator('body')).toContainText('<img src=x');
  expect(await frame.locator('script, img[src="x"]').count()).toBe(0);

  expect(await page.evaluate(() => window.hacked)).toBeUndefined();
  expect(alarms).toEqual([]);
  expect(problems).toEqual([]);
});

/** The elements of the panel that reach beyond it, and whether it scrolls sideways. */
function tooWide(page) {
  return page.evaluate(() => {
    const panel = document.querySelector('.jp-Governance');
    const right = panel.getBoundingClientRect().right + 0.5;
    const all = [panel, ...panel.querySelectorAll('*')];
    const scrolling = all.filter(
      node => node.scrollWidth > node.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(node).overflowX)
    );
    const outside = all.filter(node => node.getBoundingClientRect().right > right);
    return [...scrolling, ...outside].map(node => node.outerHTML.slice(0, 200));
  });
}
