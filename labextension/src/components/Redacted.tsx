import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { infoIcon } from './icons';
import { Name } from './Name';

interface IRedactedProps {
  /** Where something was taken out. */
  places: readonly string[];
  trans: TranslationBundle;
}

/** Says that a secret was taken out of something, and where. */
export function Redacted({ places, trans }: IRedactedProps): React.ReactElement | null {
  if (places.length === 0) {
    return null;
  }
  return (
    <>
      <span className="jp-Governance-severity jp-mod-info">
        <infoIcon.react tag="span" aria-hidden="true" />
        {trans._n('a secret was taken out', '%1 secrets were taken out', places.length)}
      </span>
      {places.map(place => (
        <Name key={place} text={place} lines={2} className="jp-mod-secondary" />
      ))}
    </>
  );
}
