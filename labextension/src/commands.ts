/** What the command palette, menus and other extensions can ask for. */

import type { ICommandPalette } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';

import { governanceIcon, trackingIcon } from './components/icons';
import type { GovernanceModel } from './model';
import type { IReportAddress } from './records';
import { CommandIDs } from './tokens';

export interface ICommandOptions {
  commands: CommandRegistry;
  model: GovernanceModel;
  /** Bring the panel to the front and give it the focus. */
  showPanel: () => void;
  openReport: (address: IReportAddress) => void;
  palette: ICommandPalette | null;
  trans: TranslationBundle;
}

/** No arguments. */
const NO_ARGS = { type: 'object', properties: {}, additionalProperties: true } as const;

/** Which file of which report. */
const REPORT_ARGS = {
  type: 'object',
  properties: {
    run: { type: 'string', description: 'The id of the run' },
    report: { type: 'string', description: 'The id of the report' },
    file: { type: 'string', description: 'The name of the file' }
  },
  additionalProperties: true
} as const;

/** Register the commands, and list them in the palette under “Governance”. */
export function addCommands(options: ICommandOptions): void {
  const { commands, model, palette, showPanel, openReport, trans } = options;
  const category = trans.__('Governance');

  commands.addCommand(CommandIDs.showPanel, {
    label: args => (args['isPalette'] ? trans.__('Governance: Show Panel') : trans.__('Governance')),
    caption: trans.__('Show what is recorded of the notebook in focus'),
    describedBy: { args: NO_ARGS },
    execute: async () => {
      // The palette gives the focus back to where it was once a command has returned; it must not do so after us.
      await Promise.resolve();
      showPanel();
    }
  });

  commands.addCommand(CommandIDs.refresh, {
    label: trans.__('Governance: Refresh'),
    caption: trans.__('Ask the server again for what the panel shows'),
    icon: refreshIcon,
    describedBy: { args: NO_ARGS },
    execute: () => model.refresh()
  });

  commands.addCommand(CommandIDs.toggleTracking, {
    label: trans.__('Governance: Track This Notebook'),
    caption: trans.__('Record what the cells of this notebook do, or stop'),
    icon: () => (isTracking() ? trackingIcon : governanceIcon),
    describedBy: { args: NO_ARGS },
    isToggleable: true,
    isToggled: isTracking,
    isEnabled: () => model.notebook?.canSwitch ?? false,
    execute: () => model.notebook?.setTracking(!isTracking())
  });

  commands.addCommand(CommandIDs.renderReport, {
    label: trans.__('Governance: Render Report'),
    caption: trans.__('Render a report of the run that the panel shows'),
    describedBy: { args: NO_ARGS },
    isEnabled: () => model.shownRun !== null && !model.reports.isPending(model.shownRun),
    execute: () => (model.shownRun === null ? undefined : model.reports.begin(model.shownRun, null))
  });

  commands.addCommand(CommandIDs.reproduce, {
    label: trans.__('Governance: Reproduce Run'),
    caption: trans.__('Execute the run that the panel shows again, and compare what comes out'),
    describedBy: { args: NO_ARGS },
    isEnabled: () => model.shownRun !== null && !model.reproductions.isPending(model.shownRun),
    execute: () => (model.shownRun === null ? undefined : model.reproductions.begin(model.shownRun, {}))
  });

  commands.addCommand(CommandIDs.openReport, {
    label: trans.__('Governance: Open Newest Report'),
    caption: trans.__('Open the newest report of the run that the panel shows'),
    describedBy: { args: REPORT_ARGS },
    isEnabled: args => addressIn(args) !== null || newestReport() !== null,
    execute: args => {
      const address = addressIn(args) ?? newestReport();
      if (address) {
        openReport(address);
      }
    }
  });

  for (const command of Object.values(CommandIDs)) {
    palette?.addItem({ command, category, args: { isPalette: true } });
  }
  let enabled = '';
  model.stateChanged.connect(() => {
    const ids = [CommandIDs.renderReport, CommandIDs.reproduce, CommandIDs.openReport];
    const now = ids.map(id => commands.isEnabled(id)).join();
    if (now !== enabled) {
      enabled = now;
      ids.forEach(id => commands.notifyCommandChanged(id));
    }
  });
  model.notebooks.changed.connect(() => commands.notifyCommandChanged(CommandIDs.toggleTracking));

  function isTracking(): boolean {
    return model.notebook?.tracking === 'on';
  }

  function newestReport(): IReportAddress | null {
    const report = model.overview?.reports.items[0];
    const file = report?.files[0];
    return model.overview && report && file ? { run: model.overview.run.id, report: report.id, file: file.name } : null;
  }
}

function addressIn({ run, report, file }: Readonly<Record<string, unknown>>): IReportAddress | null {
  const isWhole = typeof run === 'string' && typeof report === 'string' && typeof file === 'string';
  return isWhole ? { run, report, file } : null;
}
