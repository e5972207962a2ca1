import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IRun } from '../tokens';
import { RunItem } from './RunItem';

interface IRunListProps {
  runs: readonly IRun[];
  hasMore: boolean;
  isBusy: boolean;
  onLoadOlder: () => void;
  onCopy: (text: string) => void;
  trans: TranslationBundle;
}

/** All runs listed so far, newest first. */
export function RunList({ runs, hasMore, isBusy, onLoadOlder, onCopy, trans }: IRunListProps): React.ReactElement {
  const headingId = React.useId();
  const counted = hasMore
    ? trans._n('the newest one', 'the newest %1', runs.length)
    : trans._n('%1 run', '%1 runs', runs.length);
  return (
    <section aria-labelledby={headingId}>
      <div className="jp-Governance-sectionHead">
        <h3 id={headingId} className="jp-Governance-sectionTitle">
          {trans.__('Runs')}
        </h3>
        <span role="status" className="jp-Governance-count">
          {counted}
        </span>
      </div>
      {/* Safari takes the list semantics away with the bullets; the role keeps them. */}
      {/* eslint-disable-next-line jsx-a11y/no-redundant-roles */}
      <ul role="list" className="jp-Governance-runs" aria-label={trans.__('Runs, newest first')}>
        {runs.map(run => (
          <RunItem key={run.id} run={run} onCopy={onCopy} trans={trans} />
        ))}
      </ul>
      {hasMore && (
        <div className="jp-Governance-more">
          <button type="button" className="jp-Governance-button" aria-disabled={isBusy} onClick={onLoadOlder}>
            {trans.__('Show older runs')}
          </button>
        </div>
      )}
    </section>
  );
}
