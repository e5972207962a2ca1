/** The overview of one run, kept fresh. */

import { type ISignal, Signal } from '@lumino/signaling';

import type { GovernanceApi } from './api';
import { toProblem } from './problem';
import type { IOverview } from './records';
import { type IProblem, MOST_ITEMS } from './tokens';

/** At least so long lies between the beginnings of two requests. */
const INTERVAL_MS = 150;

/** Follows one run at a time: asks when told that the run has grown, one request at a time. */
export class OverviewFeed {
  constructor(api: GovernanceApi, limit: number) {
    this._api = api;
    this._limit = limit;
  }

  /** The run that is followed. */
  get run(): string | null {
    return this._run;
  }

  /** What is known of the run; null until the first answer. */
  get overview(): IOverview | null {
    return this._overview;
  }

  /** Why the last request failed; null if it did not. */
  get problem(): IProblem | null {
    return this._problem;
  }

  get isBusy(): boolean {
    return this._inFlight !== null;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** How many items of a kind are asked for, unless all of this run's are. */
  set limit(limit: number) {
    this._limit = limit;
  }

  /** Follow another run, or none. */
  show(run: string | null): void {
    if (run === this._run) {
      return;
    }
    this._run = run;
    this._overview = null;
    this._problem = null;
    this._tag = '';
    this._areAllShown = false;
    this._inFlight = null;
    this._lastBegin = 0;
    this._cancel();
    this._changed.emit();
    void this.refresh();
  }

  /** From now on ask for as many items of this run as the server gives. */
  showAll(): void {
    this._areAllShown = true;
    void this.refresh();
  }

  /** Hear that the run has grown to event `seq`. */
  hint(run: string, seq: number): void {
    if (run === this._run && seq > (this._overview?.seq ?? -1)) {
      this._schedule();
    }
  }

  /** Ask the server now; if it is being asked already, once more after its answer. */
  async refresh(): Promise<void> {
    const run = this._run;
    this._cancel();
    if (run === null) {
      return;
    }
    if (this._inFlight !== null) {
      this._isStale = true;
      return;
    }
    this._isStale = false;
    this._lastBegin = performance.now();
    const request = (this._inFlight = {});
    const isCurrent = () => request === this._inFlight;
    let problem: IProblem | null = null;
    try {
      const { body, tag } = await this._api.overview(run, this._areAllShown ? MOST_ITEMS : this._limit, this._tag);
      if (isCurrent() && body) {
        this._overview = share(this._overview, body);
      }
      if (isCurrent()) {
        this._tag = tag;
      }
    } catch (reason) {
      problem = toProblem(reason);
    }
    if (!isCurrent()) {
      return;
    }
    this._inFlight = null;
    this._problem = problem;
    this._changed.emit();
    if (this._isStale && problem === null) {
      this._schedule();
    }
  }

  private _schedule(): void {
    if (this._inFlight !== null) {
      this._isStale = true;
    } else if (this._timer === undefined) {
      const wait = this._lastBegin + INTERVAL_MS - performance.now();
      this._timer = window.setTimeout(() => void this.refresh(), Math.max(0, wait));
    }
  }

  private _cancel(): void {
    window.clearTimeout(this._timer);
    this._timer = undefined;
  }

  private readonly _api: GovernanceApi;
  private _limit: number;
  private _areAllShown = false;
  private _run: string | null = null;
  private _overview: IOverview | null = null;
  private _problem: IProblem | null = null;
  private _tag = '';
  private _inFlight: object | null = null;
  private _isStale = false;
  private _lastBegin = 0;
  private _timer: number | undefined = undefined;
  private readonly _changed = new Signal<this, void>(this);
}

/** Return `next` with the very objects of `last` where they say the same, so that only what is new is drawn again. */
function share<T>(last: unknown, next: T): T {
  if (!isObject(last) || !isObject(next) || Array.isArray(last) !== Array.isArray(next)) {
    return next;
  }
  const known = Array.isArray(last) ? new Map(last.map((item, place) => [keyOf(item, place), item])) : null;
  const entries = Object.entries(next);
  const values = entries.map(([key, value], place) => share(known ? known.get(keyOf(value, place)) : last[key], value));
  const isSame = entries.length === Object.keys(last).length && entries.every(([key], i) => values[i] === last[key]);
  if (isSame) {
    return last as T;
  }
  return (known ? values : Object.fromEntries(entries.map(([key], i) => [key, values[i]]))) as T;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** What an item of a list is known again by. */
function keyOf(item: unknown, place: number): unknown {
  return isObject(item) ? (item['id'] ?? item['section'] ?? place) : place;
}
