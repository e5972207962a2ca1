/** Long work of the server, in the making. */

import { type ISignal, Signal } from '@lumino/signaling';

import { ApiError, type GovernanceApi, type IAct } from './api';
import { toProblem } from './problem';
import type { IJob } from './records';
import type { IProblem } from './tokens';

/** The server says by an event when a job has changed. Where none came for so long, the job is asked for once more. */
const PATIENCE_MS = 10_000;

/** Begins jobs of one kind, and knows how far they are. One for each run: the latest. `T` is how one is asked for. */
export class RunJobs<J extends IJob, T> {
  constructor(options: RunJobs.IOptions<J, T>) {
    this._api = options.api;
    this._kind = options.kind;
    this._begin = options.begin;
    this._api.acted.connect(this._onAct, this);
  }

  /** The latest job of a run. */
  jobOf(run: string): J | null {
    return this._jobs.get(run) ?? null;
  }

  /** Why the latest request for a job of a run failed; null if it did not. */
  problemOf(run: string): IProblem | null {
    return this._problems.get(run) ?? null;
  }

  isPending(run: string): boolean {
    return this._asked.has(run) || isPending(this.jobOf(run));
  }

  /** Whether the job of a run was told to end, and has not ended yet. */
  isEnding(run: string): boolean {
    const job = this.jobOf(run);
    return isPending(job) && this._ending.has(job?.id ?? '');
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Whether a job was asked for on this page since it was loaded. */
  isOwn(job: J): boolean {
    return this._own.has(job.id);
  }

  /** A job that this page has seen pending is done. */
  get done(): ISignal<this, J> {
    return this._done;
  }

  /** Begin a job for a run. */
  async begin(run: string, asked: T): Promise<void> {
    if (this.isPending(run)) {
      return;
    }
    this._asked.add(run);
    this._problems.delete(run);
    this._changed.emit();
    try {
      const job = await this._begin(run, asked);
      this._own.add(job.id);
      this._take(job);
    } catch (reason) {
      // Somebody else may have begun the same already: then theirs is ours, too.
      const isTaken = reason instanceof ApiError && reason.code === 'conflict';
      if (!isTaken || !(await this._adopt(run))) {
        this._problems.set(run, toProblem(reason));
      }
    }
    this._asked.delete(run);
    this._changed.emit();
  }

  /** Have the job of a run end before it is done. */
  async cancel(run: string): Promise<void> {
    const job = this.jobOf(run);
    if (!job || !isPending(job) || this._ending.has(job.id)) {
      return;
    }
    this._ending.add(job.id);
    this._changed.emit();
    try {
      this._takeIfOurs(await this._api.cancel(job.id));
    } catch (reason) {
      this._ending.delete(job.id);
      this._problems.set(run, toProblem(reason));
      this._changed.emit();
    }
  }

  /** Find what was begun before the page was loaded. */
  async resume(): Promise<void> {
    for (const job of (await this._list()).filter(isPending)) {
      this._take(job);
    }
  }

  private async _adopt(run: string): Promise<boolean> {
    const job = (await this._list()).find(job => job.run === run && isPending(job));
    if (job) {
      this._own.add(job.id);
      this._take(job);
    }
    return job !== undefined;
  }

  private async _list(): Promise<readonly J[]> {
    try {
      return (await this._api.jobs()).filter(job => this._isOurs(job));
    } catch {
      // The panel says already that the server does not answer.
      return [];
    }
  }

  private _onAct(_: unknown, act: IAct): void {
    if ([...this._jobs.values()].some(job => job.id === act.job && isPending(job))) {
      void this._look(act.job);
    }
  }

  private async _look(id: string): Promise<void> {
    const known = [...this._jobs.values()].find(job => job.id === id);
    try {
      this._takeIfOurs(await this._api.job(id));
    } catch (reason) {
      if (known && reason instanceof ApiError && reason.status === 404) {
        // The server was restarted, and knows nothing of it.
        this._take({ ...known, status: 'failed', error: { code: 'gone', message: '', hint: '' } });
      } else if (known) {
        this._wait(known);
      }
    }
  }

  private _isOurs(job: IJob): job is J {
    return job.kind === this._kind;
  }

  private _takeIfOurs(job: IJob): void {
    if (this._isOurs(job)) {
      this._take(job);
    }
  }

  private _take(job: J): void {
    const last = this._jobs.get(job.run);
    if (last?.id === job.id && !isPending(last)) {
      // An answer that was overtaken.
      return;
    }
    this._jobs.set(job.run, job);
    this._wait(job);
    this._changed.emit();
    if (job.status === 'done') {
      this._done.emit(job);
    }
  }

  private _wait(job: J): void {
    window.clearTimeout(this._timers.get(job.id));
    this._timers.delete(job.id);
    if (isPending(job)) {
      this._timers.set(
        job.id,
        window.setTimeout(() => void this._look(job.id), PATIENCE_MS)
      );
    }
  }

  private readonly _api: GovernanceApi;
  private readonly _kind: J['kind'];
  private readonly _begin: (run: string, asked: T) => Promise<J>;
  private readonly _jobs = new Map<string, J>();
  private readonly _problems = new Map<string, IProblem>();
  private readonly _own = new Set<string>();
  private readonly _asked = new Set<string>();
  private readonly _ending = new Set<string>();
  private readonly _timers = new Map<string, number>();
  private readonly _changed = new Signal<this, void>(this);
  private readonly _done = new Signal<this, J>(this);
}

export namespace RunJobs {
  export interface IOptions<J extends IJob, T> {
    api: GovernanceApi;
    kind: J['kind'];
    /** Ask the server to begin a job for a run. */
    begin: (run: string, asked: T) => Promise<J>;
  }
}

function isPending(job: IJob | null): boolean {
  return job?.status === 'waiting' || job?.status === 'running';
}
