import * as React from 'react';

import { warningIcon } from './icons';
import { brief } from './text';

interface INoticeProps {
  title?: string;
  /** The server's, the kernel's or our own words. */
  sentences: readonly string[];
  /** `alert` where something went wrong. */
  role?: 'alert' | 'status';
  /** Below the sentences, such as what to do about it. */
  children?: React.ReactNode;
}

/** A box that says what the user has to know now. */
export function Notice({ title, sentences, role = 'alert', children }: INoticeProps): React.ReactElement {
  return (
    <div role={role} className="jp-Governance-notice">
      <warningIcon.react tag="span" className="jp-Governance-noticeIcon" aria-hidden="true" />
      <div>
        {title && (
          <p>
            <strong>{title}</strong>
          </p>
        )}
        <Sentences sentences={sentences} />
        {children}
      </div>
    </div>
  );
}

interface ISentencesProps {
  sentences: readonly string[];
}

/** Sentences that may come from elsewhere, each on its own. */
export function Sentences({ sentences }: ISentencesProps): React.ReactElement {
  return (
    <>
      {sentences.map(sentence => (
        <p key={sentence}>
          <bdi>{brief(sentence, 1000)}</bdi>
        </p>
      ))}
    </>
  );
}
