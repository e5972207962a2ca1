import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Level, Readiness, VerdictStatus } from '../records';
import {
  failedIcon,
  finishedIcon,
  inconclusiveIcon,
  missingIcon,
  notApplicableIcon,
  waivedIcon,
  warningIcon
} from './icons';

const LOOKS = {
  fail: ['error', failedIcon],
  missing: ['warning', missingIcon],
  inconclusive: ['warning', inconclusiveIcon],
  waived: ['info', waivedIcon],
  pass: ['finished', finishedIcon],
  not_applicable: ['none', notApplicableIcon]
} as const;

const READINESS = {
  ready: ['finished', finishedIcon],
  with_reservations: ['warning', warningIcon],
  undecided: ['warning', inconclusiveIcon],
  blocked: ['error', failedIcon]
} as const;

/** What a verdict says, in a word or two. */
export function statusWord(status: VerdictStatus, trans: TranslationBundle): string {
  const words: Record<VerdictStatus, string> = {
    fail: trans.__('Fail'),
    missing: trans.__('Missing'),
    inconclusive: trans.__('Inconclusive'),
    waived: trans.__('Waived'),
    pass: trans.__('Pass'),
    not_applicable: trans.__('Not applicable')
  };
  return words[status];
}

/** What verdicts come to, in a word or two. */
export function readinessWord(readiness: Readiness, trans: TranslationBundle): string {
  const words: Record<Readiness, string> = {
    ready: trans.__('Ready'),
    with_reservations: trans.__('Ready with reservations'),
    undecided: trans.__('Undecided'),
    blocked: trans.__('Blocked')
  };
  return words[readiness];
}

/** How much a control matters, in a word. */
export function levelWord(level: Level, trans: TranslationBundle): string {
  const words: Record<Level, string> = {
    blocker: trans.__('Blocker'),
    major: trans.__('Major'),
    minor: trans.__('Minor')
  };
  return words[level];
}

interface IControlStatusProps {
  status: VerdictStatus;
  /** How many there are of it, where it stands for several. */
  count?: number;
  trans: TranslationBundle;
}

/** What came of a control: a shape and a word, never a colour alone. */
export function ControlStatus({ status, count, trans }: IControlStatusProps): React.ReactElement {
  const [look, Icon] = LOOKS[status];
  return (
    <span className={`jp-Governance-severity jp-mod-${look}`}>
      <Icon.react tag="span" aria-hidden="true" />
      {count !== undefined && <b className="jp-Governance-number">{count}</b>}
      {statusWord(status, trans)}
    </span>
  );
}

interface IReadinessMarkProps {
  readiness: Readiness;
  trans: TranslationBundle;
}

/** What all verdicts come to: a shape and a word. */
export function ReadinessMark({ readiness, trans }: IReadinessMarkProps): React.ReactElement {
  const [look, Icon] = READINESS[readiness];
  return (
    <span className={`jp-Governance-severity jp-mod-strong jp-mod-${look}`}>
      <Icon.react tag="span" aria-hidden="true" />
      {readinessWord(readiness, trans)}
    </span>
  );
}
