import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { warningIcon } from './icons';
import { Name } from './Name';

interface IDoubtProps {
  /** Why the notebook would not give it; empty where it would. */
  reason: string;
  trans: TranslationBundle;
}

/** Says that the notebook, run from top to bottom, would not give something. */
export function Doubt({ reason, trans }: IDoubtProps): React.ReactElement | null {
  if (!reason) {
    return null;
  }
  return (
    <>
      <span className="jp-Governance-severity jp-mod-warning">
        <warningIcon.react tag="span" aria-hidden="true" />
        {trans.__('not as from top to bottom')}
      </span>
      <Name text={reason} lines={4} className="jp-mod-secondary" />
    </>
  );
}
