/** The policies that can be put into force. */

import { type ISignal, Signal } from '@lumino/signaling';

import type { GovernanceApi } from './api';
import type { IKnownPolicy } from './records';

/** Knows which policies the notebook in focus finds; a newer request makes an older one's answer void. */
export class Policies {
  constructor(api: GovernanceApi) {
    this._api = api;
  }

  /** Null until the server has said so. */
  get known(): readonly IKnownPolicy[] | null {
    return this._known;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Ask which there are for the notebook at a Jupyter path. */
  async refresh(path: string | null): Promise<void> {
    const ticket = ++this._ticket;
    if (path !== this._path) {
      // Those of another notebook may not be found from here.
      this._path = path;
      this._set(null);
    }
    // Where the server does not answer, whoever asks for the run says so.
    const known = await this._api.policies(path).catch(() => null);
    if (ticket === this._ticket) {
      this._set(known);
    }
  }

  private _set(known: readonly IKnownPolicy[] | null): void {
    this._known = known;
    this._changed.emit();
  }

  private readonly _api: GovernanceApi;
  private _known: readonly IKnownPolicy[] | null = null;
  private _path: string | null = null;
  private _ticket = 0;
  private readonly _changed = new Signal<this, void>(this);
}
