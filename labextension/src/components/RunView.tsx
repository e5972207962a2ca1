import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type {
  IHowToReproduce,
  IKnownPolicy,
  IOverview,
  IReportAddress,
  IReportJob,
  IReproductionJob
} from '../records';
import type { IProblem } from '../tokens';
import { Announcer } from './Announcer';
import { Assessments } from './Assessments';
import { Cells } from './Cells';
import { Charter } from './Charter';
import { Datasets } from './Datasets';
import { Documentation } from './Documentation';
import { Findings } from './Findings';
import { Gaps } from './Gaps';
import type { IItemContext } from './ItemSection';
import { Metrics } from './Metrics';
import { Mitigations } from './Mitigations';
import { Models } from './Models';
import { Policy } from './Policy';
import { Redactions } from './Redactions';
import { Reports } from './Reports';
import { Reproductions } from './Reproductions';
import { RunHead } from './RunHead';

/** How far the latest job of a kind is. */
export interface IJobState<J> {
  job: J | null;
  problem: IProblem | null;
  isPending: boolean;
}

interface IRunViewProps {
  overview: IOverview;
  /** Whether it was never ended, though its kernel records it no more. */
  isLost: boolean;
  report: IJobState<IReportJob>;
  reproduction: IJobState<IReproductionJob> & { isEnding: boolean };
  /** The policies that the server knows; null until it has said so. */
  policies: readonly IKnownPolicy[] | null;
  context: IItemContext;
  /** Whether the run was asked for by a click, and so takes the focus. */
  hasFocus: boolean;
  /** Go back to what was shown before; null if the run was not chosen from a list. */
  onBack: (() => void) | null;
  backLabel: string;
  onAddCell: ((section: string) => void) | null;
  /** Put a cell into the notebook that the run is of; null if it is not in focus, or not tracked any more. */
  onInsert: ((source: string) => void) | null;
  onRender: () => void;
  onReproduce: (how: Partial<IHowToReproduce>) => void;
  onCancelReproduction: () => void;
  onOpenReport: (address: IReportAddress) => void;
  onCopy: (text: string) => void;
  trans: TranslationBundle;
}

/** One run as it grows. */
export function RunView(props: IRunViewProps): React.ReactElement {
  const { overview, context, hasFocus, onBack, backLabel, onAddCell, onCopy, trans } = props;
  const headingId = React.useId();
  React.useEffect(() => {
    if (hasFocus) {
      document.getElementById(headingId)?.focus();
    }
  }, [hasFocus, headingId]);
  return (
    <section className="jp-Governance-runView" aria-labelledby={headingId}>
      {onBack && (
        <button type="button" className="jp-Governance-linkButton jp-mod-back" onClick={onBack}>
          {backLabel}
        </button>
      )}
      <RunHead
        run={overview.run}
        cells={overview.cells}
        isLost={props.isLost}
        headingId={headingId}
        onCopy={onCopy}
        trans={trans}
      />
      <Reports
        run={overview.run.id}
        reports={overview.reports}
        {...props.report}
        onRender={props.onRender}
        onOpen={props.onOpenReport}
        trans={trans}
      />
      <Policy
        policy={overview.policy}
        known={props.policies}
        proposed={overview.charter?.policies ?? []}
        context={context}
        onInsert={props.onInsert}
        onCopy={onCopy}
      />
      <Charter charter={overview.charter} context={context} />
      <Reproductions
        reproductions={overview.reproductions}
        {...props.reproduction}
        onReproduce={props.onReproduce}
        onCancel={props.onCancelReproduction}
        context={context}
      />
      <Cells cells={overview.doubtful} context={context} />
      <Models fits={overview.fits} context={context} />
      <Metrics metrics={overview.metrics} context={context} />
      <Datasets datasets={overview.datasets} context={context} />
      <Assessments assessments={overview.assessments} context={context} />
      <Mitigations mitigations={overview.mitigations} context={context} />
      <Findings findings={overview.findings} context={context} />
      <Redactions cells={overview.redacted} context={context} />
      <Gaps gaps={overview.gaps} context={context} />
      <Documentation documents={overview.documents} onAddCell={onAddCell} context={context} />
      <Announcer overview={overview} trans={trans} />
    </section>
  );
}
