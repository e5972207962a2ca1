import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

const ROWS = [0, 1, 2, 3];

/** The panel until the first answer. */
export function RunsLoading({ trans }: { trans: TranslationBundle }): React.ReactElement {
  return (
    <div className="jp-Governance-loading">
      <p role="status" className="jp-Governance-hidden">
        {trans.__('Loading runs…')}
      </p>
      {ROWS.map(row => (
        <div key={row} className="jp-Governance-skeleton" aria-hidden="true">
          <span />
          <span />
          <span />
        </div>
      ))}
    </div>
  );
}
