import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { RunScope } from '../tokens';
import { CodeBlock } from './CodeBlock';
import { governanceIcon } from './icons';

const TRACKING = '%load_ext jupyter_gov\n%gov_track';

interface INoRunsProps {
  scope: RunScope;
  onCopy: (text: string) => void;
  trans: TranslationBundle;
}

/** A list before its first run: what to do to get one. */
export function NoRuns({ scope, onCopy, trans }: INoRunsProps): React.ReactElement {
  if (scope !== 'all') {
    return (
      <div className="jp-Governance-state jp-mod-small">
        <h4>{trans.__('No runs of this notebook yet')}</h4>
        <p>{trans.__('Switch tracking on above and run the notebook as always. Its run then appears here.')}</p>
      </div>
    );
  }
  return (
    <div className="jp-Governance-state">
      <governanceIcon.react tag="span" className="jp-Governance-stateIcon" aria-hidden="true" />
      <h4>{trans.__('No runs yet')}</h4>
      <p>
        {trans.__(
          'Open a notebook and switch tracking on, or put these two lines at its top, and run it as always. Its run then appears here.'
        )}
      </p>
      <CodeBlock
        code={TRACKING}
        label={trans.__('Copy the two lines that switch tracking on')}
        onCopy={onCopy}
        trans={trans}
      />
    </div>
  );
}
