/** The only module that talks to the server. */

import { URLExt } from '@jupyterlab/coreutils';
import { type Event, ServerConnection, type ServiceManager } from '@jupyterlab/services';
import { type ISignal, Signal } from '@lumino/signaling';

import type {
  IHowToReproduce,
  IJob,
  IKnownPolicy,
  IOverview,
  IReportAddress,
  IReportJob,
  IReproductionJob,
  IRunPage,
  IServerInfo
} from './records';

const ROOT = 'jupyter-gov/api';

/** The schema of the server's events about its own acts. */
const ACT_SCHEMA = 'https://jupyter-gov.github.io/events/act/v1';

/** The server refused, or could not be asked: then `status` is 0. */
export class ApiError extends Error {
  constructor(options: { status: number; code: string; message: string; hint: string }) {
    super(options.message);
    this.name = 'ApiError';
    this.status = options.status;
    this.code = options.code;
    this.hint = options.hint;
  }

  readonly status: number;
  readonly code: string;
  readonly hint: string;
}

/** Which runs to list. */
export interface IRunQuery {
  limit: number;
  after?: string;
  experiment?: string;
  /** Jupyter path of a notebook. */
  path?: string;
}

/** What the server says of its own acts: which one, on which job and run. */
export interface IAct {
  readonly action: string;
  readonly job: string;
  readonly run: string;
}

/** An answer with the tag by which the server knows it again; `body` is null if it is the one that was known. */
export interface ITagged<T> {
  readonly body: T | null;
  readonly tag: string;
}

/** Typed access to the routes under `/jupyter-gov/api/`. Every method throws `ApiError` only. */
export class GovernanceApi {
  constructor(services: ServiceManager.IManager) {
    this._settings = services.serverSettings;
    services.events.stream.connect(this._onEvent, this);
    services.connectionFailure.connect(() => this._connectionFailed.emit(), this);
  }

  /** The server has done something about a job. */
  get acted(): ISignal<this, IAct> {
    return this._acted;
  }

  /** Somebody else in the page found that the server does not answer. */
  get connectionFailed(): ISignal<this, void> {
    return this._connectionFailed;
  }

  /** The server's version and the version of its interface. */
  info(): Promise<IServerInfo> {
    return this._request<IServerInfo>('');
  }

  /** One page of runs, newest first. */
  runs(query: IRunQuery): Promise<IRunPage> {
    return this._request<IRunPage>(`runs${URLExt.objectToQueryString({ ...query })}`);
  }

  /** A run at a glance, at most `limit` items of a kind; nothing if it is still the one tagged `tag`. */
  async overview(run: string, limit: number, tag: string): Promise<ITagged<IOverview>> {
    const path = `runs/${encodeURIComponent(run)}/overview${URLExt.objectToQueryString({ limit })}`;
    const response = await this._send(path, tag ? { headers: { 'If-None-Match': tag } } : {});
    if (response.status === 304) {
      return { body: null, tag };
    }
    return { body: await read<IOverview>(response), tag: response.headers.get('ETag') ?? '' };
  }

  /** Have a report of a run rendered; the job says how far it is. */
  render(run: string): Promise<IReportJob> {
    return this._request(`runs/${encodeURIComponent(run)}/reports`, { method: 'POST', body: '{}' });
  }

  /** Have a run executed again; the job says how far it is, and the verdict. */
  reproduce(run: string, how: Partial<IHowToReproduce>): Promise<IReproductionJob> {
    const body = JSON.stringify(how);
    return this._request(`runs/${encodeURIComponent(run)}/reproductions`, { method: 'POST', body });
  }

  /** The policies that a notebook finds by their names; null for those that any finds. */
  async policies(path: string | null): Promise<readonly IKnownPolicy[]> {
    const query = path === null ? '' : URLExt.objectToQueryString({ path });
    return (await this._request<{ policies: IKnownPolicy[] }>(`policies${query}`)).policies;
  }

  /** How far a job is. */
  job(id: string): Promise<IJob> {
    return this._request<IJob>(`jobs/${encodeURIComponent(id)}`);
  }

  /** Have a job end before it is done. */
  cancel(id: string): Promise<IJob> {
    return this._request<IJob>(`jobs/${encodeURIComponent(id)}`, { method: 'DELETE' });
  }

  /** The server's jobs, newest first. */
  async jobs(): Promise<readonly IJob[]> {
    return (await this._request<{ jobs: IJob[] }>('jobs')).jobs;
  }

  /** Make sure that a file of a report is there and still what was rendered. */
  async checkReport(address: IReportAddress): Promise<void> {
    const response = await this._send(pathOf(address), {});
    if (!response.ok) {
      await read(response);
    }
    await response.body?.cancel();
  }

  /** Where the browser finds a file of a report. */
  reportUrl(address: IReportAddress): string {
    return `${URLExt.join(this._settings.baseUrl, ROOT)}/${pathOf(address)}`;
  }

  private async _request<T>(path: string, init: RequestInit = {}): Promise<T> {
    return read<T>(await this._send(path, init));
  }

  private async _send(path: string, init: RequestInit): Promise<Response> {
    const url = `${URLExt.join(this._settings.baseUrl, ROOT)}/${path}`;
    try {
      return await ServerConnection.makeRequest(url, init, this._settings);
    } catch (reason) {
      throw new ApiError({ status: 0, code: 'unreachable', message: String(reason), hint: '' });
    }
  }

  private _onEvent(_: unknown, event: Event.Emission): void {
    const { schema_id: schema, action, job, run } = event;
    if (schema === ACT_SCHEMA) {
      this._acted.emit({ action: asText(action), job: asText(job), run: asText(run) });
    }
  }

  private readonly _settings: ServerConnection.ISettings;
  private readonly _acted = new Signal<this, IAct>(this);
  private readonly _connectionFailed = new Signal<this, void>(this);
}

function pathOf({ run, report, file }: IReportAddress): string {
  return ['runs', run, 'reports', report, 'files', file].map(encodeURIComponent).join('/');
}

/** The JSON value of an answer. */
async function read<T>(response: Response): Promise<T> {
  const body = parse(await response.text());
  if (!response.ok || body === undefined) {
    const error = (body ?? {}) as { code?: unknown; message?: unknown; hint?: unknown };
    throw new ApiError({
      status: response.status,
      code: asText(error.code),
      message: asText(error.message) || `${response.status} ${response.statusText}`.trim(),
      hint: asText(error.hint)
    });
  }
  return body as T;
}

/** The JSON value in `text`; undefined if there is none, as from a proxy's error page. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
