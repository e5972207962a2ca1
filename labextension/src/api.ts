/** The only module that talks to the server. */

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type { IRunPage, IServerInfo } from './tokens';

const ROOT = 'jupyter-gov/api';

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
  notebook?: string;
}

/** Typed access to the routes under `/jupyter-gov/api/`. Every method throws `ApiError` only. */
export class GovernanceApi {
  constructor(settings: ServerConnection.ISettings) {
    this._settings = settings;
  }

  /** The server's version and the version of its interface. */
  info(): Promise<IServerInfo> {
    return this._get<IServerInfo>('');
  }

  /** One page of runs, newest first. */
  runs(query: IRunQuery): Promise<IRunPage> {
    return this._get<IRunPage>(`runs${URLExt.objectToQueryString({ ...query })}`);
  }

  private async _get<T>(path: string): Promise<T> {
    const url = `${URLExt.join(this._settings.baseUrl, ROOT)}/${path}`;
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(url, { method: 'GET' }, this._settings);
    } catch (reason) {
      throw new ApiError({ status: 0, code: 'unreachable', message: String(reason), hint: '' });
    }
    const text = await response.text();
    const body = parse(text);
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

  private readonly _settings: ServerConnection.ISettings;
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
