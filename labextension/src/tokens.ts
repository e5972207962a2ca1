/** What the parts of the extension agree on: names, records as the server sends them, and states. */

import type { ISignal } from '@lumino/signaling';

/** The plugin; its settings schema bears the same name. */
export const PLUGIN_ID = 'jupyter-gov:plugin';

/** The domain of every translated string. */
export const TRANSLATION_DOMAIN = 'jupyter_gov';

/** The version of the REST interface that this front end speaks. */
export const API_VERSION = 1;

/** Commands that others may call; the names are stable. */
export namespace CommandIDs {
  export const showPanel = 'jupyter-gov:show-panel';
  export const refresh = 'jupyter-gov:refresh';
}

export type RunStatus = 'running' | 'finished' | 'failed';

/** One tracked execution of a notebook. Times are UTC, RFC 3339. */
export interface IRun {
  readonly id: string;
  readonly experiment: string;
  readonly name: string;
  readonly status: RunStatus;
  readonly notebook: string;
  readonly actor: string;
  readonly started: string;
  readonly finished: string | null;
  readonly reason: string;
}

/** Runs, newest first; `next` is the cursor of the page after this one, null on the last. */
export interface IRunPage {
  readonly runs: readonly IRun[];
  readonly next: string | null;
}

/** What the server says about itself. */
export interface IServerInfo {
  readonly version: string;
  readonly api: number;
}

/**
 * Why something could not be shown.
 *
 * - `unreachable`: the server does not answer
 * - `missing`: the server does not have our extension loaded
 * - `forbidden`: not signed in, or not allowed to read
 * - `incompatible`: front end and server speak different versions of the interface
 * - `store`: the server cannot read its store
 * - `unexpected`: anything else
 */
export type ProblemKind = 'unreachable' | 'missing' | 'forbidden' | 'incompatible' | 'store' | 'unexpected';

/** A problem, with the server's own sentence and hint where it sent them. */
export interface IProblem {
  readonly kind: ProblemKind;
  readonly message: string;
  readonly hint: string;
}

/** What the panel shows. It changes only through its methods, and says so by `stateChanged`. */
export interface IGovernanceModel {
  /** Runs, newest first; null until the first answer. */
  readonly runs: readonly IRun[] | null;
  /** Whether older runs exist that are not listed yet. */
  readonly hasMore: boolean;
  /** Whether an answer is awaited. */
  readonly isBusy: boolean;
  /** Why the last request failed; null if it did not. */
  readonly problem: IProblem | null;
  /** The version of this front end. */
  readonly version: string;
  /** What the server last said about itself. */
  readonly server: IServerInfo | null;
  /** Whether front end and server are of different releases. */
  readonly isVersionMismatched: boolean;
  readonly stateChanged: ISignal<unknown, void>;
  /** Ask the server again, from the newest run on. */
  refresh(): Promise<void>;
  /** List older runs below those already listed. */
  loadOlder(): Promise<void>;
}
