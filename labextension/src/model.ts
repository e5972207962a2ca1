/** The panel's state, and how it changes. */

import { VDomModel } from '@jupyterlab/ui-components';

import { ApiError, type GovernanceApi } from './api';
import { API_VERSION, type IGovernanceModel, type IProblem, type IRun, type IServerInfo } from './tokens';

/** Lists runs. A newer request makes an older one's answer void, so answers never overtake each other. */
export class GovernanceModel extends VDomModel implements IGovernanceModel {
  constructor(options: GovernanceModel.IOptions) {
    super();
    this._api = options.api;
    this.version = options.version;
    this._pageSize = options.pageSize;
  }

  readonly version: string;

  get runs(): readonly IRun[] | null {
    return this._runs;
  }

  get hasMore(): boolean {
    return this._next !== null;
  }

  get isBusy(): boolean {
    return this._isBusy;
  }

  get problem(): IProblem | null {
    return this._problem;
  }

  get server(): IServerInfo | null {
    return this._server;
  }

  get isVersionMismatched(): boolean {
    return this._server !== null && this._server.version !== this.version;
  }

  /** How many runs are asked for at a time. */
  get pageSize(): number {
    return this._pageSize;
  }
  set pageSize(value: number) {
    if (value === this._pageSize) {
      return;
    }
    this._pageSize = value;
    if (this._runs !== null) {
      void this.refresh();
    }
  }

  async refresh(): Promise<void> {
    await this._request(async isCurrent => {
      const [server, page] = await Promise.all([this._api.info(), this._api.runs({ limit: this._pageSize })]);
      if (!isCurrent()) {
        return;
      }
      this._server = server;
      if (server.api !== API_VERSION) {
        throw new ApiError({ status: 409, code: 'incompatible', message: '', hint: '' });
      }
      this._runs = page.runs;
      this._next = page.next;
    });
  }

  async loadOlder(): Promise<void> {
    const after = this._next;
    if (after === null) {
      return;
    }
    await this._request(async isCurrent => {
      const page = await this._api.runs({ limit: this._pageSize, after });
      if (isCurrent()) {
        this._runs = [...(this._runs ?? []), ...page.runs];
        this._next = page.next;
      }
    });
  }

  private async _request(work: (isCurrent: () => boolean) => Promise<void>): Promise<void> {
    const ticket = ++this._ticket;
    const isCurrent = () => ticket === this._ticket && !this.isDisposed;
    this._isBusy = true;
    this.stateChanged.emit();
    let problem: IProblem | null = null;
    try {
      await work(isCurrent);
    } catch (reason) {
      problem = toProblem(reason);
    }
    if (!isCurrent()) {
      return;
    }
    this._problem = problem;
    this._isBusy = false;
    this.stateChanged.emit();
  }

  private readonly _api: GovernanceApi;
  private _pageSize: number;
  private _runs: readonly IRun[] | null = null;
  private _next: string | null = null;
  private _server: IServerInfo | null = null;
  private _problem: IProblem | null = null;
  private _isBusy = false;
  private _ticket = 0;
}

export namespace GovernanceModel {
  export interface IOptions {
    api: GovernanceApi;
    /** The version of this front end. */
    version: string;
    /** How many runs are asked for at a time. */
    pageSize: number;
  }
}

/** What went wrong, in the terms of the panel. */
function toProblem(reason: unknown): IProblem {
  if (!(reason instanceof ApiError)) {
    return { kind: 'unexpected', message: String(reason), hint: '' };
  }
  return { kind: kindOf(reason), message: reason.message, hint: reason.hint };
}

function kindOf(error: ApiError): IProblem['kind'] {
  if (error.code === 'incompatible' || error.code === 'store' || error.code === 'unreachable') {
    return error.code;
  }
  switch (error.status) {
    case 401:
    case 403:
      return 'forbidden';
    case 404:
      return error.code === 'not_found' ? 'unexpected' : 'missing';
    case 502:
    case 504:
      return 'unreachable';
    default:
      return 'unexpected';
  }
}
