import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { CopyButton } from './CopyButton';
import { brief, plain } from './text';

/** What a cell can run as it is, and what a terminal can. */
const CELL = /^(%{1,2}gov_\w+(\s|$)|gov\.\w+\()/;
const TERMINAL = /^jupyter gov /;

/** The server sends no more. */
const LONGEST = 400;

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

/** Return the call in what is to be done, the whole of it or the one part in backticks; empty where there is none that reads as it is. */
function callOf(action: string): string {
  // Line ends and marks that nobody sees would come along.
  if (action !== plain(action)) {
    return '';
  }
  const parts = action.split('`');
  const quoted = parts.length === 3 ? parts.slice(1, 2) : [];
  return [action, ...quoted].find(text => CELL.test(text) || TERMINAL.test(text)) ?? '';
}

/** The one thing to do next: a call that becomes a cell by a click, or that can be copied; or a sentence, with a call in backticks or without. */
export function NextStep({ action, of, onInsert, onCopy, trans }: INextStepProps): React.ReactElement {
  const call = callOf(action);
  const said =
    call === action ? (
      <code>{call}</code>
    ) : (
      <bdi>
        {brief(action, LONGEST)
          .split('`')
          .map((part, place) => (place % 2 === 1 ? <code key={place}>{part}</code> : part))}
      </bdi>
    );
  if (!call) {
    return <p className="jp-Governance-step">{said}</p>;
  }
  return (
    <div className="jp-Governance-step jp-mod-call">
      {said}
      {CELL.test(call) && onInsert ? (
        <button
          type="button"
          className="jp-Governance-button jp-mod-small"
          aria-label={trans.__('Add a cell: %1', of)}
          title={trans.__('Add this as a cell below the active cell')}
          onClick={() => onInsert(call)}
        >
          {trans.__('Add cell')}
        </button>
      ) : (
        <CopyButton text={call} label={trans.__('Copy the call: %1', of)} onCopy={onCopy} trans={trans} />
      )}
    </div>
  );
}
