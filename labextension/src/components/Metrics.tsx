import * as React from 'react';

import type { IItems, IMetric } from '../records';
import { Item } from './Item';
import { type IItemContext, type IItemProps, ItemSection } from './ItemSection';
import { Name } from './Name';
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
    test: trans.__('on test data')
  };
  const split = splits[metric.split];
  const isNumber = typeof metric.value === 'number';
  return (
    <Item cellId={cellId} onJump={onJump} trans={trans}>
      <span className="jp-Governance-line">
        <Name text={metric.name} className="jp-mod-strong" />
        {isNumber && <span className="jp-Governance-figure">{formatValue(metric.value)}</span>}
      </span>
      {!isNumber && <Name text={formatValue(metric.value)} lines={2} className="jp-Governance-params" />}
      {(split || metric.model) && (
        <span className="jp-Governance-line jp-mod-start jp-mod-secondary">
          {metric.model && <Name text={metric.model} />}
          {split && <span>{split}</span>}
        </span>
      )}
    </Item>
  );
});
