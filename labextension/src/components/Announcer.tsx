import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IOverview } from '../records';
import { readinessWord } from './ControlStatus';
import { verdictWord } from './Verdict';

/** What is new is said at most so often. */
const PAUSE_MS = 2000;

interface IAnnouncerProps {
  overview: IOverview;
  trans: TranslationBundle;
}

/** Says to those who cannot see it what the run has gained. */
export function Announcer({ overview, trans }: IAnnouncerProps): React.ReactElement {
  const [text, setText] = React.useState('');
  const latest = React.useRef(overview);
  const said = React.useRef(overview);
  const timer = React.useRef<number | undefined>(undefined);
  React.useEffect(() => {
    latest.current = overview;
    if (said.current.run.id !== overview.run.id) {
      said.current = overview;
    }
    if (timer.current === undefined && said.current.seq !== overview.seq) {
      timer.current = window.setTimeout(() => {
        timer.current = undefined;
        setText(newSince(said.current, latest.current, trans));
        said.current = latest.current;
      }, PAUSE_MS);
    }
  }, [overview, trans]);
  React.useEffect(() => () => window.clearTimeout(timer.current), []);
  return (
    <p aria-live="polite" className="jp-Governance-hidden">
      {text}
    </p>
  );
}

/** Such as “2 new models, 3 new metrics”. */
function newSince(before: IOverview, now: IOverview, trans: TranslationBundle): string {
  if (before.run.id !== now.run.id) {
    return '';
  }
  const gained = (
    kind: 'fits' | 'metrics' | 'datasets' | 'assessments' | 'findings' | 'gaps' | 'reproductions' | 'mitigations'
  ) => now[kind].total - before[kind].total;
  const parts: [number, (n: number) => string][] = [
    [gained('fits'), n => trans._n('one new model', '%1 new models', n)],
    [gained('metrics'), n => trans._n('one new metric', '%1 new metrics', n)],
    [gained('datasets'), n => trans._n('one new data set', '%1 new data sets', n)],
    [gained('assessments'), n => trans._n('one new assessment', '%1 new assessments', n)],
    [gained('findings'), n => trans._n('one new finding', '%1 new findings', n)],
    [gained('gaps'), n => trans._n('one more thing not captured', '%1 more things not captured', n)],
    [gained('reproductions'), () => reproduced(now, trans)],
    [gained('mitigations'), n => trans._n('one new mitigation', '%1 new mitigations', n)],
    [Number(standing(before, trans) !== standing(now, trans)), () => standing(now, trans)]
  ];
  return parts
    .filter(([n]) => n > 0)
    .map(([n, say]) => say(n))
    .join(', ');
}

/** Such as “reproduced: different”. */
function reproduced({ reproductions }: IOverview, trans: TranslationBundle): string {
  const newest = reproductions.items[0];
  return newest ? trans.__('reproduced: %1', verdictWord(newest.verdict, trans)) : '';
}

/** Such as “policy: blocked, 2 controls not met”. */
function standing({ policy }: IOverview, trans: TranslationBundle): string {
  if (!policy) {
    return trans.__('no policy');
  }
  const unmet = trans._n('one control not met', '%1 controls not met', policy.unmet.total);
  return trans.__('policy: %1, %2', readinessWord(policy.readiness, trans).toLowerCase(), unmet);
}
