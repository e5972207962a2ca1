import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { CopyButton } from './CopyButton';
import { brief } from './text';

/** What a cell can run as it is, and what a terminal can. */
const CELL = /^(%{1,2}gov_\w+|gov\.\w+\()/;
const TERMINAL = /^jupyter gov /;

interface INextStepProps {
  /** A call, else a sentence. */
  action: string;
  /** For those who cannot see what it stands beside. */
  of: string;
  /** Put a cell into the notebook in focus; null if there is none, or another run is shown. */
  onInsert: ((source: string) => void) | null;
  onCopy: (text: string) => void;
  trans: TranslationBundle;
}

/** The one thing to do next: a call that becomes a cell by a click, or that can be copied; else a sentence, code of it in backticks. */
export function NextStep({ action, of, onInsert, onCopy, trans }: INextStepProps): React.ReactElement {
  const isCell = CELL.test(action);
  if (!isCell && !TERMINAL.test(action)) {
    return (
      <p className="jp-Governance-step">
        <bdi>
          {brief(action)
            .split('`')
            .map((part, place) => (place % 2 === 1 ? <code key={place}>{part}</code> : part))}
        </bdi>
      </p>
    );
  }
  return (
    <div className="jp-Governance-step jp-mod-call">
      <code>{action}</code>
      {isCell && onInsert ? (
        <button
          type="button"
          className="jp-Governance-button jp-mod-small"
          aria-label={trans.__('Add a cell: %1', of)}
          title={trans.__('Add this as a cell below the active cell')}
          onClick={() => onInsert(action)}
        >
          {trans.__('Add cell')}
        </button>
      ) : (
        <CopyButton text={action} label={trans.__('Copy the call: %1', of)} onCopy={onCopy} trans={trans} />
      )}
    </div>
  );
}
