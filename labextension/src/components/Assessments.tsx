import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IAssessment, IItems, IMeasured, IResult } from '../records';
import { Disclosure } from './Disclosure';
import { Item } from './Item';
import { type IItemContext, type IItemProps, ItemSection } from './ItemSection';
import { Name } from './Name';
import { brief, formatInterval, formatNumber, formatRows } from './text';

interface IAssessmentsProps {
  assessments: IItems<IAssessment>;
  context: IItemContext;
}

/** The assessments, each with its headline numbers, or what it found in a line, and its worst disparity. */
export function Assessments({ assessments, context }: IAssessmentsProps): React.ReactElement {
  const { trans } = context;
  return (
    <ItemSection
      id="assessments"
      title={trans.__('Assessments')}
      kind={assessments}
      none={trans.__('No model was assessed yet; %gov_assess does it.')}
      component={Assessment}
      context={context}
    />
  );
}

const Assessment = React.memo(function Assessment(props: IItemProps<IAssessment>): React.ReactElement {
  const { item, cellId, onJump, trans } = props;
  return (
    <Item cellId={cellId} onJump={onJump} trans={trans} more={<More item={item} trans={trans} />}>
      <span className="jp-Governance-line">
        <Name text={item.model || trans.__('Data')} className="jp-mod-strong" />
        {item.rows !== null && (
          <span className="jp-Governance-figure jp-mod-secondary">{formatRows(item.rows, trans)}</span>
        )}
      </span>
      {item.headlines.length === 0 && item.summary && <Name text={item.summary} lines={4} />}
      {item.headlines.map(measured => (
        <Measured key={measured.measure} measured={measured} label={measured.title} trans={trans} />
      ))}
      {item.worst && (
        <span className="jp-Governance-worst">
          <span className="jp-mod-secondary">{trans.__('Worst disparity')}</span>
          <Measured measured={item.worst} label={`${item.worst.title}, ${item.worst.attribute}`} trans={trans} />
        </span>
      )}
      <Failed results={item.results} trans={trans} />
    </Item>
  );
});

interface IMeasuredProps {
  measured: IMeasured;
  label: string;
  trans: TranslationBundle;
}

function Measured({ measured, label, trans }: IMeasuredProps): React.ReactElement {
  const interval =
    measured.lower !== null && measured.upper !== null && measured.confidence !== null
      ? trans.__('In brackets: the %1% confidence interval', formatNumber(measured.confidence * 100))
      : undefined;
  return (
    <span className="jp-Governance-line jp-mod-wraps">
      <Name text={label} lines={2} />
      <span className="jp-Governance-figure" title={interval}>
        {formatInterval(measured, trans)}
      </span>
    </span>
  );
}

interface IResultsProps {
  results: IAssessment['results'];
  trans: TranslationBundle;
}

/** What could not be done, with the reason. */
function Failed({ results, trans }: IResultsProps): React.ReactElement {
  return (
    <>
      {results
        .filter(result => result.status === 'failed')
        .map(({ name, title, reason }) => {
          const what = trans.__('%1 failed', title);
          return <Name key={name} text={reason ? `${what}: ${reason}` : what} lines={4} className="jp-mod-secondary" />;
        })}
    </>
  );
}

/** What each assessment found in a line, where there are several, and what was left out, with the reason. */
function More({ item, trans }: { item: IAssessment; trans: TranslationBundle }): React.ReactElement | null {
  const found = item.results.filter(result => result.found);
  const left = item.results.filter(result => result.status === 'skipped');
  const of = trans.__('of %1', brief(item.model || trans.__('Data'), 80));
  if (found.length < 2 && left.length === 0) {
    return null;
  }
  return (
    <>
      {found.length > 1 && (
        <Disclosure summary={trans.__('What %1 assessments found', found.length)} of={of}>
          <Results results={found} />
        </Disclosure>
      )}
      {left.length > 0 && (
        <Disclosure summary={trans._n('one assessment left out', '%1 assessments left out', left.length)} of={of}>
          <Results results={left} />
        </Disclosure>
      )}
    </>
  );
}

function Results({ results }: { results: readonly IResult[] }): React.ReactElement {
  return (
    <ul>
      {results.map(({ name, title, found, reason }) => (
        <li key={name}>
          <Name text={`${title}: ${found || reason}`} lines={4} />
        </li>
      ))}
    </ul>
  );
}
