import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IOverview } from '../records';
import { CopyButton } from './CopyButton';
import { Name } from './Name';
import { Status } from './Status';
import { brief } from './text';
import { durationOf, When } from './When';

/** The part of an id that holds its time to the millisecond; being a prefix, it is understood by `jupyter gov show`. */
export const SHORT_ID_LENGTH = 13;

interface IRunHeadProps {
  run: IOverview['run'];
  cells: IOverview['cells'];
  isLost: boolean;
  headingId: string;
  onCopy: (text: string) => void;
  trans: TranslationBundle;
}

/** What a run is. */
export function RunHead({ run, cells, isLost, headingId, onCopy, trans }: IRunHeadProps): React.ReactElement {
  const took = durationOf(run.started, run.finished, trans);
  const counted = trans._n('one cell', '%1 cells', cells.total);
  return (
    <div className="jp-Governance-runHead">
      <div className="jp-Governance-line">
        <h3 id={headingId} tabIndex={-1} className="jp-Governance-runTitle">
          <span className="jp-Governance-hidden">{trans.__('Run')} </span>
          <Name text={run.name} lines={2} />
        </h3>
        <Status status={run.status} trans={trans} />
      </div>
      {isLost && (
        <p className="jp-Governance-reason">
          {trans.__('No longer recorded: its kernel ended before it could say so.')}
        </p>
      )}
      {run.reason && (
        <p className="jp-Governance-reason">
          <Name text={run.reason} lines={4} />
        </p>
      )}
      <p className="jp-mod-secondary jp-Governance-line jp-mod-start">
        <When time={run.started} trans={trans} />
        {took && <span>{trans.__('took %1', took)}</span>}
      </p>
      <p className="jp-mod-secondary jp-Governance-line jp-mod-start">
        <span>{cells.failed > 0 ? trans.__('%1, %2 failed', counted, cells.failed) : counted}</span>
        <span className="jp-Governance-experimentOf">
          {trans.__('experiment')} <Name text={run.experiment} />
        </span>
      </p>
      <p className="jp-mod-secondary jp-Governance-line jp-mod-start jp-mod-id">
        <span>
          {trans.__('run id')}{' '}
          <code className="jp-Governance-id" title={run.id}>
            {run.id.slice(0, SHORT_ID_LENGTH)}
          </code>
        </span>
        <CopyButton
          text={run.id}
          label={trans.__('Copy the id of run %1', brief(run.name, 80))}
          onCopy={onCopy}
          trans={trans}
        />
      </p>
    </div>
  );
}
