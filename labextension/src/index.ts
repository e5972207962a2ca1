/** Wires the parts together, and hands them to JupyterLab or Notebook. */

import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { version } from '../../package.json';
import { GovernanceApi } from './api';
import { addCommands } from './commands';
import { GovernanceModel } from './model';
import { GovernancePanel } from './panel';
import { PLUGIN_ID, TRANSLATION_DOMAIN } from './tokens';

/** As in the settings schema. */
const DEFAULT_PAGE_SIZE = 25;

const plugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: 'Shows the governed runs of the notebooks on this server.',
  autoStart: true,
  optional: [ITranslator, ICommandPalette, ILayoutRestorer, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    settingRegistry: ISettingRegistry | null
  ) => {
    const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
    const api = new GovernanceApi(app.serviceManager.serverSettings);
    const model = new GovernanceModel({ api, version, pageSize: DEFAULT_PAGE_SIZE });
    const panel = new GovernancePanel(model, trans);

    app.shell.add(panel, 'right', { rank: 800, type: 'Governance' });
    restorer?.add(panel, panel.id);
    addCommands({
      commands: app.commands,
      model,
      palette,
      showPanel: () => app.shell.activateById(panel.id),
      trans
    });
    void followSettings(settingRegistry, model);
    void app.restored.then(() => model.refresh());
  }
};

/** Apply the user's settings, now and whenever they change; without them the defaults stand. */
async function followSettings(registry: ISettingRegistry | null, model: GovernanceModel): Promise<void> {
  if (!registry) {
    return;
  }
  try {
    const settings = await registry.load(PLUGIN_ID);
    const apply = () => {
      model.pageSize = settings.get('pageSize').composite as number;
    };
    apply();
    settings.changed.connect(apply);
  } catch (reason) {
    console.warn('jupyter-gov works with its default settings:', reason);
  }
}

export default plugin;
