/** Wires the parts together, and hands them to JupyterLab or Notebook. */

import { ILabShell, ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import { version } from '../../package.json';
import { GovernanceApi } from './api';
import { addCommands } from './commands';
import { createStatusItem, createTrackingButton } from './indicators';
import { GovernanceModel } from './model';
import { Notebooks } from './notebooks';
import { GovernancePanel } from './panel';
import type { IReportAddress } from './records';
import { DEFAULT_SETTINGS, followSettings } from './settings';
import { PLUGIN_ID, TRANSLATION_DOMAIN } from './tokens';
import { ReportViewer } from './viewer';

/** The name of the button in the schema's list of toolbar items. */
const TOOLBAR_ITEM = 'jupyter-gov-tracking';

const plugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: 'Shows what is recorded of a notebook while it runs, and the runs before.',
  autoStart: true,
  optional: [
    ITranslator,
    INotebookTracker,
    ICommandPalette,
    IToolbarWidgetRegistry,
    IStatusBar,
    ILabShell,
    ILayoutRestorer,
    ISettingRegistry,
    IStateDB
  ],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    tracker: INotebookTracker | null,
    palette: ICommandPalette | null,
    toolbars: IToolbarWidgetRegistry | null,
    statusBar: IStatusBar | null,
    labShell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    settingRegistry: ISettingRegistry | null,
    state: IStateDB | null
  ) => {
    const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
    const api = new GovernanceApi(app.serviceManager);
    const notebooks = new Notebooks(tracker, id => app.shell.activateById(id));
    const model = new GovernanceModel({ api, notebooks, version, ...DEFAULT_SETTINGS });
    const viewer = new ReportViewer({ api, labShell, trans });
    const openReport = (address: IReportAddress) => void viewer.open(address);
    const panel = new GovernancePanel({ model, state, openReport, trans, ...DEFAULT_SETTINGS });
    const showPanel = () => app.shell.activateById(panel.id);

    app.shell.add(panel, 'right', { rank: 800, type: 'Governance' });
    restorer?.add(panel, panel.id);
    addCommands({ commands: app.commands, model, palette, showPanel, openReport, trans });
    toolbars?.addFactory<NotebookPanel>('Notebook', TOOLBAR_ITEM, notebook =>
      createTrackingButton(notebooks.linkOf(notebook), trans)
    );
    if (labShell) {
      // In Notebook it would be a new tab of the browser, which is for the user to open.
      model.reports.done.connect((reports, job) => {
        const page = job.files.find(({ format }) => format === 'html');
        if (reports.isOwn(job) && job.report !== null && page) {
          // Whoever is typing in a cell meanwhile goes on typing there.
          const isTyping = document.activeElement?.closest('.jp-Notebook') !== null;
          void viewer.open({ run: job.run, report: job.report, file: page.name }, !isTyping);
        }
      });
    }

    let isStatusShown = DEFAULT_SETTINGS.showStatusBarItem;
    const statusChanged = new Signal<object, void>({});
    statusBar?.registerStatusItem(PLUGIN_ID, {
      item: createStatusItem(notebooks, showPanel, trans),
      align: 'right',
      rank: 900,
      isActive: () => isStatusShown && notebooks.current !== null,
      activeStateChanged: statusChanged
    });
    notebooks.changed.connect(() => statusChanged.emit());
    void followSettings(settingRegistry, settings => {
      isStatusShown = settings.showStatusBarItem;
      statusChanged.emit();
      panel.sections.most = settings.itemsPerSection;
      model.setPageSizes(settings);
    });
  }
};

export default plugin;
