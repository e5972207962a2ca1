import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IOverview, IReport, IReportAddress, IReportFile, IReportJob } from '../records';
import type { IProblem } from '../tokens';
import { JobFailure } from './JobFailure';
import { JobProgress } from './JobProgress';
import { List } from './List';
import { brief } from './text';
import { When } from './When';

/** Earlier ones are in their folder. */
const MOST_SHOWN = 3;

interface IReportsProps {
  run: string;
  reports: IOverview['reports'];
  job: IReportJob | null;
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
      {isPending && <JobProgress job={job} label={trans.__('Rendering the report')} trans={trans} />}
      <JobFailure
        job={job}
        problem={problem}
        title={trans.__('The report was not rendered.')}
        forbidden={trans.__('You may not have reports rendered on this server.')}
        trans={trans}
      />
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
