import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

interface IItemProps {
  /** The cell to lead to; null if it is not in the notebook in focus. */
  cellId: string | null;
  onJump: (cellId: string) => void;
  trans: TranslationBundle;
  /** What belongs to the item and is no part of the button. */
  more?: React.ReactNode;
  children: React.ReactNode;
}

/** One item of a section. Where its cell is at hand, all of the item is a button that leads there. */
export function Item({ cellId, onJump, trans, more, children }: IItemProps): React.ReactElement {
  if (cellId === null) {
    return (
      <li>
        <div className="jp-Governance-item">{children}</div>
        {more}
      </li>
    );
  }
  return (
    <li>
      <button type="button" className="jp-Governance-item jp-mod-jumps" onClick={() => onJump(cellId)}>
        {children}
        <span className="jp-Governance-hidden"> {trans.__('Go to the cell')}</span>
      </button>
      {more}
    </li>
  );
}
