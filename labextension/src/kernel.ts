/** One open notebook and its kernel: whether it is tracked, the switch, and the kernel's news of its run. */

import type { NotebookPanel } from '@jupyterlab/notebook';
import { type Kernel, KernelMessage } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import { SWITCH_OFF, SWITCH_ON, switchTracking } from './magics';
import type { IHint, ISwitchProblem, KernelState, TrackingState } from './tokens';

/** The target name of the comm that a kernel holds open while it tracks. */
const COMM_TARGET = 'jupyter_gov';

/**
 * Listens to a notebook's kernel, across restarts, reconnections and changes of kernel.
 *
 * News are taken from the messages that the kernel broadcasts, not from a comm object: JupyterLab lets only the first of several
 * connections to a kernel have comms, and that may be a console's.
 */
export class NotebookLink implements IDisposable {
  constructor(panel: NotebookPanel) {
    this.panel = panel;
    this._path = this.path;
    const { context, sessionContext } = panel;
    context.pathChanged.connect(this._onPathChanged, this);
    sessionContext.kernelChanged.connect(this._onKernelChanged, this);
    sessionContext.connectionStatusChanged.connect(this._onConnection, this);
    sessionContext.statusChanged.connect(this._update, this);
    sessionContext.iopubMessage.connect(this._onMessage, this);
    panel.disposed.connect(this.dispose, this);
    this._onKernelChanged();
  }

  readonly panel: NotebookPanel;

  /** The notebook's path below the server's root. */
  get path(): string {
    return this.panel.context.localPath;
  }

  get kernel(): KernelState {
    const kernel = this._kernel;
    if (!kernel) {
      return this.panel.sessionContext.kernelDisplayStatus === 'initializing' ? 'starting' : 'none';
    }
    if (kernel.status === 'dead') {
      return 'none';
    }
    if (kernel.connectionStatus !== 'connected') {
      return this._wasConnected ? 'disconnected' : 'starting';
    }
    if (this._isForeign) {
      return 'foreign';
    }
    if (kernel.status === 'unknown') {
      // It was found running, and has had no time yet to say what it does.
      return 'busy';
    }
    return kernel.status === 'idle' || kernel.status === 'busy' ? kernel.status : 'starting';
  }

  get tracking(): TrackingState {
    if (this.kernel === 'none' || this.kernel === 'foreign') {
      return 'off';
    }
    return this._switchingTo ?? this._tracking;
  }

  /** The run that the kernel last spoke of; it stays when tracking ends. */
  get run(): string | null {
    return this._run;
  }

  /** Why tracking could not be switched the last time; null if it could. */
  get problem(): ISwitchProblem | null {
    return this._problem;
  }

  /** Whether the switch would do something now. */
  get canSwitch(): boolean {
    return (this._tracking === 'on' || this._tracking === 'off') && ['idle', 'busy'].includes(this.kernel);
  }

  /** Emitted when anything above is another. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The kernel's news. */
  get hinted(): ISignal<this, IHint> {
    return this._hinted;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Run the magics that switch tracking on or off; a busy kernel gets to it when it is free. */
  async setTracking(isOn: boolean): Promise<void> {
    const kernel = this._kernel;
    if (!kernel || !this.canSwitch || this._switchingTo !== null) {
      return;
    }
    this._switchingTo = isOn ? 'switching-on' : 'switching-off';
    this._problem = null;
    this._update();
    const problem = await switchTracking(kernel, isOn ? SWITCH_ON : SWITCH_OFF);
    if (problem === null && isOn && this._tracking !== 'on' && kernel === this._kernel) {
      await this._ask(kernel);
    }
    this._switchingTo = null;
    if (kernel === this._kernel) {
      this._problem = problem ?? (isOn && this._tracking === 'off' ? { kind: 'silent', message: '' } : null);
      this._wish = isOn;
    }
    this._update();
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      Signal.clearData(this);
    }
  }

  private get _kernel(): Kernel.IKernelConnection | null {
    return this.panel.sessionContext.session?.kernel ?? null;
  }

  private _onKernelChanged(): void {
    this._tracking = 'unknown';
    this._comm = null;
    this._problem = null;
    this._isForeign = false;
    this._wasConnected = false;
    this._onConnection();
  }

  private _onConnection(): void {
    const kernel = this._kernel;
    if (kernel?.connectionStatus === 'connected') {
      this._wasConnected = true;
      void this._ask(kernel);
    }
    this._update();
  }

  /** Ask a kernel whether it tracks already. */
  private async _ask(kernel: Kernel.IKernelConnection): Promise<void> {
    const heard = ++this._heard;
    try {
      this._isForeign = (await kernel.info).language_info.name !== 'python';
      // Without a target, JupyterLab would close the comm that the kernel opens.
      kernel.registerCommTarget(COMM_TARGET, () => undefined);
      const { content } = await kernel.requestCommInfo({ target_name: COMM_TARGET });
      // Whoever has spoken meanwhile knows better.
      if (heard !== this._heard || kernel !== this._kernel || content.status !== 'ok') {
        return;
      }
      this._comm = Object.keys(content.comms)[0] ?? null;
      if (this._comm === null) {
        this._tracking = 'off';
      }
      this._sendPath();
    } catch {
      // The kernel restarts or is gone; its next connection asks again.
    }
    this._update();
  }

  private _onMessage(_: unknown, message: KernelMessage.IMessage): void {
    if (KernelMessage.isCommOpenMsg(message) || KernelMessage.isCommMsgMsg(message)) {
      const { comm_id: comm, data } = message.content;
      // Until the kernel has said which comm is ours, what looks like news of ours is believed.
      const isOurs = KernelMessage.isCommOpenMsg(message)
        ? message.content.target_name === COMM_TARGET
        : comm === (this._comm ?? comm);
      if (isOurs && isHint(data)) {
        this._hear(comm, data);
      }
    } else if (KernelMessage.isCommCloseMsg(message) && message.content.comm_id === this._comm) {
      this._heard++;
      this._comm = null;
      this._tracking = 'off';
      this._update();
    }
  }

  private _hear(comm: string, hint: IHint): void {
    this._heard++;
    this._tracking = hint.tracking ? 'on' : 'off';
    this._run = hint.run;
    if (hint.tracking === this._wish) {
      this._problem = null;
    }
    if (comm !== this._comm) {
      this._comm = comm;
      this._sendPath();
    }
    this._hinted.emit(hint);
    this._update();
  }

  /** Tell the kernel under which path the user knows the notebook; after a rename, also the path before. */
  private _sendPath(before?: string): void {
    const kernel = this._kernel;
    if (kernel && this._comm !== null) {
      const message = KernelMessage.createMessage({
        msgType: 'comm_msg',
        channel: 'shell',
        session: kernel.clientId,
        username: kernel.username,
        content: { comm_id: this._comm, data: { notebook: this.path, ...(before && { from: before }) } }
      });
      kernel.sendShellMessage(message, false, true);
    }
  }

  private _onPathChanged(): void {
    const before = this._path;
    this._path = this.path;
    this._sendPath(before);
    this._update();
  }

  private _update(): void {
    const state = [this.path, this.kernel, this.tracking, this.run, this.problem?.kind, this.problem?.message].join(
      '\n'
    );
    if (state !== this._said && !this._isDisposed) {
      this._said = state;
      this._changed.emit();
    }
  }

  private _tracking: 'unknown' | 'on' | 'off' = 'unknown';
  private _switchingTo: 'switching-on' | 'switching-off' | null = null;
  private _run: string | null = null;
  private _problem: ISwitchProblem | null = null;
  private _comm: string | null = null;
  private _path: string;
  /** What was asked for the last time. */
  private _wish = true;
  private _isForeign = false;
  private _wasConnected = false;
  private _isDisposed = false;
  private _heard = 0;
  private _said = '';
  private readonly _changed = new Signal<this, void>(this);
  private readonly _hinted = new Signal<this, IHint>(this);
}

/** Whether the data of a comm's message are news of ours. */
function isHint(data: unknown): data is IHint {
  const { run, seq, tracking } = (data ?? {}) as Record<string, unknown>;
  return typeof run === 'string' && typeof seq === 'number' && typeof tracking === 'boolean';
}
