/** The side panel “Governance”. */

import { Clipboard } from '@jupyterlab/apputils';
import type { IStateDB } from '@jupyterlab/statedb';
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { Header } from './components/Header';
import { governanceIcon } from './components/icons';
import type { IItemContext } from './components/ItemSection';
import { NotebookCard } from './components/NotebookCard';
import { Problem } from './components/Problem';
import { Runs } from './components/Runs';
import { RunsLoading } from './components/RunsLoading';
import { type IJobState, RunView } from './components/RunView';
import { VersionNotice } from './components/VersionNotice';
import type { GovernanceModel } from './model';
import type { IHowToReproduce, IJob, IReportAddress } from './records';
import { Sections } from './sections';

const PANEL_ID = 'jupyter-gov-panel';

/** How often “3 minutes ago” is set right while the panel is visible. */
const TICK_MS = 30_000;

/** Shows the notebook in focus and its run; fresh whenever it comes into view. */
export class GovernancePanel extends VDomRenderer<GovernanceModel> {
  constructor(options: GovernancePanel.IOptions) {
    super(options.model);
    this._trans = options.trans;
    this._openReport = options.openReport;
    this.sections = new Sections({
      most: options.itemsPerSection,
      state: options.state,
      onShowAll: () => {
        this.model.feed.showAll();
        this.update();
      }
    });
    this.sections.changed.connect(() => this.update());
    this.id = PANEL_ID;
    this.addClass('jp-Governance');
    this.title.icon = governanceIcon;
    this.title.caption = this._trans.__('Governance');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', this._trans.__('Governance'));
    this.node.tabIndex = -1;
  }

  readonly sections: Sections;

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._appear();
  }

  protected override onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this._disappear();
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (this.isVisible) {
      this._appear();
    }
  }

  protected override onBeforeDetach(msg: Message): void {
    this._disappear();
    super.onBeforeDetach(msg);
  }

  protected override onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    this.node.focus();
  }

  protected override render(): React.ReactElement {
    const { model } = this;
    const trans = this._trans;
    const { problem } = model;
    const isIncompatible = problem?.kind === 'incompatible';
    return (
      <>
        <Header isBusy={model.isBusy} onRefresh={this._refresh} trans={trans} />
        {model.isVersionMismatched && model.server && !isIncompatible && (
          <VersionNotice page={model.version} server={model.server.version} onReload={reload} trans={trans} />
        )}
        <div className="jp-Governance-body">
          {problem && (
            <Problem
              problem={problem}
              isBrief={!isIncompatible && (model.overview !== null || model.lists.runs !== null)}
              isBusy={model.isBusy}
              onRetry={this._refresh}
              onReload={reload}
              onCopy={copy}
              trans={trans}
            />
          )}
          {!isIncompatible && (
            <>
              {this._renderNotebook()}
              {this._renderRun()}
              {this._renderRuns()}
            </>
          )}
        </div>
      </>
    );
  }

  private _renderNotebook(): React.ReactElement | null {
    const { notebook } = this.model;
    return (
      notebook && (
        <NotebookCard
          path={notebook.path}
          kernel={notebook.kernel}
          tracking={notebook.tracking}
          problem={notebook.problem}
          canSwitch={notebook.canSwitch}
          onSwitch={this._switch}
          onCopy={copy}
          trans={this._trans}
        />
      )
    );
  }

  private _renderRun(): React.ReactElement | null {
    const { model } = this;
    const trans = this._trans;
    const { overview, shownRun, notebook } = model;
    if (shownRun === null) {
      return null;
    }
    if (overview === null) {
      return model.problem ? null : <RunsLoading trans={trans} />;
    }
    const cellIds = model.notebooks.cellIds;
    const context: IItemContext = {
      state: this.sections,
      jumpable: cell => (cell?.cell_id && cellIds.has(cell.cell_id) ? cell.cell_id : null),
      onJump: this._jump,
      trans
    };
    return (
      <RunView
        key={overview.run.id}
        overview={overview}
        isLost={overview.run.id === notebook?.run && overview.run.status === 'running' && notebook.tracking === 'off'}
        report={stateOf(model.reports, shownRun)}
        reproduction={{
          ...stateOf(model.reproductions, shownRun),
          isEnding: model.reproductions.isEnding(shownRun)
        }}
        context={context}
        hasFocus={model.isChosen}
        onBack={model.isChosen ? this._goBack : null}
        backLabel={notebook?.run ? trans.__('Back to the current run') : trans.__('Back to the list')}
        policies={model.policies.known}
        onAddCell={notebook ? this._addCell : null}
        onInsert={notebook?.tracking === 'on' && !model.isChosen ? this._insert : null}
        onRender={this._render}
        onReproduce={this._reproduce}
        onCancelReproduction={this._cancelReproduction}
        onOpenReport={this._openReport}
        onCopy={copy}
        trans={trans}
      />
    );
  }

  private _renderRuns(): React.ReactElement | null {
    const { lists, isListOpen, shownRun, problem } = this.model;
    if (problem && lists.runs === null) {
      return null;
    }
    return (
      <Runs
        runs={lists.runs}
        shownRun={shownRun}
        scopes={lists.scopes}
        scope={lists.scope}
        isOpen={isListOpen}
        hasMore={lists.hasMore}
        isBusy={lists.isBusy}
        onToggle={isOpen => (this.model.isListOpen = isOpen)}
        onScope={scope => (lists.scope = scope)}
        onChoose={this._choose}
        onLoadOlder={() => void lists.loadOlder()}
        onCopy={copy}
        trans={this._trans}
      />
    );
  }

  private _appear(): void {
    this._disappear();
    this.model.isVisible = true;
    this._timer = window.setInterval(() => this.update(), TICK_MS);
  }

  private _disappear(): void {
    this.model.isVisible = false;
    window.clearInterval(this._timer);
  }

  private readonly _refresh = () => void this.model.refresh();
  private readonly _switch = (isOn: boolean) => void this.model.notebook?.setTracking(isOn);
  private readonly _jump = (cellId: string) => {
    void this.model.notebooks.goToCell(cellId).then(isThere => {
      if (!isThere) {
        // The cell is gone, and with it the button that had the focus.
        this.node.focus();
      }
    });
  };
  private readonly _addCell = (section: string) => void this.model.notebooks.insertCell(`%%gov_doc ${section}\n`);
  private readonly _insert = (call: string) =>
    // What a magic of a whole cell is about stands below it.
    void this.model.notebooks.insertCell(call.startsWith('%%') ? `${call}\n` : call);
  private readonly _choose = (run: string) => this.model.choose(run);
  private readonly _render = () => this.model.shownRun && void this.model.reports.begin(this.model.shownRun, null);
  private readonly _reproduce = (how: Partial<IHowToReproduce>) =>
    this.model.shownRun && void this.model.reproductions.begin(this.model.shownRun, how);
  private readonly _cancelReproduction = () =>
    this.model.shownRun && void this.model.reproductions.cancel(this.model.shownRun);
  private readonly _goBack = () => {
    this.model.choose(null);
    // The button that had the focus is gone.
    this.node.focus();
  };

  private readonly _trans: TranslationBundle;
  private readonly _openReport: (address: IReportAddress) => void;
  private _timer: number | undefined = undefined;
}

export namespace GovernancePanel {
  export interface IOptions {
    model: GovernanceModel;
    /** How many items of a section are shown at first. */
    itemsPerSection: number;
    /** Where it is kept how the user left the sections; null where that is not kept. */
    state: IStateDB | null;
    openReport: (address: IReportAddress) => void;
    trans: TranslationBundle;
  }
}

/** How far the latest job of a run is. */
function stateOf<J extends IJob>(
  jobs: {
    jobOf: (run: string) => J | null;
    problemOf: (run: string) => IJobState<J>['problem'];
    isPending: (run: string) => boolean;
  },
  run: string
): IJobState<J> {
  return { job: jobs.jobOf(run), problem: jobs.problemOf(run), isPending: jobs.isPending(run) };
}

function reload(): void {
  window.location.reload();
}

function copy(text: string): void {
  Clipboard.copyToSystem(text);
}
