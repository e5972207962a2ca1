import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IRun } from '../records';
import { List } from './List';
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
      <List label={trans.__('Runs, newest first')}>
        {runs.map(run => (
          <RunItem key={run.id} run={run} isShown={run.id === shownRun} onChoose={onChoose} trans={trans} />
        ))}
      </List>
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
