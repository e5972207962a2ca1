/** How the sections of a run stand in the panel: folded or not, and how much of them is shown. */

import type { IStateDB } from '@jupyterlab/statedb';
import { type ISignal, Signal } from '@lumino/signaling';

import type { ISectionState } from './components/Section';

/** Under which name the sections are kept. */
const KEY = 'jupyter-gov:sections';

/** Remembers for all runs how the user left the sections; with a state database also when the page is loaded again. */
export class Sections implements ISectionState {
  constructor(options: { most: number; state: IStateDB | null; onShowAll: () => void }) {
    this._most = options.most;
    this._state = options.state;
    this._onShowAll = options.onShowAll;
    void this._restore();
  }

  /** How many items of a section are shown, unless all are. */
  set most(most: number) {
    this._most = most;
    this._changed.emit();
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** As the user left it; before that, open if there is anything in it. */
  readonly isOpen = (section: string, isEmpty: boolean): boolean => this._chosen.get(section) ?? !isEmpty;

  readonly onToggle = (section: string, isEmpty: boolean, isOpen: boolean): void => {
    if (isOpen !== this.isOpen(section, isEmpty)) {
      this._chosen.set(section, isOpen);
      void this._state?.save(KEY, Object.fromEntries(this._chosen));
      this._changed.emit();
    }
  };

  readonly mostOf = (section: string): number => (this._all.has(section) ? Infinity : this._most);

  readonly onShowAll = (section: string): void => {
    this._all.add(section);
    this._onShowAll();
  };

  private async _restore(): Promise<void> {
    const saved = (await this._state?.fetch(KEY)) ?? {};
    for (const [section, isOpen] of Object.entries(saved)) {
      if (!this._chosen.has(section)) {
        this._chosen.set(section, isOpen === true);
      }
    }
    this._changed.emit();
  }

  private _most: number;
  private readonly _state: IStateDB | null;
  private readonly _onShowAll: () => void;
  private readonly _chosen = new Map<string, boolean>();
  private readonly _all = new Set<string>();
  private readonly _changed = new Signal<this, void>(this);
}
