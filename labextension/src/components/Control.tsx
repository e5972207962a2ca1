import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IAnswer, IVerdict } from '../records';
import { ControlStatus, levelWord } from './ControlStatus';
import { Disclosure } from './Disclosure';
import { Item } from './Item';
import { Name } from './Name';
import { NextStep } from './NextStep';
import { brief } from './text';

interface IControlProps {
  verdict: IVerdict;
  cellId: string | null;
  onJump: (cellId: string) => void;
  onInsert: ((source: string) => void) | null;
  onCopy: (text: string) => void;
  trans: TranslationBundle;
}

/** What came of one control, why, and the one thing to do next. */
export const Control = React.memo(function Control(props: IControlProps): React.ReactElement {
  const { verdict, cellId, onJump, onInsert, onCopy, trans } = props;
  const more = (
    <>
      {verdict.action && (
        <NextStep
          action={verdict.action}
          of={brief(verdict.title, 80)}
          onInsert={onInsert}
          onCopy={onCopy}
          trans={trans}
        />
      )}
      <Disclosure summary={trans.__('Details')} of={trans.__('of %1', brief(verdict.title, 80))}>
        <Details verdict={verdict} trans={trans} />
      </Disclosure>
    </>
  );
  return (
    <Item cellId={cellId} onJump={onJump} more={more} trans={trans}>
      <span className="jp-Governance-line jp-mod-centred">
        <ControlStatus status={verdict.status} trans={trans} />
        <span className="jp-mod-secondary">{levelWord(verdict.severity, trans)}</span>
      </span>
      <Name text={verdict.title} lines={2} className="jp-mod-strong" />
      {verdict.reason && <Name text={verdict.reason} lines={4} />}
    </Item>
  );
});

interface IDetailsProps {
  verdict: IVerdict;
  trans: TranslationBundle;
}

/** What was asked and found, who asks for it, who has to see to it, and what else would help. */
function Details({ verdict, trans }: IDetailsProps): React.ReactElement {
  const { answers, answers_total: total, source, waiver } = verdict;
  const clause = [source.title, source.clause].filter(Boolean).join(', ');
  const date = source.date ? trans.__('as of %1', source.date) : '';
  const doubt = source.certainty === 'unverified' ? trans.__('not verified') : '';
  const origin = [clause, date, doubt].filter(Boolean).join('; ');
  const facts: [string, string][] = [
    [trans.__('What it is about'), verdict.text],
    [trans.__('Source'), origin],
    [trans.__('Owner'), verdict.owner],
    [trans.__('Control'), [verdict.id, verdict.origin].filter(Boolean).join(', ')],
    [trans.__('Waiver'), waiver ? waiverWords(waiver, trans) : '']
  ];
  return (
    <div className="jp-Governance-details">
      {answers.length > 0 && (
        <>
          <h5>{total === 1 ? trans.__('Asked') : trans.__('Asked and found')}</h5>
          <ul>
            {answers.map((answer, place) => (
              <Answer key={place} answer={answer} isOnly={total === 1} trans={trans} />
            ))}
            {total > answers.length && <li>{trans._n('and one more', 'and %1 more', total - answers.length)}</li>}
          </ul>
        </>
      )}
      {verdict.remedies.length > 0 && verdict.status !== 'pass' && (
        <>
          <h5>{trans.__('What may help')}</h5>
          <ul>
            {verdict.remedies.map((remedy, place) => (
              <li key={place}>
                <Name text={remedy} lines={4} />
              </li>
            ))}
          </ul>
        </>
      )}
      {facts
        .filter(([, said]) => said)
        .map(([title, said]) => (
          <React.Fragment key={title}>
            <h5>{title}</h5>
            <Name text={said} lines={4} />
          </React.Fragment>
        ))}
    </div>
  );
}

interface IAnswerProps {
  answer: IAnswer;
  /** Whether the verdict says as much already. */
  isOnly: boolean;
  trans: TranslationBundle;
}

function Answer({ answer, isOnly, trans }: IAnswerProps): React.ReactElement {
  return (
    <li>
      {!isOnly && <ControlStatus status={answer.status} trans={trans} />}
      <Name text={answer.asked} lines={4} />
      {!isOnly && answer.reason && <Name text={answer.reason} lines={4} className="jp-mod-secondary" />}
    </li>
  );
}

/** Such as “by Ada until 2027-01-31: the data are being relabelled”. */
function waiverWords({ by, why, until, expired }: NonNullable<IVerdict['waiver']>, trans: TranslationBundle): string {
  const when = expired ? trans.__('by %1, expired on %2', by, until) : trans.__('by %1 until %2', by, until);
  return `${when}: ${why}`;
}
