import { caretRightIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

/** How the sections of a run stand. */
export interface ISectionState {
  isOpen: (section: string, isEmpty: boolean) => boolean;
  onToggle: (section: string, isEmpty: boolean, isOpen: boolean) => void;
  /** How many items of a section are shown. */
  mostOf: (section: string) => number;
  onShowAll: (section: string) => void;
}

interface ISectionProps {
  /** Under which name it is remembered whether the section is open. */
  id: string;
  title: string;
  /** Beside the title: how many there are. */
  count: string;
  isEmpty: boolean;
  state: ISectionState;
  children: React.ReactNode;
}

/** A part of a run that can be folded away. */
export function Section({ id, title, count, isEmpty, state, children }: ISectionProps): React.ReactElement {
  const titleId = React.useId();
  return (
    <details
      className="jp-Governance-section"
      aria-labelledby={titleId}
      open={state.isOpen(id, isEmpty)}
      onToggle={event => state.onToggle(id, isEmpty, event.currentTarget.open)}
    >
      <summary className="jp-Governance-sectionHead">
        <caretRightIcon.react tag="span" className="jp-Governance-caret" aria-hidden="true" />
        <h4 id={titleId} className="jp-Governance-sectionTitle">
          {title}
        </h4>
        <span className="jp-Governance-count">{count}</span>
      </summary>
      {children}
    </details>
  );
}
