import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IJob, IOverview, IReport, IReportAddress, IReportFile } from '../records';
import type { IProblem } from '../tokens';
import { warningIcon } from './icons';
import { List } from './List';
import { brief, plain } from './text';
import { When } from './When';

/** Earlier ones are in their folder. */
const MOST_SHOWN = 3;

interface IReportsProps {
  run: string;
  reports: IOverview['reports'];
  job: IJob | null;
  problem: IProblem | null;
  isPending: boolean;
  onRender: () => void;
  onOpen: (address: IReportAddress) => void;
  trans: TranslationBundle;
}

/** Renders reports of a run, and lists those that were rendered. */
export function Reports(props: IReportsProps): React.ReactElement {
  const { run, reports, job, problem, isPending, onRender, onOpen, trans } = props;
  const label = trans.__('Reports');
  return (
    <div className="jp-Governance-reports">
      <button type="button" className="jp-Governance-button" aria-disabled={isPending} onClick={onRender}>
        {reports.total > 0 ? trans.__('Render report again') : trans.__('Render report')}
      </button>
      {isPending && <Progress job={job} trans={trans} />}
      <Failure job={job} problem={problem} trans={trans} />
      {reports.items.length > 0 && (
        <List label={label}>
          {reports.items.slice(0, MOST_SHOWN).map(report => (
            <Rendered key={report.id} run={run} report={report} onOpen={onOpen} trans={trans} />
          ))}
        </List>
      )}
    </div>
  );
}

interface IRenderedProps {
  run: string;
  report: IReport;
  onOpen: (address: IReportAddress) => void;
  trans: TranslationBundle;
}

/** A report that was rendered: the page that is read, and its other forms. */
function Rendered({ run, report, onOpen, trans }: IRenderedProps): React.ReactElement | null {
  const [first, ...others] = [...report.files].sort(
    (a, b) => Number(b.format === 'html') - Number(a.format === 'html')
  );
  if (!first) {
    return null;
  }
  const open = (file: IReportFile) => onOpen({ run, report: report.id, file: file.name });
  return (
    <li className="jp-Governance-rendered">
      <button type="button" className="jp-Governance-item jp-mod-opens" onClick={() => open(first)}>
        <span className="jp-Governance-linkText">
          {trans.__('Open %1', words(report.template))}
          <span className="jp-Governance-hidden"> {first.format.toUpperCase()}</span>
        </span>
        <span className="jp-mod-secondary">
          <When time={report.rendered} trans={trans} />
        </span>
      </button>
      {others.map(file => (
        <button
          key={file.name}
          type="button"
          className="jp-Governance-linkButton jp-mod-form"
          title={trans.__('Open %1 in a browser tab', brief(file.name, 80))}
          onClick={() => open(file)}
        >
          {file.format.toUpperCase()}
        </button>
      ))}
    </li>
  );
}

/** A template's name as one writes it: “model card”. */
function words(template: string): string {
  return brief(template.replaceAll('-', ' '), 60);
}

function Progress({ job, trans }: { job: IJob | null; trans: TranslationBundle }): React.ReactElement {
  const progress = job?.progress;
  const what = progress?.what ? plain(progress.what) : trans.__('Rendering the report…');
  const label = trans.__('Rendering the report');
  return (
    <div className="jp-Governance-progress">
      <p role="status">{what}</p>
      {progress && progress.total > 0 ? (
        <progress aria-label={label} value={progress.done} max={progress.total} />
      ) : (
        <progress aria-label={label} />
      )}
    </div>
  );
}

function Failure(props: Pick<IReportsProps, 'job' | 'problem' | 'trans'>): React.ReactElement | null {
  const { job, problem, trans } = props;
  const error = problem ?? (job?.status === 'failed' ? job.error : null);
  if (!error) {
    return null;
  }
  const isForbidden = problem?.kind === 'forbidden';
  const sentences = isForbidden
    ? [trans.__('You may not have reports rendered on this server.')]
    : [error.message, error.hint].filter(Boolean).map(plain);
  return (
    <div role="alert" className="jp-Governance-notice">
      <warningIcon.react tag="span" className="jp-Governance-noticeIcon" aria-hidden="true" />
      <div>
        <p>
          <strong>{trans.__('The report was not rendered.')}</strong>
        </p>
        {sentences.length === 0 && <p>{trans.__('The server was restarted meanwhile. Render it again.')}</p>}
        {sentences.map(sentence => (
          <p key={sentence}>
            <bdi>{sentence}</bdi>
          </p>
        ))}
      </div>
    </div>
  );
}
