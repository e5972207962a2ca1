import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ICause, ICompared, IReproduction } from '../records';
import { Disclosure } from './Disclosure';
import { Item } from './Item';
import type { IItemContext } from './ItemSection';
import { List } from './List';
import { Name } from './Name';
import { formatNumber, formatSeconds, formatValue } from './text';
import { Verdict, verdictWord } from './Verdict';
import { When } from './When';

interface IReproductionProps {
  reproduction: IReproduction;
  context: IItemContext;
}

/** What came of executing a run again: the verdict, where the two part, why, and what is worth knowing besides. */
export function Reproduction({ reproduction: made, context }: IReproductionProps): React.ReactElement {
  const { trans } = context;
  const of = trans.__('of the reproduction');
  const deciding = made.causes.filter(({ decides }) => decides);
  const besides = made.causes.filter(({ decides }) => !decides);
  const differing = made.items.length;
  return (
    <div className="jp-Governance-reproduction">
      <p>
        <Verdict verdict={made.verdict} trans={trans} />
      </p>
      <p>
        <Name text={made.summary} lines={4} />
      </p>
      <p className="jp-mod-secondary">
        <When time={made.started} trans={trans} />
      </p>
      <p className="jp-mod-secondary">{conditions(made, trans)}</p>
      {made.first && (
        <Part title={trans.__('Where the two part')}>
          <Compared compared={made.first} isFirst context={context} />
        </Part>
      )}
      <Causes label={trans.__('Why')} causes={deciding} context={context} />
      {made.inputs.length > 0 && (
        <Part title={trans.__('Inputs that are not what they were')}>
          {made.inputs.map(({ path, verdict, detail }) => (
            <li key={path}>
              <div className="jp-Governance-item">
                <Name text={path} className="jp-mod-strong" />
                <span className="jp-mod-secondary">
                  {verdict === 'missing' ? trans.__('missing') : trans.__('changed')}
                </span>
                {detail && <Name text={detail} lines={4} className="jp-mod-secondary" />}
              </div>
            </li>
          ))}
        </Part>
      )}
      <Metrics metrics={made.metrics} context={context} />
      <Spread spread={made.spread} context={context} />
      {differing > 0 && (
        <Disclosure summary={trans._n('one thing that differs', '%1 things that differ', differing)} of={of}>
          <List label={trans.__('What differs')}>
            {made.items.map((item, place) => (
              <Compared key={place} compared={item} context={context} />
            ))}
          </List>
        </Disclosure>
      )}
      {made.changes_total > 0 && (
        <Disclosure
          summary={trans._n('one change of the environment', '%1 changes of the environment', made.changes_total)}
          of={of}
        >
          <Changes reproduction={made} trans={trans} />
        </Disclosure>
      )}
      {besides.length > 0 && (
        <Disclosure summary={trans._n('one thing to know', '%1 things to know', besides.length)} of={of}>
          <Causes label={trans.__('To know')} causes={besides} context={context} />
        </Disclosure>
      )}
    </div>
  );
}

interface IPartProps {
  title: string;
  children: React.ReactNode;
}

/** A part of what came of it: a list below a small title. */
function Part({ title, children }: IPartProps): React.ReactElement {
  return (
    <>
      <h5 className="jp-Governance-partTitle">{title}</h5>
      <List label={title}>{children}</List>
    </>
  );
}

/** Such as “the cells behind the results, in this environment, 4.1 s; 12 identical, one different”. */
function conditions(made: IReproduction, trans: TranslationBundle): string {
  const how = [
    made.scope === 'all' ? trans.__('all cells') : trans.__('the cells behind the results'),
    made.place === 'rebuild' ? trans.__('in a rebuilt environment') : trans.__('in this environment'),
    ...(made.restored ? [trans.__('with random states put back')] : []),
    ...(made.times > 1 ? [trans.__('%1 times', made.times)] : []),
    ...(Number.isFinite(made.seconds) ? [formatSeconds(made.seconds, trans)] : [])
  ].join(', ');
  const counts = (['identical', 'equivalent', 'different', 'impossible'] as const)
    .filter(verdict => made.counts[verdict])
    .map(verdict => `${made.counts[verdict]} ${verdictWord(verdict, trans).toLowerCase()}`)
    .join(', ');
  return counts ? `${how}; ${counts}` : how;
}

interface IComparedProps {
  compared: ICompared;
  /** Whether it is the first that differs, though what it came from does not. */
  isFirst?: boolean;
  context: IItemContext;
}

/** One thing beside what stands for it in the reproduction. */
function Compared({ compared, isFirst = false, context }: IComparedProps): React.ReactElement {
  const { jumpable, onJump, trans } = context;
  const kinds: Record<string, string> = {
    dataset: trans.__('data'),
    fit: trans.__('model'),
    prediction: trans.__('predictions'),
    metric: trans.__('metric'),
    assessment: trans.__('assessment')
  };
  return (
    <Item cellId={jumpable(compared.cell)} onJump={onJump} trans={trans}>
      <span className="jp-Governance-line">
        <span className="jp-Governance-line jp-mod-start">
          <Name text={compared.name} className="jp-mod-strong" />
          <span className="jp-mod-secondary">{kinds[compared.of] ?? compared.of}</span>
        </span>
        {!isFirst && <Verdict verdict={compared.verdict} trans={trans} />}
      </span>
      {compared.detail && <Name text={compared.detail} lines={4} className="jp-mod-secondary" />}
      {isFirst && (
        <span className="jp-mod-secondary">{trans.__('The first that differs: all that it came from does not.')}</span>
      )}
    </Item>
  );
}

interface ICausesProps {
  label: string;
  causes: readonly ICause[];
  context: IItemContext;
}

function Causes({ label, causes, context }: ICausesProps): React.ReactElement | null {
  const { jumpable, onJump, trans } = context;
  if (causes.length === 0) {
    return null;
  }
  return (
    <Part title={label}>
      {causes.map(({ what, message, remedy, cell }, place) => (
        <Item key={`${what} ${place}`} cellId={jumpable(cell)} onJump={onJump} trans={trans}>
          <Name text={message} lines={4} />
          {remedy && <Name text={remedy} lines={4} className="jp-mod-secondary" />}
        </Item>
      ))}
    </Part>
  );
}

interface IMetricsProps {
  metrics: readonly ICompared[];
  context: IItemContext;
}

/** Each metric before and after. */
function Metrics({ metrics, context }: IMetricsProps): React.ReactElement | null {
  const { jumpable, onJump, trans } = context;
  if (metrics.length === 0) {
    return null;
  }
  return (
    <Part title={trans.__('Metrics before and after')}>
      {metrics.map((metric, place) => (
        <Item key={place} cellId={jumpable(metric.cell)} onJump={onJump} trans={trans}>
          <span className="jp-Governance-line jp-mod-wraps">
            <Name text={metric.name} className="jp-mod-strong" />
            <Verdict verdict={metric.verdict} trans={trans} />
          </span>
          <Name
            text={metric.detail || (metric.value === null ? '' : formatValue(metric.value))}
            lines={2}
            className="jp-mod-secondary"
          />
        </Item>
      ))}
    </Part>
  );
}

interface ISpreadProps {
  spread: IReproduction['spread'];
  context: IItemContext;
}

/** Each metric over several times: the least and the most, and what the run had. */
function Spread({ spread, context }: ISpreadProps): React.ReactElement | null {
  const { trans } = context;
  const shown = spread.filter(({ values }) => values.some(Number.isFinite));
  if (shown.length === 0) {
    return null;
  }
  return (
    <Disclosure summary={trans.__('Spread over several times')} of={trans.__('of the reproduction')}>
      <dl>
        {shown.map(({ metric, name, original, values }) => (
          <div key={metric}>
            <dt>
              <Name text={name} lines={2} />
            </dt>
            <dd>
              {formatNumber(Math.min(...values.filter(Number.isFinite)))} –{' '}
              {formatNumber(Math.max(...values.filter(Number.isFinite)))}
              {typeof original === 'number' && ` (${trans.__('the run: %1', formatNumber(original))})`}
            </dd>
          </div>
        ))}
      </dl>
    </Disclosure>
  );
}

interface IChangesProps {
  reproduction: IReproduction;
  trans: TranslationBundle;
}

/** What differs in the environment, before and after. */
function Changes({ reproduction: made, trans }: IChangesProps): React.ReactElement {
  const left = made.changes_total - made.changes.length;
  const side = (value: string | null) => value ?? trans.__('none');
  return (
    <>
      <dl>
        {made.changes.map(({ what, before, after }) => (
          <div key={what}>
            <dt>
              <Name text={what} lines={2} />
            </dt>
            <dd>
              <Name text={`${side(before)} → ${side(after)}`} lines={2} />
            </dd>
          </div>
        ))}
      </dl>
      {left > 0 && <p className="jp-mod-secondary">{trans._n('and one more', 'and %1 more', left)}</p>}
    </>
  );
}
