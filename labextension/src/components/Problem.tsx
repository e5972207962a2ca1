import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IProblem, ProblemKind } from '../tokens';
import { CodeBlock } from './CodeBlock';
import { warningIcon } from './icons';
import { Notice, Sentences } from './Notice';

const ENABLE = 'jupyter server extension enable jupyter_gov';

interface IProblemProps {
  problem: IProblem;
  /** Whether what was read before is still shown below. */
  isBrief: boolean;
  isBusy: boolean;
  onRetry: () => void;
  onReload: () => void;
  onCopy: (text: string) => void;
  trans: TranslationBundle;
}

/** What went wrong, and what to do about it. */
export function Problem(props: IProblemProps): React.ReactElement {
  const { problem, isBrief, isBusy, onRetry, onReload, onCopy, trans } = props;
  const { title, sentences } = wordsFor(problem, trans);
  const button = (
    <button
      type="button"
      className="jp-Governance-button"
      aria-disabled={isBusy}
      onClick={problem.kind === 'incompatible' ? onReload : onRetry}
    >
      {problem.kind === 'incompatible' ? trans.__('Reload the page') : trans.__('Try again')}
    </button>
  );
  const command = problem.kind === 'missing' && (
    <CodeBlock code={ENABLE} label={trans.__('Copy the command')} onCopy={onCopy} trans={trans} />
  );
  if (isBrief) {
    return (
      <Notice title={title} sentences={sentences}>
        {command}
        <p>{trans.__('What is shown below may be out of date.')}</p>
        {button}
      </Notice>
    );
  }
  return (
    <div role="alert" className="jp-Governance-state">
      <warningIcon.react tag="span" className="jp-Governance-stateIcon jp-mod-warning" aria-hidden="true" />
      <h3>{title}</h3>
      <Sentences sentences={sentences} />
      {command}
      {button}
    </div>
  );
}

interface IWords {
  title: string;
  sentences: string[];
}

/** The title and the sentences for a problem; the server's own words where it has some. */
function wordsFor({ kind, message, hint }: IProblem, trans: TranslationBundle): IWords {
  const words: Record<ProblemKind, IWords> = {
    unreachable: {
      title: trans.__('The Jupyter server does not answer.'),
      sentences: [trans.__('Nothing that was recorded is lost. As soon as the server is back, so is this panel.')]
    },
    missing: {
      title: trans.__('The server side of jupyter-gov is not running.'),
      sentences: [trans.__('Enable it in the environment that the Jupyter server runs in, then restart the server:')]
    },
    forbidden: {
      title: trans.__('You may not read governance records on this server.'),
      sentences: [trans.__('Sign in again, or ask whoever runs the server for the permission to read “jupyter_gov”.')]
    },
    incompatible: {
      title: trans.__('This page and the server do not fit together.'),
      sentences: [
        trans.__('One of the two was updated. Save your work and reload the page.'),
        trans.__('If that does not help, restart the Jupyter server.')
      ]
    },
    store: {
      title: trans.__('The governance store cannot be read.'),
      sentences: [message, hint].filter(Boolean)
    },
    unexpected: {
      title: trans.__('The records could not be read.'),
      sentences: [message, hint].filter(Boolean)
    }
  };
  return words[kind];
}
