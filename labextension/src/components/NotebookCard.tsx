import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ISwitchProblem, KernelState, TrackingState } from '../tokens';
import { CodeBlock } from './CodeBlock';
import { Name } from './Name';
import { Notice } from './Notice';
import { Switch } from './Switch';

const INSTALL = '%pip install jupyter-gov';

interface INotebookCardProps {
  path: string;
  kernel: KernelState;
  tracking: TrackingState;
  problem: ISwitchProblem | null;
  canSwitch: boolean;
  onSwitch: (isOn: boolean) => void;
  onCopy: (text: string) => void;
  trans: TranslationBundle;
}

/** The notebook in focus: whether it is tracked, and the switch. */
export const NotebookCard = React.memo(function NotebookCard(props: INotebookCardProps): React.ReactElement {
  const { path, kernel, tracking, problem, canSwitch, onSwitch, onCopy, trans } = props;
  const headingId = React.useId();
  const statusId = React.useId();
  return (
    <section className="jp-Governance-notebook" aria-labelledby={headingId}>
      <div className="jp-Governance-line">
        <h3 id={headingId} className="jp-Governance-notebookName">
          <span className="jp-Governance-hidden">{trans.__('Notebook')} </span>
          <Name text={path.slice(path.lastIndexOf('/') + 1)} />
        </h3>
        <Switch
          label={trans.__('Track this notebook')}
          isOn={tracking === 'on' || tracking === 'switching-on'}
          isBusy={tracking === 'switching-on' || tracking === 'switching-off'}
          isDisabled={!canSwitch}
          describedBy={statusId}
          onSwitch={onSwitch}
        />
      </div>
      <p id={statusId} role="status" className="jp-Governance-trackingStatus">
        {wordsFor(kernel, tracking, trans)}
      </p>
      {problem && <SwitchProblem problem={problem} onCopy={onCopy} trans={trans} />}
    </section>
  );
});

/** One line on whether the notebook is tracked, or why that cannot be. */
function wordsFor(kernel: KernelState, tracking: TrackingState, trans: TranslationBundle): string {
  switch (kernel) {
    case 'none':
      return trans.__('Not tracked: this notebook has no kernel. Choose one to switch tracking on.');
    case 'disconnected':
      return tracking === 'on'
        ? trans.__('The kernel cannot be reached. If it still runs, it goes on recording.')
        : trans.__('The kernel cannot be reached.');
    case 'foreign':
      return trans.__('Not tracked: only Python kernels can be.');
    case 'starting':
      return trans.__('Waiting for the kernel to start…');
    default:
  }
  const isKernelBusy = kernel === 'busy';
  switch (tracking) {
    case 'unknown':
      return isKernelBusy
        ? trans.__('The kernel is busy. Once it is free it says whether tracking is on.')
        : trans.__('Asking the kernel…');
    case 'off':
      return trans.__('Not tracked. Nothing of this notebook is recorded.');
    case 'on':
      return trans.__('Tracking: what the cells do is recorded.');
    case 'switching-on':
      return isKernelBusy ? trans.__('Switching on; waits for the kernel…') : trans.__('Switching on…');
    case 'switching-off':
      return isKernelBusy ? trans.__('Switching off; waits for the kernel…') : trans.__('Switching off…');
  }
}

interface ISwitchProblemProps {
  problem: ISwitchProblem;
  onCopy: (text: string) => void;
  trans: TranslationBundle;
}

function SwitchProblem({ problem, onCopy, trans }: ISwitchProblemProps): React.ReactElement {
  const words: Record<ISwitchProblem['kind'], string> = {
    package: trans.__('The kernel’s environment has no jupyter-gov. Install it there, then switch tracking on again:'),
    said: trans.__('Tracking could not be switched.'),
    interrupted: trans.__('The kernel was interrupted or restarted before it got to it. Try again.'),
    silent: trans.__(
      'Tracking is on, but the kernel gives no news of its run. Update jupyter-gov in its environment, then restart the kernel.'
    )
  };
  return (
    <Notice sentences={[words[problem.kind], problem.message].filter(Boolean)}>
      {problem.kind === 'package' && (
        <CodeBlock code={INSTALL} label={trans.__('Copy the command')} onCopy={onCopy} trans={trans} />
      )}
    </Notice>
  );
}
