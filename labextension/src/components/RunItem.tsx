import type { TranslationBundle } from '@jupyterlab/translation';
import { caretRightIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { IRun } from '../tokens';
import { CopyButton } from './CopyButton';
import { Status } from './Status';
import { durationOf, When } from './When';

/** The part of an id that holds its time to the millisecond; being a prefix, it is understood by `jupyter gov show`. */
const SHORT_ID_LENGTH = 13;

interface IRunItemProps {
  run: IRun;
  onCopy: (text: string) => void;
  trans: TranslationBundle;
}

/** One run: what it is at a glance, and its particulars when opened. */
export function RunItem({ run, onCopy, trans }: IRunItemProps): React.ReactElement {
  const shortId = run.id.slice(0, SHORT_ID_LENGTH);
  return (
    <li className="jp-Governance-run">
      <details>
        <summary className="jp-Governance-runSummary">
          <caretRightIcon.react tag="span" className="jp-Governance-caret" aria-hidden="true" />
          <span className="jp-Governance-runMain">
            <span className="jp-Governance-runLine">
              <bdi className="jp-Governance-runName">{run.name}</bdi>
              <Status status={run.status} trans={trans} />
            </span>
            <span className="jp-Governance-runLine jp-mod-secondary">
              <bdi className="jp-Governance-experiment" title={trans.__('Experiment')}>
                {run.experiment}
              </bdi>
              <code className="jp-Governance-id" title={run.id}>
                {shortId}
              </code>
            </span>
            <span className="jp-Governance-runLine jp-mod-secondary">
              <When time={run.started} trans={trans} />
            </span>
          </span>
        </summary>
        <Particulars run={run} onCopy={onCopy} trans={trans} />
      </details>
    </li>
  );
}

function Particulars({ run, onCopy, trans }: IRunItemProps): React.ReactElement {
  const rows: [string, string][] = [
    [trans.__('Notebook'), run.notebook],
    [trans.__('Run by'), run.actor],
    [trans.__('Took'), durationOf(run.started, run.finished, trans)],
    [trans.__('Reason'), run.reason]
  ];
  return (
    <dl className="jp-Governance-particulars">
      <dt>{trans.__('Run id')}</dt>
      <dd>
        <code className="jp-Governance-fullId">{run.id}</code>
        <CopyButton text={run.id} label={trans.__('Copy the id of run %1', run.name)} onCopy={onCopy} trans={trans} />
      </dd>
      {rows
        .filter(([, value]) => value)
        .map(([label, value]) => (
          <React.Fragment key={label}>
            <dt>{label}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </React.Fragment>
        ))}
    </dl>
  );
}
