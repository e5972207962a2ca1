/** What the command palette, menus and other extensions can ask for. */

import type { ICommandPalette } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';

import { CommandIDs, type IGovernanceModel } from './tokens';

export interface ICommandOptions {
  commands: CommandRegistry;
  model: IGovernanceModel;
  /** Bring the panel to the front and give it the focus. */
  showPanel: () => void;
  palette: ICommandPalette | null;
  trans: TranslationBundle;
}

/** No arguments. */
const NO_ARGS = { type: 'object', properties: {}, additionalProperties: true } as const;

/** Register the commands, and list them in the palette under “Governance”. */
export function addCommands(options: ICommandOptions): void {
  const { commands, model, palette, showPanel, trans } = options;
  const category = trans.__('Governance');

  commands.addCommand(CommandIDs.showPanel, {
    label: args => (args['isPalette'] ? trans.__('Governance: Show Panel') : trans.__('Governance')),
    caption: trans.__('Show the runs that are recorded for this project'),
    describedBy: { args: NO_ARGS },
    execute: async () => {
      // The palette gives the focus back to where it was once a command has returned; it must not do so after us.
      await Promise.resolve();
      showPanel();
    }
  });

  commands.addCommand(CommandIDs.refresh, {
    label: trans.__('Governance: Refresh Runs'),
    caption: trans.__('Ask the server for the newest runs'),
    icon: refreshIcon,
    describedBy: { args: NO_ARGS },
    execute: () => model.refresh()
  });

  for (const command of [CommandIDs.showPanel, CommandIDs.refresh]) {
    palette?.addItem({ command, category, args: { isPalette: true } });
  }
}
