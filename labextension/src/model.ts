/** What the panel shows, and when the server is asked for it. */

import { VDomModel } from '@jupyterlab/ui-components';
import { Poll } from '@lumino/polling';

import { ApiError, type GovernanceApi, type IAct } from './api';
import { OverviewFeed } from './feed';
import { RunJobs } from './jobs';
import type { NotebookLink } from './kernel';
import type { Notebooks } from './notebooks';
import { Policies } from './policies';
import { toProblem } from './problem';
import type { IHowToReproduce, IJob, IOverview, IReportJob, IReproductionJob, IServerInfo } from './records';
import { RunLists } from './lists';
import { API_VERSION, type IProblem, type IRunContext, type TrackingState } from './tokens';

/**
 * Follows the notebook in focus: shows the run that the user chose from a list, else the notebook's own.
 *
 * The server is asked only while the panel is visible: when it comes into view, when a kernel has news, and again and again, at
 * growing distances, while the server does not answer.
 */
export class GovernanceModel extends VDomModel {
  constructor(options: GovernanceModel.IOptions) {
    super();
    this._api = options.api;
    this.version = options.version;
    this.notebooks = options.notebooks;
    this.feed = new OverviewFeed(options.api, options.itemsPerSection);
    this.lists = new RunLists(options.api, options.pageSize);
    this.policies = new Policies(options.api);
    const { api } = options;
    this.reports = new RunJobs({ api, kind: 'report', begin: run => api.render(run) });
    this.reproductions = new RunJobs({ api, kind: 'reproduction', begin: (run, how) => api.reproduce(run, how) });
    this._retry = new Poll({
      auto: false,
      name: 'jupyter-gov:retry',
      frequency: { interval: 1000, backoff: 1.5, max: 10_000 },
      factory: () => this._tryAgain()
    });
    options.api.acted.connect(this._onAct, this);
    options.api.connectionFailed.connect(this._onConnectionFailed, this);
    this.notebooks.changed.connect(this._follow, this);
    this.notebooks.hinted.connect((_, { run, seq }) => this._isVisible && this.feed.hint(run, seq), this);
    this.feed.changed.connect(this._onAnswer, this);
    this.lists.changed.connect(this._onAnswer, this);
    this.policies.changed.connect(() => this.stateChanged.emit(), this);
    this.reports.changed.connect(() => this.stateChanged.emit(), this);
    this.reports.done.connect(this._onDone, this);
    this.reproductions.changed.connect(() => this.stateChanged.emit(), this);
    this.reproductions.done.connect(this._onDone, this);
  }

  /** The version of this front end. */
  readonly version: string;
  readonly notebooks: Notebooks;
  readonly feed: OverviewFeed;
  readonly lists: RunLists;
  readonly policies: Policies;
  readonly reports: RunJobs<IReportJob, null>;
  readonly reproductions: RunJobs<IReproductionJob, Partial<IHowToReproduce>>;

  /** The notebook in focus. */
  get notebook(): NotebookLink | null {
    return this.notebooks.current;
  }

  /** The run that is shown; null if only lists are. */
  get shownRun(): string | null {
    return this._chosen ?? this.notebook?.run ?? null;
  }

  /** Whether a run is shown that is not the one of the notebook in focus. */
  get isChosen(): boolean {
    return this._chosen !== null && this._chosen !== this.notebook?.run;
  }

  get overview(): IOverview | null {
    return this.feed.overview;
  }

  /** Whether the list of runs is open: what the user chose, else only while there is no run to show. */
  get isListOpen(): boolean {
    return this._isListOpen ?? this.shownRun === null;
  }
  set isListOpen(value: boolean) {
    if (value !== this.isListOpen) {
      this._isListOpen = value;
      this.stateChanged.emit();
      if (value && this._isVisible) {
        void this.lists.refresh();
      }
    }
  }

  /** Whether everything is being asked for again. */
  get isBusy(): boolean {
    return this._isBusy;
  }

  /** What keeps the panel from showing what it should; null if nothing does. */
  get problem(): IProblem | null {
    return this._problem ?? this.feed.problem ?? (this.isListOpen ? this.lists.problem : null);
  }

  /** What the server last said about itself. */
  get server(): IServerInfo | null {
    return this._server;
  }

  /** Whether front end and server are of different releases. */
  get isVersionMismatched(): boolean {
    return this._server !== null && this._server.version !== this.version;
  }

  get isVisible(): boolean {
    return this._isVisible;
  }
  set isVisible(value: boolean) {
    if (value === this._isVisible) {
      return;
    }
    this._isVisible = value;
    if (value) {
      this._follow();
      void this.refresh();
      void this.reports.resume();
      void this.reproductions.resume();
    } else {
      void this._retry.stop();
    }
  }

  /** Change how much is asked for at a time. */
  setPageSizes(sizes: Pick<GovernanceModel.IOptions, 'pageSize' | 'itemsPerSection'>): void {
    this.lists.pageSize = sizes.pageSize;
    this.feed.limit = sizes.itemsPerSection;
    if (this._isVisible) {
      void this.refresh();
    }
  }

  /** Show a run; null for that of the notebook in focus. */
  choose(run: string | null): void {
    this._chosen = run;
    this._isListOpen = run === null ? null : false;
    this._follow();
  }

  /** Ask the server again for all that is shown. */
  async refresh(): Promise<void> {
    const ticket = ++this._ticket;
    this._isBusy = true;
    this.stateChanged.emit();
    await Promise.all([
      this._checkServer(),
      this.feed.refresh(),
      this.policies.refresh(this.notebook?.path ?? null),
      this.isListOpen ? this.lists.refresh() : null
    ]);
    if (ticket === this._ticket) {
      this._isBusy = false;
      this.stateChanged.emit();
    }
  }

  /** Ask again after the server did not answer, and be content as soon as it does. */
  private async _tryAgain(): Promise<void> {
    await this.refresh();
    if (this.problem?.kind === 'unreachable') {
      throw new Error('The server does not answer.');
    }
    void this._retry.stop();
  }

  private async _checkServer(): Promise<void> {
    try {
      this._server = await this._api.info();
      if (this._server.api !== API_VERSION) {
        throw new ApiError({ status: 409, code: 'incompatible', message: '', hint: '' });
      }
      this._problem = null;
    } catch (reason) {
      this._problem = toProblem(reason);
    }
    this._onAnswer();
  }

  /** Go with the notebook in focus and its run. */
  private _follow(): void {
    const { notebook } = this;
    const run = notebook?.run ?? null;
    const tracking = notebook?.tracking ?? 'unknown';
    // A kernel that was restarted ends its run, too late to say so.
    const hasStopped = tracking === 'off' && this._lastTracking !== 'off' && notebook === this._lastNotebook;
    this._lastTracking = tracking;
    if (notebook !== this._lastNotebook && this._isVisible) {
      void this.policies.refresh(notebook?.path ?? null);
    }
    if (notebook !== this._lastNotebook || run !== this._lastRun) {
      // The choice was made beside another notebook, or before the run that has begun now.
      this._chosen = null;
      this._isListOpen = null;
      this._lastNotebook = notebook;
      this._lastRun = run;
      this.lists.clear();
    }
    if (this._isVisible) {
      this.feed.show(this.shownRun);
      if (hasStopped) {
        void this.feed.refresh();
      }
      this._fillList();
    }
    this.stateChanged.emit();
  }

  /** List what belongs to what is shown, if the list is open and holds something else. */
  private _fillList(): void {
    this.lists.context = this._context;
    const { runs, isBusy, problem } = this.lists;
    if (this._isVisible && this.isListOpen && runs === null && !isBusy && problem === null) {
      void this.lists.refresh();
    }
  }

  private get _context(): IRunContext {
    const experiment = this.overview?.run.experiment ?? null;
    return { path: this.notebook?.path ?? null, experiment };
  }

  private _onAnswer(): void {
    this._fillList();
    if (this.problem?.kind === 'unreachable' && this._isVisible) {
      void this._retry.start();
    }
    this.stateChanged.emit();
  }

  private _onDone(_: unknown, { run }: IJob): void {
    if (run === this.feed.run) {
      void this.feed.refresh();
    }
  }

  /** What the server has recorded is no news of the kernel's. */
  private _onAct(_: unknown, { action, run }: IAct): void {
    if (['report.rendered', 'reproduction.recorded'].includes(action) && run === this.feed.run && this._isVisible) {
      void this.feed.refresh();
    }
  }

  private _onConnectionFailed(): void {
    if (this._isVisible && this.problem === null && !this._isBusy) {
      void this.refresh();
    }
  }

  private readonly _api: GovernanceApi;
  private readonly _retry: Poll;
  private _server: IServerInfo | null = null;
  private _problem: IProblem | null = null;
  private _chosen: string | null = null;
  private _lastNotebook: NotebookLink | null = null;
  private _lastRun: string | null = null;
  private _lastTracking: TrackingState = 'unknown';
  private _isListOpen: boolean | null = null;
  private _isVisible = false;
  private _isBusy = false;
  private _ticket = 0;
}

export namespace GovernanceModel {
  export interface IOptions {
    api: GovernanceApi;
    notebooks: Notebooks;
    /** The version of this front end. */
    version: string;
    /** How many runs are asked for at a time. */
    pageSize: number;
    /** How many items of a kind are asked for at first. */
    itemsPerSection: number;
  }
}
