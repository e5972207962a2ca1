/** A charter: written in a form, by keyboard too, kept in the record and shown. */

const { cell, expect, expectAccessible, openNotebook, runCell, test, writeNotebook } = require('./helpers');

test('a charter is written in a form and kept', async ({ page, problems, request, tmpPath }) => {
  await writeNotebook(request, `${tmpPath}/charter.ipynb`, [
    { id: 'track', source: '%load_ext jupyter_gov\n%gov_track lending --experiment lending' },
    { id: 'form', source: '%gov_charter' },
    { id: 'told', source: 'import jupyter_gov as gov\nprint(gov.charter().goal, gov.charter().tier)' }
  ]);
  await openNotebook(page, `${tmpPath}/charter.ipynb`);
  await runCell(page, 'track');
  await runCell(page, 'form');
  const form = (await cell(page, 'form')).locator('.jg-charter-form');
  await form.getByLabel('Goal', { exact: true }).fill('Fewer wrong refusals');
  await form.getByRole('button', { name: 'Add a KPI' }).press('Enter');
  await form.getByLabel('Name', { exact: true }).first().fill('It ranks');
  await form.getByLabel('Measure').fill('roc_auc');
  await expectAccessible(page, 'charter-goal');

  await form.getByRole('tab', { name: 'At stake' }).click();
  await form.getByLabel('What does the output help to decide?').selectOption({ index: 1 });
  await form.getByLabel('Used in').fill('US');
  await form.getByLabel('Used in').press('Tab');
  await expect(form).toContainText('Risk tier: high');
  await expect(form).toContainText('us-consumer-credit');
  await expectAccessible(page, 'charter-stake');

  await form.getByRole('tab', { name: 'Decision' }).click();
  await form.getByRole('button', { name: 'Use the proposed policies' }).click();
  await expect(form.getByLabel('Policies that must hold')).toHaveValue(/good-practice, us-consumer-credit/);
  await form.getByRole('button', { name: 'Keep in the record' }).click();
  await expect(form.getByRole('alert')).toContainText("The KPI 'It ranks' has no target");
  await expectAccessible(page, 'charter-error');

  await form.getByRole('tab', { name: 'Goal' }).click();
  await form.getByLabel('Number').fill('0.7');
  await form.getByRole('button', { name: 'Keep in the record' }).click();
  await expect(form.getByRole('article', { name: /Charter/ })).toContainText('It is in the record.');
  await expectAccessible(page, 'charter-kept');
  await runCell(page, 'told');
  await expect(await cell(page, 'told')).toContainText('Fewer wrong refusals high');
  expect(problems).toEqual([]);
});
