import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

interface IHeaderProps {
  isBusy: boolean;
  onRefresh: () => void;
  trans: TranslationBundle;
}

/** The panel's title and what acts on the whole panel. */
export function Header({ isBusy, onRefresh, trans }: IHeaderProps): React.ReactElement {
  return (
    <div className="jp-Governance-header">
      <h2 className="jp-Governance-title">{trans.__('Governance')}</h2>
      <button
        type="button"
        className="jp-Governance-iconButton"
        aria-label={trans.__('Refresh')}
        title={trans.__('Refresh')}
        onClick={onRefresh}
      >
        <refreshIcon.react tag="span" className={isBusy ? 'jp-Governance-spin' : ''} aria-hidden="true" />
      </button>
    </div>
  );
}
