import * as React from 'react';

import { brief, titleOf } from './text';

interface INameProps {
  text: string;
  /** How many lines it may take; cut with an ellipsis past that. */
  lines?: 1 | 2 | 4;
  className?: string;
}

const LINES = { 1: '', 2: 'jp-mod-twoLines', 4: 'jp-mod-fourLines' } as const;

/** A text that a user, a library or a file has chosen: inert, in its own writing direction, and short enough to stay legible. */
export function Name({ text, lines = 1, className = '' }: INameProps): React.ReactElement {
  const shown = brief(text);
  return (
    <bdi className={`jp-Governance-name ${LINES[lines]} ${className}`} title={titleOf(text)}>
      {shown}
    </bdi>
  );
}
