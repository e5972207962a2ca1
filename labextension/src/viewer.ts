/** Opens rendered reports. */

import type { ILabShell } from '@jupyterlab/application';
import { MainAreaWidget, Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import type { GovernanceApi } from './api';
import { governanceIcon } from './components/icons';
import { toProblem } from './problem';
import type { IReportAddress } from './records';

/** Shows a page in a tab of JupyterLab; where there is no room for one, and what is no page, in one of the browser. */
export class ReportViewer {
  constructor(options: ReportViewer.IOptions) {
    this._api = options.api;
    this._labShell = options.labShell;
    this._trans = options.trans;
  }

  /** Open a file of a report, or go to the tab that shows it already. */
  async open(address: IReportAddress, isActivated = true): Promise<void> {
    const shell = this._labShell;
    if (!shell || !address.file.endsWith('.html')) {
      openInBrowser(this._api.reportUrl(address));
      return;
    }
    const id = `jupyter-gov-report-${address.report}-${address.file}`;
    if (![...shell.widgets('main')].some(widget => widget.id === id)) {
      try {
        await this._api.checkReport(address);
      } catch (reason) {
        const { message, hint } = toProblem(reason);
        Notification.error(this._trans.__('The report cannot be shown. %1', `${message} ${hint}`), {
          autoClose: false
        });
        return;
      }
      // It may have been asked for twice.
      if (![...shell.widgets('main')].some(widget => widget.id === id)) {
        shell.add(this._createTab(id, address), 'main', { activate: isActivated });
      }
    }
    if (isActivated) {
      shell.activateById(id);
    } else {
      Notification.success(this._trans.__('The report is rendered.'), {
        actions: [{ label: this._trans.__('Open'), callback: () => shell.activateById(id) }]
      });
    }
  }

  /** Make a tab with a page that can run no script and reach nothing. */
  private _createTab(id: string, address: IReportAddress): MainAreaWidget {
    const trans = this._trans;
    const url = this._api.reportUrl(address);
    const content = new Widget();
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', '');
    frame.title = trans.__('Report %1', address.file);
    frame.src = url;
    content.addClass('jp-Governance-report');
    content.node.append(frame);
    const tab = new MainAreaWidget({ content });
    tab.id = id;
    tab.title.label = address.file;
    tab.title.caption = frame.title;
    tab.title.icon = governanceIcon;
    tab.title.closable = true;
    tab.toolbar.addItem(
      'open',
      createButton(trans.__('Open in a browser tab'), () => openInBrowser(url))
    );
    return tab;
  }

  private readonly _api: GovernanceApi;
  private readonly _labShell: ILabShell | null;
  private readonly _trans: TranslationBundle;
}

export namespace ReportViewer {
  export interface IOptions {
    api: GovernanceApi;
    /** Has room for tabs; null where there is none. */
    labShell: ILabShell | null;
    trans: TranslationBundle;
  }
}

/** A native button: JupyterLab's own says `aria-pressed` of what is no switch. */
function createButton(label: string, onClick: () => void): Widget {
  const button = new Widget({ node: document.createElement('button') });
  button.addClass('jp-Governance-button');
  button.node.textContent = label;
  button.node.addEventListener('click', onClick);
  return button;
}

function openInBrowser(url: string): void {
  window.open(url, '_blank', 'noopener');
}
