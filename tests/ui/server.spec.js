/** A server of its own: empty at first, stopped and started again, and at last with a store that cannot be read. */

const fs = require('fs');
const os = require('os');
const path = require('path');
const {
  SMALL,
  expect,
  expectAccessible,
  items,
  kernelIsIdle,
  openPanel,
  runCell,
  test,
  track,
  writeNotebook
} = require('./helpers');
const { Server } = require('./server');

test('an empty store, a restart of the server, and a store that cannot be read', async ({ page, playwright }) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'jupyter-gov-ui-own-'));
  const server = new Server(folder, { JUPYTER_GOV_UI_RUNS: '0' });
  const token = process.env.JUPYTER_GOV_UI_TOKEN;
  try {
    await server.start();
    const request = await playwright.request.newContext({
      baseURL: server.url,
      extraHTTPHeaders: { Authorization: `token ${token}` }
    });
    await writeNotebook(request, 'first.ipynb', SMALL);
    await page.goto(`${server.url}/lab?token=${token}`);
    const panel = await openPanel(page);
    // JupyterLab says so, over everything else, whenever it finds the server away.
    await page.addLocatorHandler(page.getByRole('dialog'), () => page.keyboard.press('Escape'));

    await test.step('an empty store', async () => {
      await expect(panel.getByText('No runs yet')).toBeVisible();
      await expect(panel).toContainText('%gov_track');
      await expectAccessible(page, 'empty-store');
    });

    await test.step('a run', async () => {
      await page.goto(`${server.url}/lab/tree/first.ipynb`);
      await kernelIsIdle(page);
      await openPanel(page);
      await track(panel);
      await runCell(page, 'data');
      await runCell(page, 'fit');
      await expect(items(panel, 'Models')).toHaveCount(1);
    });

    await test.step('the server stops, and what was read stays', async () => {
      await server.stop();
      await panel.getByRole('button', { name: 'Refresh' }).click();
      await expect(panel.getByRole('alert').first()).toContainText('The Jupyter server does not answer.');
      await expect(items(panel, 'Models')).toHaveCount(1);
    });

    await test.step('the server is back, and so is the panel', async () => {
      await server.start();
      await expect(panel.getByRole('alert')).toHaveCount(0, { timeout: 180_000 });
      await expect(items(panel, 'Models')).toHaveCount(1);
      // JupyterLab finds out that the kernel has gone with the server.
      await page.waitForFunction(() => !window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel);
      await page.evaluate(async () => {
        await window.jupyterapp.shell.currentWidget.sessionContext.changeKernel({ name: 'python3' });
      });
      await kernelIsIdle(page);
      await track(panel);
      await runCell(page, 'data');
      await runCell(page, 'fit');
      await expect(panel.getByRole('region', { name: /^Run / })).toContainText('Running');
      await expect(items(panel, 'Models')).toHaveCount(1);
      await page.evaluate(() => window.jupyterapp.commands.execute('docmanager:save'));
    });

    await test.step('a page that is loaded again lists both runs', async () => {
      // Without what was open: a notebook would come back with its own run.
      await page.goto(`${server.url}/lab?reset`);
      await openPanel(page);
      await expect(items(panel, 'Runs, newest first')).toHaveCount(2);
    });

    await test.step('the store cannot be read', async () => {
      await server.stop();
      for (const name of fs.readdirSync(folder).filter(file => file.startsWith('gov.db'))) {
        fs.rmSync(path.join(folder, name));
      }
      fs.writeFileSync(path.join(folder, 'gov.db'), 'This is no database.'.repeat(1000));
      await server.start();
      await page.goto(`${server.url}/lab`);
      await openPanel(page);
      await expect(panel.getByRole('alert')).toContainText('The governance store cannot be read.');
      await expectAccessible(page, 'store');
    });
    await request.dispose();
  } finally {
    await server.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
