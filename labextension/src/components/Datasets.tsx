import * as React from 'react';

import type { IDataset, IItems } from '../records';
import { Item } from './Item';
import { type IItemContext, type IItemProps, ItemSection } from './ItemSection';
import { Name } from './Name';
import { Redacted } from './Redacted';
import { brief, formatNumber } from './text';

interface IDatasetsProps {
  datasets: IItems<IDataset>;
  context: IItemContext;
}

/** The data that were read, fitted on, or predicted on. */
export function Datasets({ datasets, context }: IDatasetsProps): React.ReactElement {
  const { trans } = context;
  return (
    <ItemSection
      id="data"
      title={trans.__('Data')}
      kind={datasets}
      none={trans.__('No data were used yet.')}
      component={Dataset}
      context={context}
    />
  );
}

const Dataset = React.memo(function Dataset(props: IItemProps<IDataset>): React.ReactElement {
  const { item: data, cellId, onJump, trans } = props;
  const roles: Record<string, string> = {
    source: trans.__('source'),
    train: trans.__('training data'),
    validation: trans.__('validation data'),
    test: trans.__('test data')
  };
  return (
    <Item cellId={cellId} onJump={onJump} trans={trans}>
      <span className="jp-Governance-line">
        <Name text={data.name} className="jp-mod-strong" />
        <span className="jp-Governance-figure" title={trans.__('Rows × columns')}>
          {formatNumber(data.rows)} × {formatNumber(data.columns)}
        </span>
      </span>
      <span className="jp-Governance-line jp-mod-start jp-mod-secondary">
        <span>{roles[data.role] ?? data.role}</span>
        {data.door && <Name text={data.door} />}
        {data.missing > 0 && <span>{trans._n('one value missing', '%1 values missing', data.missing)}</span>}
      </span>
      {data.source && <Name text={data.source} lines={2} className="jp-mod-secondary" />}
      {data.personal.length > 0 && (
        <Name
          text={trans.__('personal: %1', data.personal.map(({ name, kind }) => describe(name, kind)).join(', '))}
          lines={2}
          className="jp-mod-secondary"
        />
      )}
      <Redacted places={data.redacted} trans={trans} />
    </Item>
  );
});

/** Such as “dob (birth date)”, or “sex” alone where the name says it. */
function describe(name: string, kind: string): string {
  return name.toLowerCase() === kind.toLowerCase() ? brief(name, 40) : `${brief(name, 40)} (${kind})`;
}
