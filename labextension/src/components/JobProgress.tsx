import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IJob } from '../records';
import { plain } from './text';

interface IJobProgressProps {
  /** Null until the server has taken it on. */
  job: IJob | null;
  /** What is done, for the bar and where the server has not said it more exactly. */
  label: string;
  /** Whether it was told to end. */
  isEnding?: boolean;
  /** End it; without this it cannot be ended. */
  onCancel?: () => void;
  trans: TranslationBundle;
}

/** How far long work of the server is, and a way to end it. */
export function JobProgress(props: IJobProgressProps): React.ReactElement {
  const { job, label, isEnding = false, onCancel, trans } = props;
  const progress = job?.progress;
  const isWaiting = job?.status === 'waiting';
  const total = progress?.total ?? 0;
  const said = isWaiting ? trans.__('Waiting for its turn…') : progress?.what ? plain(progress.what) : `${label}…`;
  const step = total > 1 ? trans.__('%1 of %2', progress?.done ?? 0, total) : '';
  return (
    <div className="jp-Governance-progress">
      <p className="jp-Governance-line">
        <span role="status">{isEnding ? trans.__('Ending it…') : said}</span>
        {step && !isEnding && <span className="jp-Governance-figure jp-mod-secondary">{step}</span>}
      </p>
      <div className="jp-Governance-line jp-mod-centred">
        {total > 0 ? (
          <progress aria-label={label} value={progress?.done} max={total} />
        ) : (
          <progress aria-label={label} />
        )}
        {onCancel && (
          <button
            type="button"
            className="jp-Governance-button jp-mod-small"
            aria-disabled={isEnding || job === null}
            onClick={onCancel}
          >
            {trans.__('Cancel')}
            <span className="jp-Governance-hidden"> {label}</span>
          </button>
        )}
      </div>
    </div>
  );
}
