import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { RunStatus } from '../records';
import { failedIcon, finishedIcon, runningIcon } from './icons';

const ICONS = { running: runningIcon, finished: finishedIcon, failed: failedIcon } as const;

interface IStatusProps {
  status: RunStatus;
  trans: TranslationBundle;
}

/** How a run stands, in a word with an icon: never by colour alone. */
export function Status({ status, trans }: IStatusProps): React.ReactElement {
  const words: Record<RunStatus, string> = {
    running: trans.__('Running'),
    finished: trans.__('Finished'),
    failed: trans.__('Failed')
  };
  const Icon = ICONS[status];
  return (
    <span className={`jp-Governance-status jp-mod-${status}`}>
      <Icon.react tag="span" aria-hidden="true" />
      {words[status]}
    </span>
  );
}
