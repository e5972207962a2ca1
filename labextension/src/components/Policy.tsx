import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IItems, IKnownPolicy, IPolicyState, IVerdict, VerdictStatus } from '../records';
import { Control } from './Control';
import { ControlStatus, ReadinessMark, statusWord } from './ControlStatus';
import { Disclosure } from './Disclosure';
import { type IItemContext, More } from './ItemSection';
import { List } from './List';
import { Name } from './Name';
import { PolicyChoice } from './PolicyChoice';
import { Section } from './Section';

/** In the order in which a reader wants to see them. */
const STATUSES: readonly VerdictStatus[] = ['fail', 'missing', 'inconclusive', 'waived', 'pass', 'not_applicable'];

const REST: readonly VerdictStatus[] = ['waived', 'pass', 'not_applicable'];

interface IPolicyProps {
  policy: IPolicyState | null;
  /** The policies that the server knows; null until it has said so. */
  known: readonly IKnownPolicy[] | null;
  /** The policies that the charter proposes. */
  proposed: readonly string[];
  context: IItemContext;
  onInsert: ((source: string) => void) | null;
  onCopy: (text: string) => void;
}

/** What must hold, whether it does, and what to do next. */
export function Policy(props: IPolicyProps): React.ReactElement {
  const { policy, known, proposed, context, onInsert, onCopy } = props;
  const { state, trans } = context;
  return (
    <Section
      id="policy"
      title={trans.__('Policy')}
      count={policy && <ReadinessMark readiness={policy.readiness} trans={trans} />}
      isEmpty={false}
      state={state}
    >
      {policy ? (
        <Verdicts policy={policy} context={context} onInsert={onInsert} onCopy={onCopy} />
      ) : (
        <div className="jp-Governance-policy">
          <p className="jp-mod-secondary">{trans.__('No policy is in force: nothing was asked of this model.')}</p>
          {onInsert && <PolicyChoice known={known} proposed={proposed} onInsert={onInsert} trans={trans} />}
        </div>
      )}
    </Section>
  );
}

interface IVerdictsProps {
  policy: IPolicyState;
  context: IItemContext;
  onInsert: ((source: string) => void) | null;
  onCopy: (text: string) => void;
}

/** All verdicts at a glance, then what is not met, then the rest out of the way. */
function Verdicts({ policy, context, onInsert, onCopy }: IVerdictsProps): React.ReactElement {
  const { state, trans } = context;
  const { unmet, rest, counts } = policy;
  const title = trans.__('Not met');
  const shown = unmet.items.slice(0, state.mostOf('policy'));
  return (
    <>
      <div className="jp-Governance-policy">
        <Name text={policy.title || policy.policy} lines={2} className="jp-mod-strong" />
        <p className="jp-mod-secondary">{about(policy, trans)}</p>
        <Counts counts={counts} trans={trans} />
        {unmet.total === 0 && <p>{trans.__('Nothing that is asked stays unmet.')}</p>}
      </div>
      {shown.length > 0 && (
        <Controls label={title} verdicts={shown} context={context} onInsert={onInsert} onCopy={onCopy} />
      )}
      {shown.length < unmet.total && (
        <More
          title={title}
          total={unmet.total}
          shown={shown.length}
          onShow={() => state.onShowAll('policy')}
          trans={trans}
        />
      )}
      <div className="jp-Governance-rest">
        {REST.filter(status => counts[status] > 0).map(status => (
          <Rest key={status} status={status} count={counts[status]} rest={rest} context={context} onCopy={onCopy} />
        ))}
      </div>
    </>
  );
}

interface IControlsProps {
  label: string;
  verdicts: readonly IVerdict[];
  context: IItemContext;
  onInsert: ((source: string) => void) | null;
  onCopy: (text: string) => void;
}

function Controls({ label, verdicts, context, onInsert, onCopy }: IControlsProps): React.ReactElement {
  const { jumpable, onJump, trans } = context;
  return (
    <List label={label}>
      {verdicts.map(verdict => (
        <Control
          key={verdict.id}
          verdict={verdict}
          cellId={jumpable(verdict.cell)}
          onJump={onJump}
          onInsert={onInsert}
          onCopy={onCopy}
          trans={trans}
        />
      ))}
    </List>
  );
}

interface IRestProps {
  status: VerdictStatus;
  count: number;
  rest: IItems<IVerdict>;
  context: IItemContext;
  onCopy: (text: string) => void;
}

/** The controls that ask nobody to do anything, by what they came to. */
function Rest({ status, count, rest, context, onCopy }: IRestProps): React.ReactElement {
  const { state, trans } = context;
  const word = statusWord(status, trans);
  const verdicts = rest.items.filter(verdict => verdict.status === status);
  return (
    <Disclosure summary={`${word}: ${count}`} of="">
      <Controls label={word} verdicts={verdicts} context={context} onInsert={null} onCopy={onCopy} />
      {verdicts.length < count && (
        <More
          title={word}
          total={count}
          shown={verdicts.length}
          onShow={() => state.onShowAll('policy')}
          trans={trans}
        />
      )}
    </Disclosure>
  );
}

/** How many controls came to what. */
function Counts({ counts, trans }: Pick<IPolicyState, 'counts'> & { trans: TranslationBundle }): React.ReactElement {
  return (
    // eslint-disable-next-line jsx-a11y/no-redundant-roles
    <ul role="list" className="jp-Governance-counts" aria-label={trans.__('Controls')}>
      {STATUSES.filter(status => counts[status] > 0).map(status => (
        <li key={status}>
          <ControlStatus status={status} count={counts[status]} trans={trans} />
        </li>
      ))}
    </ul>
  );
}

/** Such as “consumer-credit 1.0.0, asked of logit; risk tier high, US”. */
function about({ policy, version, model, context }: IPolicyState, trans: TranslationBundle): string {
  const named = [policy, version].filter(Boolean).join(' ');
  const { tier, jurisdiction, stage } = context;
  const where = [tier && trans.__('risk tier %1', tier), jurisdiction, stage].filter(Boolean).join(', ');
  const of = model ? trans.__('%1, asked of %2', named, model) : named;
  return where ? `${of}; ${where}` : of;
}
