import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { warningIcon } from './icons';

interface IVersionNoticeProps {
  page: string;
  server: string;
  onReload: () => void;
  trans: TranslationBundle;
}

/** Page and server are of different releases, yet understand each other. */
export function VersionNotice({ page, server, onReload, trans }: IVersionNoticeProps): React.ReactElement {
  return (
    <div role="status" className="jp-Governance-notice">
      <warningIcon.react tag="span" className="jp-Governance-noticeIcon" aria-hidden="true" />
      <div>
        <p>
          {trans.__('This page runs jupyter-gov %1, the server %2. Save your work and reload the page.', page, server)}
        </p>
        <button type="button" className="jp-Governance-button" onClick={onReload}>
          {trans.__('Reload the page')}
        </button>
      </div>
    </div>
  );
}
