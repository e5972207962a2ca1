import * as React from 'react';

import type { IItems, IMetric } from '../records';
import { Doubt } from './Doubt';
import { Item } from './Item';
import { type IItemContext, type IItemProps, ItemSection } from './ItemSection';
import { Name } from './Name';
import { Redacted } from './Redacted';
import { formatValue } from './text';

interface IMetricsProps {
  metrics: IItems<IMetric>;
  context: IItemContext;
}

/** The results that the user's own code asked for. */
export function Metrics({ metrics, context }: IMetricsProps): React.ReactElement {
  const { trans } = context;
  return (
    <ItemSection
      id="metrics"
      title={trans.__('Metrics')}
      kind={metrics}
      none={trans.__('No metric was computed yet.')}
      component={Metric}
      context={context}
    />
  );
}

const Metric = React.memo(function Metric(props: IItemProps<IMetric>): React.ReactElement {
  const { item: metric, cellId, onJump, trans } = props;
  const splits: Record<string, string> = {
    train: trans.__('on training data'),
    validation: trans.__('on validation data'),
    test: trans.__('on test data')
  };
  const origins: Record<string, string> = {
    scorer: trans.__('scorer'),
    cross_validation: trans.__('cross-validation'),
    by_hand: trans.__('by hand'),
    user: trans.__('noted by hand')
  };
  const split = splits[metric.split];
  const origin = origins[metric.origin];
  const isNumber = typeof metric.value === 'number';
  return (
    <Item cellId={cellId} onJump={onJump} trans={trans}>
      <span className="jp-Governance-line">
        <Name text={metric.name} className="jp-mod-strong" />
        {isNumber && <span className="jp-Governance-figure">{formatValue(metric.value)}</span>}
      </span>
      {!isNumber && <Name text={formatValue(metric.value)} lines={2} className="jp-Governance-params" />}
      {metric.expression && <Name text={metric.expression} lines={2} className="jp-Governance-params" />}
      {(split || metric.model || origin) && (
        <span className="jp-Governance-line jp-mod-start jp-mod-secondary">
          {metric.model && <Name text={metric.model} />}
          {split && <span>{split}</span>}
          {origin && <span>{origin}</span>}
        </span>
      )}
      <Doubt reason={metric.doubt} trans={trans} />
      <Redacted places={metric.redacted} trans={trans} />
    </Item>
  );
});
