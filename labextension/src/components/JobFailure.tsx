import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IJob } from '../records';
import type { IProblem } from '../tokens';
import { Notice } from './Notice';

interface IJobFailureProps {
  job: IJob | null;
  /** Why it could not be asked for. */
  problem: IProblem | null;
  title: string;
  /** Said where the user is not allowed to. */
  forbidden: string;
  trans: TranslationBundle;
}

/** Why long work of the server came to nothing; nothing where it did not. */
export function JobFailure({ job, problem, title, forbidden, trans }: IJobFailureProps): React.ReactElement | null {
  const error = problem ?? (job?.status === 'failed' ? job.error : null);
  if (!error) {
    return null;
  }
  const sentences = problem?.kind === 'forbidden' ? [forbidden] : [error.message, error.hint].filter(Boolean);
  const restarted = trans.__('The server was restarted meanwhile. Begin again.');
  return <Notice title={title} sentences={sentences.length > 0 ? sentences : [restarted]} />;
}
