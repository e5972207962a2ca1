import * as React from 'react';

import type { IItems, IRedaction } from '../records';
import { Item } from './Item';
import { type IItemContext, type IItemProps, ItemSection } from './ItemSection';
import { Redacted } from './Redacted';

interface IRedactionsProps {
  cells: IItems<IRedaction>;
  context: IItemContext;
}

/** The cells that secrets were taken out of before they were written down; nothing where there are none. */
export function Redactions({ cells, context }: IRedactionsProps): React.ReactElement | null {
  const { trans } = context;
  if (cells.total === 0) {
    return null;
  }
  return (
    <ItemSection
      id="redacted"
      title={trans.__('Secrets in cells')}
      kind={cells}
      none=""
      component={Redaction}
      context={context}
      note={trans.__('No record has them. The notebook still does.')}
    />
  );
}

const Redaction = React.memo(function Redaction(props: IItemProps<IRedaction>): React.ReactElement {
  const { item, cellId, onJump, trans } = props;
  return (
    <Item cellId={cellId} onJump={onJump} trans={trans}>
      <span className="jp-mod-strong">{trans.__('Cell [%1]', item.cell?.number ?? '')}</span>
      <Redacted places={item.redacted} trans={trans} />
    </Item>
  );
});
