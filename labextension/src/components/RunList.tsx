import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IRun } from '../records';
import { RunItem } from './RunItem';

interface IRunListProps {
  runs: readonly IRun[];
  shownRun: string | null;
  hasMore: boolean;
  isBusy: boolean;
  onChoose: (run: string) => void;
  onLoadOlder: () => void;
  trans: TranslationBundle;
}

/** All runs listed so far, newest first. */
export function RunList(props: IRunListProps): React.ReactElement {
  const { runs, shownRun, hasMore, isBusy, onChoose, onLoadOlder, trans } = props;
  return (
    <>
      {/* Safari takes the list semantics away with the bullets; the role keeps them. */}
      {/* eslint-disable-next-line jsx-a11y/no-redundant-roles */}
      <ul role="list" className="jp-Governance-items" aria-label={trans.__('Runs, newest first')}>
        {runs.map(run => (
          <RunItem key={run.id} run={run} isShown={run.id === shownRun} onChoose={onChoose} trans={trans} />
        ))}
      </ul>
      {hasMore && (
        <div className="jp-Governance-more">
          <button type="button" className="jp-Governance-button" aria-disabled={isBusy} onClick={onLoadOlder}>
            {trans.__('Show older runs')}
          </button>
        </div>
      )}
    </>
  );
}
