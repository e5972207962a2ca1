import * as React from 'react';

import { Fold } from './Fold';

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
  /** Beside the title: how many there are, or what they come to. */
  count: React.ReactNode;
  isEmpty: boolean;
  state: ISectionState;
  children: React.ReactNode;
}

/** A part of a run that can be folded away. */
export function Section({ id, title, count, isEmpty, state, children }: ISectionProps): React.ReactElement {
  return (
    <Fold
      isOpen={state.isOpen(id, isEmpty)}
      onToggle={isOpen => state.onToggle(id, isEmpty, isOpen)}
      heading="h4"
      title={title}
      count={<span className="jp-Governance-count">{count}</span>}
    >
      {children}
    </Fold>
  );
}
