/** The open notebooks: which one is in focus, and what the panel does in it. */

import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { type ISignal, Signal } from '@lumino/signaling';

import { NotebookLink } from './kernel';
import type { IHint } from './tokens';

/** On a cell that the panel has led to. */
const MARK = 'jp-Governance-markedCell';

/** How long such a cell is marked. */
const MARKED_MS = 2000;

/** Keeps a link to each open notebook. */
export class Notebooks {
  constructor(tracker: INotebookTracker | null, activate: (id: string) => void) {
    this._tracker = tracker;
    this._activate = activate;
    tracker?.forEach(panel => this.linkOf(panel));
    tracker?.widgetAdded.connect((_, panel) => this.linkOf(panel));
    tracker?.currentChanged.connect(() => this._changed.emit());
  }

  /** The link to the notebook in focus; it stays while the user is elsewhere, as in the panel. */
  get current(): NotebookLink | null {
    const panel = this._tracker?.currentWidget;
    return panel && !panel.isDisposed ? this.linkOf(panel) : null;
  }

  /** Another notebook is in focus, or the one in focus has changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** News of the notebook in focus. Those of the others wait until they are in focus: then their run is asked for anyway. */
  get hinted(): ISignal<this, IHint> {
    return this._hinted;
  }

  linkOf(panel: NotebookPanel): NotebookLink {
    let link = this._links.get(panel);
    if (!link) {
      link = new NotebookLink(panel);
      this._links.set(panel, link);
      link.changed.connect(this._onLinkChanged, this);
      link.hinted.connect(this._onHint, this);
    }
    return link;
  }

  /** The ids of the cells of the notebook in focus. */
  get cellIds(): ReadonlySet<string> {
    const cells = this.current?.panel.model?.cells;
    return new Set(cells ? Array.from(cells, cell => cell.id) : []);
  }

  /** Scroll to a cell of the notebook in focus, mark it, and give it the focus; false if it is there no more. */
  async goToCell(id: string): Promise<boolean> {
    const panel = this.current?.panel;
    const notebook = panel?.content;
    const index = notebook?.widgets.findIndex(cell => cell.model.id === id) ?? -1;
    const cell = notebook?.widgets[index];
    if (!panel || !notebook || !cell) {
      // It was deleted since the panel was drawn.
      this._changed.emit();
      return false;
    }
    // It may be behind another tab.
    this._activate(panel.id);
    notebook.deselectAll();
    notebook.mode = 'command';
    notebook.activeCellIndex = index;
    await notebook.scrollToItem(index, 'center');
    mark(cell.node);
    return true;
  }

  /** Put a code cell below the active one of the notebook in focus, and the cursor at its end. */
  async insertCell(source: string): Promise<void> {
    const panel = this.current?.panel;
    const shared = panel?.content.model?.sharedModel;
    if (!panel || !shared) {
      return;
    }
    const notebook = panel.content;
    const index = notebook.activeCell ? notebook.activeCellIndex + 1 : 0;
    this._activate(panel.id);
    shared.insertCell(index, { cell_type: 'code', source, metadata: { trusted: true } });
    notebook.deselectAll();
    notebook.activeCellIndex = index;
    await notebook.scrollToItem(index, 'center');
    notebook.mode = 'edit';
    const editor = notebook.activeCell?.editor;
    const line = (editor?.lineCount ?? 1) - 1;
    editor?.setCursorPosition({ line, column: editor.getLine(line)?.length ?? 0 });
    editor?.focus();
  }

  private _onLinkChanged(link: NotebookLink): void {
    if (link === this.current) {
      this._changed.emit();
    }
  }

  private _onHint(link: NotebookLink, hint: IHint): void {
    if (link === this.current) {
      this._hinted.emit(hint);
    }
  }

  private readonly _tracker: INotebookTracker | null;
  private readonly _activate: (id: string) => void;
  private readonly _links = new WeakMap<NotebookPanel, NotebookLink>();
  private readonly _changed = new Signal<this, void>(this);
  private readonly _hinted = new Signal<this, IHint>(this);
}

function mark(node: HTMLElement): void {
  // Taken away first, so that a second click on the same item shows it again.
  node.classList.remove(MARK);
  void node.offsetWidth;
  node.classList.add(MARK);
  window.setTimeout(() => node.classList.remove(MARK), MARKED_MS);
}
