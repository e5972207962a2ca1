import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IKnownPolicy } from '../records';
import { brief } from './text';

/** Stands first where nothing else is proposed: it asks for what any model should have. */
const USUAL = 'good-practice';

interface IPolicyChoiceProps {
  /** Null until the server has said which there are. */
  known: readonly IKnownPolicy[] | null;
  proposed: readonly string[];
  onInsert: (source: string) => void;
  trans: TranslationBundle;
}

/** Puts a policy into force by a cell, so that the notebook says so when it runs again. */
export function PolicyChoice({ known, proposed, onInsert, trans }: IPolicyChoiceProps): React.ReactElement | null {
  const labelId = React.useId();
  const [chosen, setChosen] = React.useState<string | null>(null);
  const names = known?.map(policy => policy.name) ?? [];
  // What was chosen beside another notebook may not be there any more.
  const name = [chosen, ...proposed, USUAL].find(wanted => wanted !== null && names.includes(wanted)) ?? names[0];
  if (!known || name === undefined) {
    return null;
  }
  return (
    <div className="jp-Governance-line jp-mod-centred">
      <label id={labelId} className="jp-Governance-hidden" htmlFor={`${labelId}-select`}>
        {trans.__('Policy to use')}
      </label>
      <select
        id={`${labelId}-select`}
        className="jp-Governance-select"
        value={name}
        onChange={event => setChosen(event.currentTarget.value)}
      >
        {known.map(policy => (
          <option key={policy.name} value={policy.name}>
            {brief(policy.title || policy.name, 80)}
          </option>
        ))}
      </select>
      <button
        type="button"
        className="jp-Governance-button jp-mod-small"
        aria-label={trans.__('Add a cell that uses the policy')}
        title={trans.__('Add a cell that uses this policy below the active cell')}
        onClick={() => onInsert(`%gov_policy use ${name}`)}
      >
        {trans.__('Add cell')}
      </button>
    </div>
  );
}
