/** The side panel “Governance”. */

import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { Header } from './components/Header';
import { governanceIcon } from './components/icons';
import { NoRuns } from './components/NoRuns';
import { Problem } from './components/Problem';
import { RunList } from './components/RunList';
import { RunsLoading } from './components/RunsLoading';
import { VersionNotice } from './components/VersionNotice';
import type { GovernanceModel } from './model';

const PANEL_ID = 'jupyter-gov-panel';

/** How often “3 minutes ago” is set right while the panel is visible. */
const TICK_MS = 30_000;

/** Lists runs; fresh whenever it comes into view. */
export class GovernancePanel extends VDomRenderer<GovernanceModel> {
  constructor(model: GovernanceModel, trans: TranslationBundle) {
    super(model);
    this._trans = trans;
    this.id = PANEL_ID;
    this.addClass('jp-Governance');
    this.title.icon = governanceIcon;
    this.title.caption = trans.__('Governance');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Governance'));
    this.node.tabIndex = -1;
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._startTicking();
    void this.model.refresh();
  }

  protected override onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this._stopTicking();
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (this.isVisible) {
      this._startTicking();
    }
  }

  protected override onBeforeDetach(msg: Message): void {
    this._stopTicking();
    super.onBeforeDetach(msg);
  }

  protected override onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    this.node.focus();
  }

  protected override render(): React.ReactElement {
    const { model } = this;
    const trans = this._trans;
    const refresh = () => void model.refresh();
    return (
      <>
        <Header isBusy={model.isBusy} onRefresh={refresh} trans={trans} />
        {model.isVersionMismatched && model.server && model.problem?.kind !== 'incompatible' && (
          <VersionNotice
            page={model.version}
            server={model.server.version}
            onReload={() => window.location.reload()}
            trans={trans}
          />
        )}
        <div className="jp-Governance-body">
          {model.problem && (
            <Problem
              problem={model.problem}
              isBrief={model.runs !== null && model.problem.kind !== 'incompatible'}
              isBusy={model.isBusy}
              onRetry={refresh}
              onReload={() => window.location.reload()}
              onCopy={Clipboard.copyToSystem}
              trans={trans}
            />
          )}
          {this._renderRuns()}
        </div>
      </>
    );
  }

  private _renderRuns(): React.ReactElement | null {
    const { model } = this;
    const trans = this._trans;
    if (model.problem?.kind === 'incompatible') {
      return null;
    }
    if (model.runs === null) {
      return model.problem ? null : <RunsLoading trans={trans} />;
    }
    if (model.runs.length === 0) {
      return <NoRuns onCopy={Clipboard.copyToSystem} trans={trans} />;
    }
    return (
      <RunList
        runs={model.runs}
        hasMore={model.hasMore}
        isBusy={model.isBusy}
        onLoadOlder={() => void model.loadOlder()}
        onCopy={Clipboard.copyToSystem}
        trans={trans}
      />
    );
  }

  private _startTicking(): void {
    this._stopTicking();
    this._timer = window.setInterval(() => this.update(), TICK_MS);
  }

  private _stopTicking(): void {
    window.clearInterval(this._timer);
    this._timer = undefined;
  }

  private readonly _trans: TranslationBundle;
  private _timer: number | undefined = undefined;
}
