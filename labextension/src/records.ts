/** What the server sends: records as JSON. Times are UTC, RFC 3339; a record's texts may have been cut by the server. */

export type RunStatus = 'running' | 'finished' | 'failed';

/** One tracked execution of a notebook. */
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

/** Where something happened: the notebook's own id of the cell, and the number that it shows. */
export interface ICellRef {
  readonly cell_id: string | null;
  readonly number: number;
}

/** What every item of a run's overview has. */
export interface IItem {
  readonly id: string;
  readonly cell: ICellRef | null;
}

/** The newest items of a kind, and how many there are in all. */
export interface IItems<T extends IItem> {
  readonly total: number;
  readonly items: readonly T[];
}

/** What says where secrets were taken out of it before it was written. */
export interface IRedacted {
  readonly redacted: readonly string[];
}

/** An execution that a secret was taken out of. */
export type IRedaction = IItem & IRedacted;

/** What may be said of an execution that does not hold any more. */
export type CellState = 'stale' | 'edited' | 'deleted' | 'out_of_order' | 'rerun';

/** An execution that does not hold any more, and why. */
export interface ICell extends IItem {
  readonly state: readonly CellState[];
  readonly reasons: readonly string[];
}

export interface IFit extends IItem, IRedacted {
  readonly name: string;
  readonly class: string;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly params_total: number;
  readonly data: readonly string[];
  readonly seconds: number | null;
  readonly status: string;
  /** Whether it drew random numbers, and from a seed; empty where it drew none. */
  readonly randomness: '' | 'seeded' | 'unseeded';
  readonly seeds: Readonly<Record<string, string>>;
  /** How many combinations of parameters a search tried. */
  readonly candidates: number;
  /** Why a run of the notebook from top to bottom would not give it; empty where it would. */
  readonly doubt: string;
}

export interface IMetric extends IItem, IRedacted {
  readonly name: string;
  readonly value: unknown;
  readonly split: string;
  readonly origin: string;
  /** The source text of a number computed by hand. */
  readonly expression: string;
  readonly model: string;
  /** As of a fit. */
  readonly doubt: string;
}

export interface IDataset extends IItem, IRedacted {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Columns that look personal or protected, and what they look like. */
  readonly personal: readonly { readonly name: string; readonly kind: string }[];
  readonly missing: number;
  readonly role: string;
  readonly source: string;
  /** The function that read them, or empty. */
  readonly door: string;
  readonly digest: string;
}

/** A number with its interval; `title` is the measure in words. */
export interface IMeasured {
  readonly measure: string;
  readonly title: string;
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly confidence: number | null;
  readonly kind: string;
  readonly attribute: string;
}

/** One assessment of a call: what it found, or why it was not done. */
export interface IResult {
  readonly name: string;
  readonly title: string;
  readonly status: string;
  readonly reason: string;
  readonly found: string;
}

export interface IAssessment extends IItem {
  readonly model: string;
  readonly rows: number | null;
  readonly results: readonly IResult[];
  readonly headlines: readonly IMeasured[];
  readonly worst: IMeasured | null;
  readonly summary: string;
}

export type Severity = 'info' | 'warning' | 'error';

export interface IFinding extends IItem {
  readonly check: string;
  /** The check in words. */
  readonly title: string;
  readonly severity: Severity;
  readonly message: string;
  /** What to do about it, or empty. */
  readonly remedy: string;
  /** How many rows are affected, and how many were looked at; 0 where that is not told. */
  readonly count: number;
  readonly of: number;
  /** How many would be affected by chance. */
  readonly expected: number | null;
  readonly columns: readonly string[];
}

export interface IGap extends IItem, IRedacted {
  readonly what: string;
  readonly reason: string;
  readonly remedy: string;
}

export interface IWrittenSection extends IRedacted {
  readonly section: string;
  readonly title: string;
  readonly cell: ICellRef | null;
}

export interface IMissingSection {
  readonly section: string;
  readonly title: string;
  readonly question: string;
}

export interface IReportFile {
  readonly name: string;
  readonly format: string;
}

export interface IReport {
  readonly id: string;
  readonly template: string;
  readonly rendered: string;
  readonly files: readonly IReportFile[];
}

/** How well what came out again agrees with what came out first. */
export type Agreement = 'identical' | 'equivalent' | 'different' | 'impossible';

/** One thing of a run beside what stands for it in a reproduction. */
export interface ICompared {
  readonly of: string;
  readonly name: string;
  readonly verdict: Agreement;
  /** In which way it differs, or why it could not be compared. */
  readonly detail: string;
  /** The value of a metric in the run; else null. */
  readonly value: unknown;
  readonly cell: ICellRef | null;
}

/** Why a reproduction is not identical; where it does not decide, something else to know. */
export interface ICause {
  readonly what: string;
  readonly message: string;
  readonly remedy: string;
  readonly decides: boolean;
  readonly cell: ICellRef | null;
}

/** A run that was executed again, and what came of it. */
export interface IReproduction {
  readonly id: string;
  readonly verdict: Agreement;
  readonly summary: string;
  /** Where the two part. */
  readonly first: ICompared | null;
  readonly causes: readonly ICause[];
  /** What is not identical, without metrics. */
  readonly items: readonly ICompared[];
  readonly metrics: readonly ICompared[];
  /** How many things have which verdict. */
  readonly counts: Readonly<Partial<Record<Agreement, number>>>;
  /** Metrics over several times. */
  readonly spread: readonly {
    readonly metric: string;
    readonly name: string;
    readonly original: number | null;
    readonly values: readonly number[];
  }[];
  /** What differs in the environment; null where something is not there. */
  readonly changes: readonly { readonly what: string; readonly before: string | null; readonly after: string | null }[];
  readonly changes_total: number;
  /** Files that are not what they were. */
  readonly inputs: readonly { readonly path: string; readonly verdict: string; readonly detail: string }[];
  readonly scope: 'slice' | 'all';
  readonly place: 'current' | 'rebuild';
  readonly restored: boolean;
  readonly tolerance: number;
  readonly times: number;
  readonly started: string;
  readonly seconds: number;
}

/** What a verdict says of one control. */
export type VerdictStatus = 'fail' | 'missing' | 'inconclusive' | 'waived' | 'pass' | 'not_applicable';

/** How much a control matters. */
export type Level = 'blocker' | 'major' | 'minor';

/** What verdicts come to. */
export type Readiness = 'ready' | 'with_reservations' | 'undecided' | 'blocked';

/** What the evidence says to one requirement of a control. */
export interface IAnswer {
  readonly asked: string;
  readonly status: VerdictStatus;
  readonly reason: string;
  /** Of an inconclusive one: how many more rows would decide. */
  readonly rows: number | null;
  readonly cell: ICellRef | null;
}

/** What came of one control; its id is the control's. */
export interface IVerdict extends IItem {
  readonly title: string;
  readonly text: string;
  readonly severity: Level;
  readonly status: VerdictStatus;
  readonly owner: string;
  /** The policy that it was first written in. */
  readonly origin: string;
  readonly reason: string;
  /** The one thing to do next: a call, else a sentence; empty where it is met. */
  readonly action: string;
  readonly source: {
    readonly title: string;
    readonly clause: string;
    readonly url: string;
    readonly date: string;
    readonly certainty: string;
  };
  readonly remedies: readonly string[];
  readonly answers: readonly IAnswer[];
  readonly answers_total: number;
  readonly waiver: {
    readonly by: string;
    readonly why: string;
    readonly until: string;
    readonly expired: boolean;
  } | null;
}

/** The policy in force, judged by what is known now. */
export interface IPolicyState {
  readonly id: string;
  readonly policy: string;
  readonly version: string;
  readonly title: string;
  /** The model that was judged, or empty. */
  readonly model: string;
  readonly as_of: string;
  readonly readiness: Readiness;
  readonly context: Readonly<Record<string, unknown>>;
  readonly counts: Readonly<Record<VerdictStatus, number>>;
  /** The most severe first. */
  readonly unmet: IItems<IVerdict>;
  readonly rest: IItems<IVerdict>;
}

/** Why a model is built, and who decided so. */
export interface ICharter extends IItem {
  readonly goal: string;
  readonly decision: string;
  readonly conditions: string;
  readonly decided: string;
  readonly tier: string;
  readonly jurisdiction: string;
  readonly approvers: readonly { readonly name: string; readonly role: string }[];
  readonly kpis: readonly string[];
  readonly risks: number;
  readonly policies: readonly string[];
}

/** A number with its interval. */
export type IInterval = Pick<IMeasured, 'value' | 'lower' | 'upper' | 'confidence'>;

/** One candidate of a mitigation; the model itself is one. */
export interface ITried {
  readonly name: string;
  readonly status: 'done' | 'skipped' | 'failed' | 'stopped';
  readonly reason: string;
  readonly on_frontier: boolean;
  readonly needs_attribute: boolean;
  /** How many of the controls that were not met it meets. */
  readonly met: number;
  readonly asked: number;
  readonly performance: IInterval | null;
  readonly disparity: IInterval | null;
}

/** What was tried when controls were not met. */
export interface IMitigation extends IItem {
  readonly model: string;
  readonly policy: string;
  readonly controls: readonly string[];
  readonly performance: { readonly title: string; readonly attribute: string };
  readonly disparity: { readonly title: string; readonly attribute: string };
  readonly tried: readonly ITried[];
  readonly tried_total: number;
  readonly chosen: string;
  readonly advice: readonly string[];
  readonly override: {
    readonly proposed: string;
    readonly chosen: string;
    readonly by: string;
    readonly why: string;
  } | null;
}

/** A policy that the server finds by its name. */
export interface IKnownPolicy {
  readonly name: string;
  readonly title: string;
  readonly version: string;
}

/** A run at a glance. `seq` grows with every change of the run. */
export interface IOverview {
  readonly seq: number;
  readonly run: IRun;
  readonly cells: { readonly total: number; readonly failed: number };
  readonly doubtful: IItems<ICell>;
  readonly redacted: IItems<IRedaction>;
  readonly fits: IItems<IFit> & { readonly nested: number };
  readonly metrics: IItems<IMetric>;
  readonly datasets: IItems<IDataset>;
  readonly assessments: IItems<IAssessment>;
  readonly findings: IItems<IFinding>;
  readonly gaps: IItems<IGap>;
  readonly documents: { readonly written: readonly IWrittenSection[]; readonly missing: readonly IMissingSection[] };
  readonly reports: { readonly total: number; readonly items: readonly IReport[] };
  /** Null where none is in force. */
  readonly policy: IPolicyState | null;
  readonly charter: ICharter | null;
  readonly mitigations: IItems<IMitigation>;
  /** The newest few. */
  readonly reproductions: { readonly total: number; readonly items: readonly IReproduction[] };
}

/** Long work of the server. */
interface IJobFields {
  readonly id: string;
  readonly run: string;
  readonly status: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly progress: { readonly what: string; readonly done: number; readonly total: number } | null;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null;
  readonly started: string | null;
  readonly finished: string | null;
}

/** The rendering of a report. */
export interface IReportJob extends IJobFields {
  readonly kind: 'report';
  readonly template: string;
  readonly report: string | null;
  readonly files: readonly IReportFile[];
}

/** How a run is to be executed again. */
export interface IHowToReproduce {
  readonly scope: 'slice' | 'all';
  readonly env: 'current' | 'rebuild';
  /** Whether states of random generators are put back. */
  readonly restore: boolean;
}

/** The execution of a run again. */
export interface IReproductionJob extends IJobFields, IHowToReproduce {
  readonly kind: 'reproduction';
  readonly reproduction: string | null;
  readonly verdict: Agreement | null;
}

export type IJob = IReportJob | IReproductionJob;

/** One file of a rendered report. */
export interface IReportAddress {
  readonly run: string;
  readonly report: string;
  readonly file: string;
}
