import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Agreement } from '../records';
import { failedIcon, finishedIcon, warningIcon } from './icons';

const LOOKS = {
  identical: ['finished', finishedIcon],
  equivalent: ['finished', finishedIcon],
  different: ['error', failedIcon],
  impossible: ['warning', warningIcon]
} as const;

/** A verdict in a word. */
export function verdictWord(verdict: Agreement, trans: TranslationBundle): string {
  const words: Record<Agreement, string> = {
    identical: trans.__('Identical'),
    equivalent: trans.__('Equivalent'),
    different: trans.__('Different'),
    impossible: trans.__('Impossible')
  };
  return words[verdict];
}

interface IVerdictProps {
  verdict: Agreement;
  trans: TranslationBundle;
}

/** How well two things agree, in a word with an icon: never by colour alone. */
export function Verdict({ verdict, trans }: IVerdictProps): React.ReactElement {
  const [look, Icon] = LOOKS[verdict];
  return (
    <span className={`jp-Governance-severity jp-mod-${look}`}>
      <Icon.react tag="span" aria-hidden="true" />
      {verdictWord(verdict, trans)}
    </span>
  );
}
