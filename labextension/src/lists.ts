/** Lists of earlier runs: of the notebook in focus, of its experiment, of all. */

import { type ISignal, Signal } from '@lumino/signaling';

import type { GovernanceApi, IRunQuery } from './api';
import { toProblem } from './problem';
import type { IRun } from './records';
import type { IProblem, IRunContext, RunScope } from './tokens';

/** Lists the runs of one scope at a time. A newer request makes an older one's answer void, so answers never overtake each other. */
export class RunLists {
  constructor(api: GovernanceApi, pageSize: number) {
    this._api = api;
    this._pageSize = pageSize;
  }

  /** The scopes that there are now. */
  get scopes(): readonly RunScope[] {
    const { path, experiment } = this._context;
    return [...(path ? ['notebook' as const] : []), ...(experiment ? ['experiment' as const] : []), 'all'];
  }

  /** The scope that is listed: what the user chose if it is there, else the narrowest. */
  get scope(): RunScope {
    const { scopes } = this;
    return scopes.find(scope => scope === this._chosen) ?? scopes[0] ?? 'all';
  }
  set scope(scope: RunScope) {
    this._chosen = scope;
    this._clearIfOther();
    this._changed.emit();
  }

  /** Runs, newest first; null until the first answer. */
  get runs(): readonly IRun[] | null {
    return this._runs;
  }

  /** Whether older runs exist that are not listed yet. */
  get hasMore(): boolean {
    return this._next !== null;
  }

  get isBusy(): boolean {
    return this._isBusy;
  }

  /** Why the last request failed; null if it did not. */
  get problem(): IProblem | null {
    return this._problem;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** How many runs are asked for at a time. */
  set pageSize(value: number) {
    this._pageSize = value;
  }

  /** List the runs of another notebook or experiment. */
  set context(context: IRunContext) {
    this._context = context;
    this._clearIfOther();
  }

  /** Forget what is listed. */
  clear(): void {
    this._runs = null;
    this._next = null;
    this._problem = null;
    this._isBusy = false;
    this._ticket++;
  }

  /** Ask the server again, from the newest run on. */
  refresh(): Promise<void> {
    return this._request(null);
  }

  /** List older runs below those already listed. */
  async loadOlder(): Promise<void> {
    if (this._next !== null) {
      await this._request(this._next);
    }
  }

  private async _request(after: string | null): Promise<void> {
    const ticket = ++this._ticket;
    this._isBusy = true;
    this._changed.emit();
    let problem: IProblem | null = null;
    try {
      const page = await this._api.runs({ ...this._query, ...(after === null ? {} : { after }) });
      if (ticket === this._ticket) {
        this._runs = after === null ? page.runs : [...(this._runs ?? []), ...page.runs];
        this._next = page.next;
      }
    } catch (reason) {
      problem = toProblem(reason);
    }
    if (ticket === this._ticket) {
      this._problem = problem;
      this._isBusy = false;
      this._changed.emit();
    }
  }

  private get _query(): IRunQuery {
    const { path, experiment } = this._context;
    const limit = this._pageSize;
    switch (this.scope) {
      case 'notebook':
        return { limit, path: path ?? '' };
      case 'experiment':
        return { limit, experiment: experiment ?? '' };
      case 'all':
        return { limit };
    }
  }

  /** Forget what is listed if it is not of this scope; an answer that is on its way is void then. */
  private _clearIfOther(): void {
    const { path, experiment } = this._context;
    const { scope } = this;
    const subject = `${scope} ${scope === 'notebook' ? path : scope === 'experiment' ? experiment : ''}`;
    if (subject !== this._subject) {
      this._subject = subject;
      this.clear();
    }
  }

  private readonly _api: GovernanceApi;
  private _pageSize: number;
  private _context: IRunContext = { path: null, experiment: null };
  private _chosen: RunScope | null = null;
  private _subject = '';
  private _runs: readonly IRun[] | null = null;
  private _next: string | null = null;
  private _problem: IProblem | null = null;
  private _isBusy = false;
  private _ticket = 0;
  private readonly _changed = new Signal<this, void>(this);
}
