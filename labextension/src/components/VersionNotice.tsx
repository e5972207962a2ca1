import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Notice } from './Notice';

interface IVersionNoticeProps {
  page: string;
  server: string;
  onReload: () => void;
  trans: TranslationBundle;
}

/** Page and server are of different releases, yet understand each other. */
export function VersionNotice({ page, server, onReload, trans }: IVersionNoticeProps): React.ReactElement {
  const said = trans.__(
    'This page runs jupyter-gov %1, the server %2. Save your work and reload the page.',
    page,
    server
  );
  return (
    <Notice role="status" sentences={[said]}>
      <button type="button" className="jp-Governance-button" onClick={onReload}>
        {trans.__('Reload the page')}
      </button>
    </Notice>
  );
}
