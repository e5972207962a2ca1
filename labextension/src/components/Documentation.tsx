import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IMissingSection, IOverview, IWrittenSection } from '../records';
import { finishedIcon } from './icons';
import { Item } from './Item';
import type { IItemContext } from './ItemSection';
import { List } from './List';
import { Name } from './Name';
import { Redacted } from './Redacted';
import { Section } from './Section';

interface IDocumentationProps {
  documents: IOverview['documents'];
  context: IItemContext;
  /** Put a cell for a section into the notebook in focus; null if there is none. */
  onAddCell: ((section: string) => void) | null;
}

/** Which sections of the documentation are written, and which are missing. */
export function Documentation(props: IDocumentationProps): React.ReactElement {
  const { documents, onAddCell } = props;
  const { state, jumpable, onJump, trans } = props.context;
  const { written, missing } = documents;
  const title = trans.__('Documentation');
  const count = missing.length > 0 ? trans.__('%1 missing', missing.length) : trans.__('%1 written', written.length);
  return (
    <Section id="documentation" title={title} count={count} isEmpty={false} state={state}>
      {missing.length > 0 && (
        <List label={trans.__('Missing documentation')}>
          {missing.map(item => (
            <Missing key={item.section} item={item} onAddCell={onAddCell} trans={trans} />
          ))}
        </List>
      )}
      {written.length > 0 && (
        <List label={trans.__('Written documentation')}>
          {written.map(item => (
            <Written key={item.section} item={item} cellId={jumpable(item.cell)} onJump={onJump} trans={trans} />
          ))}
        </List>
      )}
    </Section>
  );
}

interface IMissingProps {
  item: IMissingSection;
  onAddCell: ((section: string) => void) | null;
  trans: TranslationBundle;
}

const Missing = React.memo(function Missing({ item, onAddCell, trans }: IMissingProps): React.ReactElement {
  return (
    <li className="jp-Governance-item">
      <span className="jp-Governance-line jp-mod-centred">
        <Name text={item.title} lines={2} className="jp-mod-strong" />
        {onAddCell && (
          <button
            type="button"
            className="jp-Governance-button jp-mod-small"
            aria-label={trans.__('Add a cell for %1', item.title)}
            title={trans.__('Add a cell for this section below the active cell')}
            onClick={() => onAddCell(item.section)}
          >
            {trans.__('Add cell')}
          </button>
        )}
      </span>
      <Name text={item.question} lines={4} className="jp-mod-secondary" />
    </li>
  );
});

interface IWrittenProps {
  item: IWrittenSection;
  cellId: string | null;
  onJump: (cellId: string) => void;
  trans: TranslationBundle;
}

const Written = React.memo(function Written({ item, cellId, onJump, trans }: IWrittenProps): React.ReactElement {
  return (
    <Item cellId={cellId} onJump={onJump} trans={trans}>
      <span className="jp-Governance-line jp-mod-centred">
        <Name text={item.title} lines={2} />
        <span className="jp-Governance-severity jp-mod-finished">
          <finishedIcon.react tag="span" aria-hidden="true" />
          {trans.__('written')}
        </span>
      </span>
      <Redacted places={item.redacted} trans={trans} />
    </Item>
  );
});
