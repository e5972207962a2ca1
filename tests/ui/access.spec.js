/** The panel by keyboard alone, what is said to those who cannot see it, and axe in states that no other test passes through. */

const {
  SMALL,
  cell,
  expect,
  expectAccessible,
  expectMarked,
  items,
  kernelIsIdle,
  listen,
  openNotebook,
  runAll,
  runCell,
  runFromPalette,
  section,
  test,
  track,
  watchMarks,
  writeNotebook
} = require('./helpers');

test('everything is done by keyboard, and the run grows without taking the focus', async ({
  page,
  problems,
  request,
  tmpPath
}) => {
  await writeNotebook(request, `${tmpPath}/keys.ipynb`, [...SMALL, { id: 'again', source: 'model.fit(X, y)' }]);
  const panel = await openNotebook(page, `${tmpPath}/keys.ipynb`);
  const control = panel.getByRole('switch', { name: 'Track this notebook' });
  await control.focus();
  await page.keyboard.press('Space');
  await expect(control).toHaveAttribute('aria-checked', 'true');
  await expect(control).toBeFocused();
  await expect(control).toHaveAccessibleDescription('Tracking: what the cells do is recorded.');
  await expectAccessible(page, 'run-empty');

  const said = await listen(page, panel);
  for (const { id } of SMALL) {
    await runCell(page, id);
  }
  await expect(items(panel, 'Metrics')).toHaveCount(2);
  await expect.poll(said).toMatch(/one new model/);

  await test.step('fold a section and unfold it', async () => {
    const models = section(panel, 'Models');
    await models.locator('summary').first().focus();
    await page.keyboard.press('Enter');
    await expect(models).not.toHaveAttribute('open');
    await page.keyboard.press('Enter');
    await expect(models).toHaveAttribute('open');
    await page.keyboard.press('Tab');
    await expect(items(panel, 'Models').first().getByRole('button')).toBeFocused();
  });

  await test.step('the focus stays on its item when new ones come above it', async () => {
    const item = items(panel, 'Models').last().getByRole('button');
    await item.focus();
    const isFocused = await item.evaluateHandle(node => {
      window.focused = node;
      return node;
    });
    await runCellFromOutside(page, 'again');
    await expect(items(panel, 'Models')).toHaveCount(2);
    expect(await isFocused.evaluate(node => node === document.activeElement)).toBe(true);
  });

  await test.step('open the parameters of a model', async () => {
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(items(panel, 'Models').last().getByText('max_iter')).toBeVisible();
    await expectAccessible(page, 'run-parameters');
  });

  await test.step('go to the cell of an item', async () => {
    const item = items(panel, 'Models')
      .last()
      .getByRole('button', { name: /Go to the cell$/ });
    await item.focus();
    await watchMarks(page);
    await page.keyboard.press('Enter');
    const target = await cell(page, 'fit');
    await expect(target).toBeFocused();
    await expectMarked(target);
    await page.keyboard.press('ArrowDown');
    await expect(await cell(page, 'score')).toBeFocused();
  });

  await test.step('add a cell for a missing section', async () => {
    await panel
      .getByRole('button', { name: /^Add a cell for/ })
      .first()
      .focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('For the tests.');
    const added = page.getByRole('textbox').filter({ hasText: '%%gov_doc' });
    await expect(added).toContainText('For the tests.');
    await page.keyboard.press('Control+Enter');
    await expect(items(panel, 'Written documentation')).toHaveCount(1);
  });
  expect(problems).toEqual([]);
});

test('a section that is folded and unfolded at once stays as the last click left it', async ({
  page,
  problems,
  request,
  tmpPath
}) => {
  await writeNotebook(request, `${tmpPath}/fold.ipynb`, SMALL);
  const panel = await openNotebook(page, `${tmpPath}/fold.ipynb`);
  await track(panel);
  await runCell(page, 'data');
  await runCell(page, 'fit');
  await expect(items(panel, 'Models')).toHaveCount(1);
  for (const name of ['Models', 'Earlier runs']) {
    const { left, written } = await section(panel, name).evaluate(clickTwice);
    expect(written, `${name}: written after the last click`).toEqual([]);
    await expect(section(panel, name)).toHaveJSProperty('open', left);
  }
  expect(problems).toEqual([]);
});

test('the toolbar, the status bar and the palette switch tracking too', async ({
  page,
  problems,
  request,
  tmpPath
}) => {
  await writeNotebook(request, `${tmpPath}/bars.ipynb`, SMALL);
  await page.goto(`tree/${tmpPath}/bars.ipynb`);
  await kernelIsIdle(page);
  const button = page.getByRole('toolbar').getByRole('button', { name: /^Track this notebook/ });
  const status = page
    .getByRole('contentinfo')
    .or(page.locator('#jp-bottom-panel'))
    .getByRole('button', {
      name: /^(Tracking|Not tracked)/
    });
  await expect(status).toContainText('Not tracked');
  await button.click();
  await expect(status).toContainText('Tracking');
  await runFromPalette(page, 'Governance: Track This Notebook');
  await expect(status).toContainText('Not tracked');
  await status.focus();
  await page.keyboard.press('Enter');
  const panel = page.getByRole('region', { name: 'Governance', exact: true });
  await expect(panel).toBeFocused();
  await expect(panel.getByRole('region', { name: /^Run / })).toContainText('Finished');
  expect(problems).toEqual([]);
});

test('what the panel shows while it waits is accessible', async ({ page, problems, request, tmpPath }) => {
  await writeNotebook(request, `${tmpPath}/slow.ipynb`, SMALL);
  let answer = () => undefined;
  const held = new Promise(resolve => (answer = resolve));
  await page.route(/\/jupyter-gov\/api\/runs/, async route => {
    await held;
    await route.continue();
  });
  const panel = await openNotebook(page, `${tmpPath}/slow.ipynb`);
  await expectAccessible(page, 'loading');
  answer();
  await expect(panel.getByText('No runs of this notebook yet')).toBeVisible();
  await expectAccessible(page, 'no-runs');
  expect(problems).toEqual([]);
});

test('an assessment in the notebook is accessible, and so are its widgets', async ({ page, request, tmpPath }) => {
  await writeNotebook(request, `${tmpPath}/assess.ipynb`, [
    '%load_ext jupyter_gov\n%gov_track "assessed"',
    SMALL[0],
    SMALL[1],
    'people = pd.DataFrame({"sex": ["f", "m"] * 20})',
    { id: 'card', source: '%gov_assess model X y --sensitive sex --attributes people' },
    { id: 'widget', source: '%gov_assess model X y --sensitive sex --attributes people --interactive' }
  ]);
  const panel = await openNotebook(page, `${tmpPath}/assess.ipynb`);
  await runAll(page);
  await expect(items(panel, 'Assessments')).toHaveCount(2);
  await expect(items(panel, 'Findings')).not.toHaveCount(0);
  await expect((await cell(page, 'widget')).getByRole('spinbutton', { name: 'Score ≥' })).toBeVisible();
  await expectAccessible(page, 'assessment');
});

/** Run a cell as another page would: without going to it. */
async function runCellFromOutside(page, id) {
  await page.evaluate(async wanted => {
    const panel = window.jupyterapp.shell.currentWidget;
    const found = panel.content.widgets.find(widget => widget.model.id === wanted);
    const { kernel } = panel.sessionContext.session;
    await kernel.requestExecute({ code: found.model.sharedModel.source }, false, { cellId: wanted }).done;
  }, id);
}

/**
 * Click a summary again as soon as the panel has heard of the first click, before it is rendered.
 *
 * Returns how the second click left the section, and what was written to it in the half second after that.
 */
async function clickTwice(details) {
  const summary = details.querySelector('summary');
  const written = [];
  const observer = new MutationObserver(() => written.push(details.open));
  const left = await new Promise(resolve => {
    // Added last, it is called when the panel's own listener has returned.
    details.addEventListener(
      'toggle',
      () => {
        summary.click();
        observer.observe(details, { attributeFilter: ['open'] });
        resolve(details.open);
      },
      { once: true }
    );
    summary.click();
  });
  await new Promise(resolve => setTimeout(resolve, 500));
  observer.disconnect();
  return { left, written };
}
