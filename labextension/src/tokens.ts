/** What the parts of the extension agree on: names, versions and states. */

/** The plugin; its settings schema bears the same name. */
export const PLUGIN_ID = 'jupyter-gov:plugin';

/** The domain of every translated string. */
export const TRANSLATION_DOMAIN = 'jupyter_gov';

/** The version of the REST interface that this front end speaks. */
export const API_VERSION = 5;

/** The largest number of items of a kind that the server gives. */
export const MOST_ITEMS = 500;

/** Commands that others may call; the names are stable. */
export namespace CommandIDs {
  export const showPanel = 'jupyter-gov:show-panel';
  export const refresh = 'jupyter-gov:refresh';
  /** Track the notebook in focus, or stop. */
  export const toggleTracking = 'jupyter-gov:toggle-tracking';
  /** Render a report of the run that the panel shows. */
  export const renderReport = 'jupyter-gov:render-report';
  /** Execute the run that the panel shows again, and compare. */
  export const reproduce = 'jupyter-gov:reproduce';
  /** Open a rendered report: `{"run", "report", "file"}`; without them the newest of the run that the panel shows. */
  export const openReport = 'jupyter-gov:open-report';
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

/**
 * What the kernel of a notebook is doing.
 *
 * - `none`: the notebook has no kernel, or a dead one
 * - `disconnected`: the browser cannot reach the kernel
 * - `foreign`: it does not speak Python
 */
export type KernelState = 'none' | 'disconnected' | 'starting' | 'foreign' | 'idle' | 'busy';

/** Whether a notebook is tracked; `unknown` until its kernel has answered. */
export type TrackingState = 'unknown' | 'off' | 'on' | 'switching-on' | 'switching-off';

/**
 * Why tracking could not be switched.
 *
 * - `package`: the kernel's environment has no jupyter-gov
 * - `said`: the kernel said why, in `message`
 * - `interrupted`: the kernel never got to it
 * - `silent`: done, but the kernel gives no news of the run
 */
export interface ISwitchProblem {
  readonly kind: 'package' | 'said' | 'interrupted' | 'silent';
  readonly message: string;
}

/** A kernel's news: the run it tracks has grown, to event `seq`. */
export interface IHint {
  readonly run: string;
  readonly seq: number;
  readonly tracking: boolean;
}

/** Which runs a list holds. */
export type RunScope = 'notebook' | 'experiment' | 'all';

/** Of which notebook and experiment the lists are; null where there is none. */
export interface IRunContext {
  /** Jupyter path of the notebook in focus. */
  readonly path: string | null;
  readonly experiment: string | null;
}
