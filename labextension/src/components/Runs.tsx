import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IRun } from '../records';
import type { RunScope } from '../tokens';
import { Fold } from './Fold';
import { NoRuns } from './NoRuns';
import { RunList } from './RunList';
import { RunsLoading } from './RunsLoading';
import { Tabs } from './Tabs';

interface IRunsProps {
  runs: readonly IRun[] | null;
  /** The run that is shown above, if any. */
  shownRun: string | null;
  scopes: readonly RunScope[];
  scope: RunScope;
  isOpen: boolean;
  hasMore: boolean;
  isBusy: boolean;
  onToggle: (isOpen: boolean) => void;
  onScope: (scope: RunScope) => void;
  onChoose: (run: string) => void;
  onLoadOlder: () => void;
  onCopy: (text: string) => void;
  trans: TranslationBundle;
}

/** Earlier runs: of this notebook, of its experiment, of all. */
export function Runs(props: IRunsProps): React.ReactElement {
  const { runs, scopes, scope, isOpen, hasMore, onToggle, onScope, trans } = props;
  const panelId = React.useId();
  const titles: Record<RunScope, string> = {
    notebook: trans.__('This notebook'),
    experiment: trans.__('This experiment'),
    all: trans.__('All')
  };
  const counted =
    runs === null || runs.length === 0
      ? ''
      : hasMore
        ? trans._n('the newest one', 'the newest %1', runs.length)
        : trans._n('one run', '%1 runs', runs.length);
  const tabs = scopes.map(id => ({ id, title: titles[id] }));
  return (
    <Fold
      isOpen={isOpen}
      onToggle={(isOpen, element) => {
        onToggle(isOpen);
        if (isOpen && props.shownRun !== null) {
          // Below a long run it would open out of sight.
          element.scrollIntoView({ block: 'start' });
        }
      }}
      heading="h3"
      title={props.shownRun === null ? trans.__('Runs') : trans.__('Earlier runs')}
      count={
        <span role="status" className="jp-Governance-count">
          {isOpen ? counted : ''}
        </span>
      }
    >
      {tabs.length > 1 && (
        <Tabs label={trans.__('Which runs')} tabs={tabs} selected={scope} panelId={panelId} onSelect={onScope} />
      )}
      <div id={panelId} {...(tabs.length > 1 ? { role: 'tabpanel', 'aria-label': titles[scope] } : {})}>
        {isOpen && <Body {...props} />}
      </div>
    </Fold>
  );
}

function Body(props: IRunsProps): React.ReactElement {
  const { runs, scope, onCopy, trans } = props;
  if (runs === null) {
    return <RunsLoading trans={trans} />;
  }
  if (runs.length === 0) {
    return <NoRuns scope={scope} onCopy={onCopy} trans={trans} />;
  }
  return (
    <RunList
      runs={runs}
      shownRun={props.shownRun}
      hasMore={props.hasMore}
      isBusy={props.isBusy}
      onChoose={props.onChoose}
      onLoadOlder={props.onLoadOlder}
      trans={trans}
    />
  );
}
