/** What the specs share: signing in, notebooks, the panel and its parts by role and name, axe, pictures. */

const fs = require('fs');
const path = require('path');
const AxeBuilder = require('@axe-core/playwright').default;
const { expect, galata, test: galataTest } = require('@jupyterlab/galata');

const AUTHORIZATION = { Authorization: `token ${process.env.JUPYTER_GOV_UI_TOKEN}` };

/** All that is ours in a page, except what the widget and the cards show in outputs (`.jg-root`). */
const OURS = [
  '.jp-Governance',
  '.jp-Governance-toolbarButton',
  '.jp-Governance-statusItem',
  '[id^="jupyter-gov-report-"]',
  '.jg-root'
];

/** A small notebook that gives data, a model, a metric, and something that cannot be captured. */
const SMALL = [
  {
    id: 'data',
    source: [
      'import pandas as pd',
      'from sklearn.linear_model import LogisticRegression',
      'from sklearn.metrics import accuracy_score',
      'X = pd.DataFrame({"age": range(40), "income": range(40, 0, -1)})',
      'y = (X["age"] > 20).astype(int)'
    ].join('\n')
  },
  { id: 'fit', source: 'model = LogisticRegression().fit(X, y)' },
  { id: 'score', source: 'accuracy_score(y, model.predict(X))' },
  { id: 'gap', source: 'accuracy_score(y, [1] * len(y))' }
];

/** Galata with a page that is signed in by cookie, and with its own requests by token. It opens nothing by itself. */
const test = galataTest.extend({
  autoGoto: false,
  mockSettings: {
    ...galata.DEFAULT_SETTINGS,
    // All cells are in the page, however long the notebook is.
    '@jupyterlab/notebook-extension:tracker': { windowingMode: 'none' }
  },
  request: async ({ playwright, baseURL }, use) => {
    const request = await playwright.request.newContext({ baseURL, extraHTTPHeaders: AUTHORIZATION });
    await use(request);
    await request.dispose();
  },
  storageState: async ({ request }, use) => {
    await request.get('/lab');
    await use(await request.storageState());
  },
  // The server's kernels and terminals as they are: what Galata puts between would fail where a server is stopped.
  sessions: async ({}, use) => use(null),
  terminals: async ({}, use) => use(null),
  // No kernel is left to the next test.
  kernels: async ({ request }, use) => {
    await use(null);
    for (const { id } of await (await request.get('/api/kernels')).json()) {
      await request.delete(`/api/kernels/${id}`);
    }
  },
  waitForApplication: async ({}, use) => {
    await use(page => page.locator('#jupyterlab-splash').waitFor({ state: 'detached' }));
  },
  /** What went wrong in the page because of us; a test looks at it at its end. */
  problems: async ({ page }, use) => {
    const problems = [];
    const keep = text => /jupyter[-_]gov|governance/i.test(text) && problems.push(text);
    page.on('pageerror', error => keep(`${error.stack}`));
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type())) {
        keep(`${message.text()} ${message.location().url}`);
      }
    });
    await use(problems);
  }
});

/** Write a notebook of code cells, which may be given as `{id, source}`, below the server's root. */
async function writeNotebook(request, file, cells, kernel = 'python3') {
  const content = {
    cells: cells.map((cell, place) => ({
      cell_type: 'code',
      execution_count: null,
      id: cell.id ?? `cell-${place}`,
      metadata: {},
      outputs: [],
      source: cell.source ?? cell
    })),
    metadata: { kernelspec: { display_name: kernel, language: 'python', name: kernel } },
    nbformat: 4,
    nbformat_minor: 5
  };
  const response = await request.put(`/api/contents/${file}`, { data: { type: 'notebook', format: 'json', content } });
  expect(response.ok()).toBe(true);
}

/** Load JupyterLab on a notebook, wait for its kernel, and open the panel. */
async function openNotebook(page, file) {
  await page.goto(`tree/${file}`);
  await kernelIsIdle(page);
  return openPanel(page);
}

/** Open the panel by its tab in the right side bar. */
async function openPanel(page) {
  const panel = page.getByRole('region', { name: 'Governance', exact: true });
  const tab = page.getByRole('tab', { name: 'Governance' });
  // A page that is loaded again opens it by itself.
  await page.waitForFunction(() => window.jupyterapp?.restored.then(() => true));
  if ((await tab.getAttribute('aria-selected')) !== 'true') {
    await tab.click();
  }
  await expect(panel).toBeVisible();
  return panel;
}

/** Run a command by the palette and the keyboard alone. */
async function runFromPalette(page, label) {
  await page.waitForFunction(() => window.jupyterapp?.restored.then(() => true));
  const palette = page.locator('#modal-command-palette');
  // The palette goes where something else takes the focus, as JupyterLab does while it settles.
  await expect(async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Shift+C');
    await expect(palette.getByRole('searchbox').or(palette.locator('input'))).toBeFocused({ timeout: 3000 });
    await page.keyboard.type(label);
    await expect(palette.locator('.lm-CommandPalette-item.lm-mod-active')).toContainText(label, { timeout: 3000 });
  }).toPass({ timeout: 180_000 });
  await page.keyboard.press('Enter');
}

/** Wait until the kernel of the notebook in front is free. */
async function kernelIsIdle(page) {
  await page.waitForFunction(
    () => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle',
    undefined,
    { timeout: 180_000 }
  );
}

/** Run all cells by the menu; return when the last has ended. */
async function runAll(page, timeout = 180_000) {
  await page.getByRole('menuitem', { name: 'Run', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Run All Cells', exact: true }).click();
  await page.waitForFunction(
    () => {
      const panel = window.jupyterapp.shell.currentWidget;
      const cells = panel.content.widgets.filter(cell => cell.model.type === 'code' && cell.model.sharedModel.source);
      const isDone = cell => cell.model.executionState === 'idle' && cell.model.executionCount !== null;
      return cells.every(isDone) && panel.sessionContext.session.kernel.status === 'idle';
    },
    undefined,
    { timeout }
  );
}

/** Run the cell with that id. */
async function runCell(page, id) {
  await page.evaluate(async wanted => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = notebook.widgets.findIndex(cell => cell.model.id === wanted);
    notebook.deselectAll();
    await window.jupyterapp.commands.execute('notebook:run-cell');
  }, id);
}

/** Switch tracking on in the panel. */
async function track(panel) {
  await panel.getByRole('switch', { name: 'Track this notebook' }).click();
  await expect(panel.getByText('Tracking: what the cells do is recorded.')).toBeVisible();
}

/** A section of the run, such as “Metrics”. */
function section(panel, name) {
  return panel.getByRole('group', { name, exact: true });
}

/** The items of a section or of a list in it. */
function items(panel, name) {
  return panel.getByRole('list', { name, exact: true }).getByRole('listitem');
}

/** The cell of the notebook in front that has the id. */
async function cell(page, id) {
  const place = await page.evaluate(
    wanted => window.jupyterapp.shell.currentWidget.content.widgets.findIndex(widget => widget.model.id === wanted),
    id
  );
  return page.locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell').nth(place);
}

/** Keep the cells that the panel marks from now on: a mark is gone before a slow machine has looked for it. */
async function watchMarks(page) {
  await page.evaluate(() => {
    window.marked = new WeakSet();
    new MutationObserver(changes => {
      for (const { target } of changes) {
        if (target.classList.contains('jp-Governance-markedCell')) {
          window.marked.add(target);
        }
      }
    }).observe(document.body, { subtree: true, attributeFilter: ['class'] });
  });
}

/** Check that the panel has marked a cell since `watchMarks`, and marks it no more. */
async function expectMarked(target) {
  await expect.poll(() => target.evaluate(node => window.marked.has(node))).toBe(true);
  await expect(target).not.toHaveClass(/jp-Governance-markedCell/);
}

/** Keep what the panel says to those who cannot see it: what it says next takes the place of what it said. */
async function listen(page, panel) {
  await panel.locator('[aria-live="polite"]').evaluate(node => {
    window.said = [];
    new MutationObserver(() => window.said.push(node.textContent)).observe(node, {
      characterData: true,
      childList: true,
      subtree: true
    });
  });
  return () => page.evaluate(() => window.said.join('; '));
}

/** The source of a cell that runs until `letGo`. */
const WAITS = 'import os, time\nwhile not os.path.exists("go"):\n    time.sleep(0.05)\n';

/** Let the cells end that run `WAITS` in the notebooks of a folder. */
async function letGo(request, folder) {
  const response = await request.put(`/api/contents/${folder}/go`, {
    data: { type: 'file', format: 'text', content: '' }
  });
  expect(response.ok()).toBe(true);
}

/** Show the page in a theme. */
async function useTheme(page, theme) {
  await page.evaluate(async name => {
    await window.jupyterapp.commands.execute('apputils:change-theme', { theme: name });
  }, `JupyterLab ${theme}`);
  await page.waitForFunction(isLight => document.body.dataset.jpThemeLight === String(isLight), theme === 'Light');
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
}

/** Hold what is ours in the page, or a part of it, against axe in both themes, and keep pictures of it if wanted. */
async function expectAccessible(page, name, ours = OURS) {
  const found = [];
  for (const theme of ['Dark', 'Light']) {
    await useTheme(page, theme);
    await takePicture(page, `${name}-${theme.toLowerCase()}`);
    // The handle of an ipywidgets slider has no name; the field beside it does the same.
    const axe = new AxeBuilder({ page }).setLegacyMode().exclude('.noUi-handle');
    for (const selector of ours) {
      if ((await page.locator(selector).count()) > 0) {
        axe.include(selector);
      }
    }
    const { violations } = await axe.analyze();
    for (const { id, help, nodes } of violations) {
      found.push(...nodes.map(node => `${theme}: ${id}: ${help}: ${node.html} ${node.failureSummary}`));
    }
  }
  expect(found).toEqual([]);
}

/** Keep a picture of the page in the folder `JUPYTER_GOV_SCREENSHOTS`, if there is to be one. */
async function takePicture(page, name) {
  const folder = process.env.JUPYTER_GOV_SCREENSHOTS;
  if (folder) {
    fs.mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: path.join(folder, `${name}.png`) });
  }
}

module.exports = {
  AUTHORIZATION,
  SMALL,
  WAITS,
  cell,
  expect,
  expectAccessible,
  expectMarked,
  items,
  kernelIsIdle,
  letGo,
  listen,
  openNotebook,
  openPanel,
  runAll,
  runCell,
  runFromPalette,
  section,
  takePicture,
  test,
  track,
  useTheme,
  watchMarks,
  writeNotebook
};
