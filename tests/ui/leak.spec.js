/** A leak, told where it happens: at the cell, and in the panel; nothing where all is done right. */

const {
  cell,
  expect,
  expectAccessible,
  items,
  openNotebook,
  runAll,
  test,
  track,
  writeNotebook
} = require('./helpers');

const DATA = [
  'import numpy as np, pandas as pd',
  'from sklearn.linear_model import LogisticRegression',
  'from sklearn.metrics import accuracy_score',
  'from sklearn.model_selection import train_test_split',
  'rng = np.random.default_rng(0)',
  'X = pd.DataFrame({"age": rng.normal(50, 12, 400), "income": rng.normal(3000, 900, 400)})',
  'y = (X["age"] + rng.normal(0, 12, 400) > 50).astype(int)'
].join('\n');

const RIGHT = 'X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)';
const WRONG = `${RIGHT}\nX_train, y_train = pd.concat([X_train, X_test[:60]]), pd.concat([y_train, y_test[:60]])`;
const SCORE = [
  'model = LogisticRegression().fit(X_train, y_train)',
  'accuracy_score(y_test, model.predict(X_test))'
].join('\n');

for (const [name, split, isLeak] of [
  ['a leak is told at its cell and in the panel', WRONG, true],
  ['a notebook that does everything right is told nothing', RIGHT, false]
]) {
  test(name, async ({ page, problems, request, tmpPath }) => {
    await writeNotebook(request, `${tmpPath}/split.ipynb`, [
      { id: 'data', source: DATA },
      { id: 'split', source: split },
      { id: 'score', source: SCORE }
    ]);
    const panel = await openNotebook(page, `${tmpPath}/split.ipynb`);
    await track(panel);
    await runAll(page);
    await expect(items(panel, 'Metrics')).toHaveCount(1);
    const score = await cell(page, 'score');
    const notes = score.getByRole('note', { name: /^Finding: / });
    if (isLeak) {
      await expect(notes.first()).toContainText('60 of the 100 rows');
      await expect(items(panel, 'Findings').first()).toContainText('60 of 100 rows');
      await notes.first().scrollIntoViewIfNeeded();
      await expectAccessible(page, 'leak');
    } else {
      await page.waitForTimeout(3000);
      await expect(items(panel, 'Findings')).toHaveCount(0);
      await expect(page.getByRole('note', { name: /^Finding: / })).toHaveCount(0);
    }
    // What the user asked for is there as ever.
    await expect(score).toContainText(/0\.\d+/);
    expect(problems).toEqual([]);
  });
}
