import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IRun } from '../records';
import { Name } from './Name';
import { Status } from './Status';
import { When } from './When';

interface IRunItemProps {
  run: IRun;
  /** Whether it is the one that the panel shows. */
  isShown: boolean;
  onChoose: (run: string) => void;
  trans: TranslationBundle;
}

/** One run at a glance; a click shows it. */
export function RunItem({ run, isShown, onChoose, trans }: IRunItemProps): React.ReactElement {
  return (
    <li>
      <button
        type="button"
        className="jp-Governance-item jp-mod-opens"
        aria-current={isShown ? 'true' : undefined}
        onClick={() => onChoose(run.id)}
      >
        <span className="jp-Governance-line jp-mod-centred">
          <Name text={run.name} className="jp-mod-strong" />
          <Status status={run.status} trans={trans} />
        </span>
        <Name text={run.experiment} className="jp-mod-secondary" />
        <span className="jp-mod-secondary">
          <When time={run.started} trans={trans} />
        </span>
      </button>
    </li>
  );
}
