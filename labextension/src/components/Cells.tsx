import * as React from 'react';

import type { CellState, ICell, IItems } from '../records';
import { warningIcon } from './icons';
import { Item } from './Item';
import { type IItemContext, type IItemProps, ItemSection } from './ItemSection';
import { Name } from './Name';

interface ICellsProps {
  cells: IItems<ICell>;
  context: IItemContext;
}

/** The cells whose last execution does not hold any more; nothing where all do. */
export function Cells({ cells, context }: ICellsProps): React.ReactElement | null {
  const { trans } = context;
  if (cells.total === 0) {
    return null;
  }
  return (
    <ItemSection
      id="cells"
      title={trans.__('Cells to run again')}
      kind={cells}
      none=""
      component={Cell}
      context={context}
    />
  );
}

const Cell = React.memo(function Cell(props: IItemProps<ICell>): React.ReactElement {
  const { item: cell, cellId, onJump, trans } = props;
  const words: Record<CellState, string> = {
    stale: trans.__('stale'),
    edited: trans.__('edited'),
    deleted: trans.__('deleted'),
    out_of_order: trans.__('out of order'),
    rerun: trans.__('run again')
  };
  return (
    <Item cellId={cellId} onJump={onJump} trans={trans}>
      <span className="jp-Governance-line jp-mod-centred">
        <span className="jp-mod-strong">{trans.__('Cell [%1]', cell.cell?.number ?? '')}</span>
        <span className="jp-Governance-severity jp-mod-warning">
          <warningIcon.react tag="span" aria-hidden="true" />
          {cell.state.map(state => words[state]).join(', ')}
        </span>
      </span>
      {cell.reasons[0] && <Name text={cell.reasons[0]} lines={4} className="jp-mod-secondary" />}
    </Item>
  );
});
