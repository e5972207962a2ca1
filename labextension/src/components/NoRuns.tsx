import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { CodeBlock } from './CodeBlock';
import { governanceIcon } from './icons';

const TRACKING = '%load_ext jupyter_gov\n%gov_track';

interface INoRunsProps {
  onCopy: (text: string) => void;
  trans: TranslationBundle;
}

/** The panel before the first run: what to do to get one. */
export function NoRuns({ onCopy, trans }: INoRunsProps): React.ReactElement {
  return (
    <div className="jp-Governance-state">
      <governanceIcon.react tag="span" className="jp-Governance-stateIcon" aria-hidden="true" />
      <h3>{trans.__('No runs yet')}</h3>
      <p>{trans.__('Put these two lines at the top of a notebook and run it as always. Its run then appears here.')}</p>
      <CodeBlock
        code={TRACKING}
        label={trans.__('Copy the two lines that switch tracking on')}
        onCopy={onCopy}
        trans={trans}
      />
    </div>
  );
}
