import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ICellRef, IItem, IItems } from '../records';
import { MOST_ITEMS } from '../tokens';
import { List } from './List';
import { type ISectionState, Section } from './Section';

/** What the items of all sections share. */
export interface IItemContext {
  state: ISectionState;
  /** Return the id of the cell if it is in the notebook in focus, else null. */
  jumpable: (cell: ICellRef | null) => string | null;
  onJump: (cellId: string) => void;
  trans: TranslationBundle;
}

/** What an item is drawn from. */
export interface IItemProps<T> {
  item: T;
  /** The cell to lead to; null if it is not in the notebook in focus. */
  cellId: string | null;
  onJump: (cellId: string) => void;
  trans: TranslationBundle;
}

interface IItemSectionProps<T extends IItem> {
  id: string;
  title: string;
  kind: IItems<T>;
  /** Said where there are no items. */
  none: string;
  /** Draws an item; the same at every rendering, so that only what is new is drawn. */
  component: React.ComponentType<IItemProps<T>>;
  context: IItemContext;
  /** Said below the items. */
  note?: string;
}

/** A section of items, newest first. */
export function ItemSection<T extends IItem>(props: IItemSectionProps<T>): React.ReactElement {
  const { id, title, kind, none, component: Component, context, note } = props;
  const { state, jumpable, onJump, trans } = context;
  const shown = kind.items.slice(0, state.mostOf(id));
  return (
    <Section id={id} title={title} count={String(kind.total)} isEmpty={kind.total === 0} state={state}>
      {kind.total === 0 && <p className="jp-Governance-none">{none}</p>}
      {shown.length > 0 && (
        <List label={title}>
          {shown.map(item => (
            <Component key={item.id} item={item} cellId={jumpable(item.cell)} onJump={onJump} trans={trans} />
          ))}
        </List>
      )}
      {shown.length < kind.total && (
        <More title={title} total={kind.total} shown={shown.length} onShow={() => state.onShowAll(id)} trans={trans} />
      )}
      {note && <p className="jp-Governance-none">{note}</p>}
    </Section>
  );
}

interface IMoreProps {
  title: string;
  total: number;
  shown: number;
  onShow: () => void;
  trans: TranslationBundle;
}

/** A way to the items that are not shown. */
export function More({ title, total, shown, onShow, trans }: IMoreProps): React.ReactElement {
  if (shown >= MOST_ITEMS) {
    return (
      <p className="jp-Governance-none">
        {trans.__('These are the newest %1 of %2. “jupyter gov show” lists all.', shown, total)}
      </p>
    );
  }
  return (
    <button
      type="button"
      className="jp-Governance-linkButton"
      onClick={event => {
        // The button goes; the focus stays in the section.
        event.currentTarget.closest('details')?.querySelector('summary')?.focus();
        onShow();
      }}
    >
      {total > MOST_ITEMS ? trans.__('Show the newest %1', MOST_ITEMS) : trans.__('Show all %1', total)}
      <span className="jp-Governance-hidden"> {title}</span>
    </button>
  );
}
