/** The user's settings. */

import type { ISettingRegistry } from '@jupyterlab/settingregistry';

import { PLUGIN_ID } from './tokens';

export interface ISettings {
  /** How many runs are listed at a time. */
  readonly pageSize: number;
  /** How many items of a section are shown at first. */
  readonly itemsPerSection: number;
  /** Whether the status bar says if the notebook in focus is tracked. */
  readonly showStatusBarItem: boolean;
}

/** As in the settings schema. */
export const DEFAULT_SETTINGS: ISettings = { pageSize: 25, itemsPerSection: 10, showStatusBarItem: true };

/** Apply the user's settings, now and whenever they change; without them the defaults stand. */
export async function followSettings(
  registry: ISettingRegistry | null,
  apply: (settings: ISettings) => void
): Promise<void> {
  if (!registry) {
    return;
  }
  try {
    const settings = await registry.load(PLUGIN_ID);
    const read = () => apply({ ...DEFAULT_SETTINGS, ...(settings.composite as Partial<ISettings>) });
    read();
    settings.changed.connect(read);
  } catch (reason) {
    console.warn('jupyter-gov works with its default settings:', reason);
  }
}
