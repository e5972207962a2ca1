/** What the switch runs in a kernel. */

import { type Kernel, KernelMessage } from '@jupyterlab/services';

import type { ISwitchProblem } from './tokens';

export const SWITCH_ON = '%load_ext jupyter_gov\n%gov_track';
export const SWITCH_OFF = '%gov_track --off';

/** Run the magics of the switch in a kernel, beside the user's own cells; return what went wrong. */
export async function switchTracking(
  kernel: Kernel.IKernelConnection,
  code: string,
  isSecond = false
): Promise<ISwitchProblem | null> {
  const future = kernel.requestExecute({
    code,
    silent: false,
    store_history: false,
    stop_on_error: true,
    allow_stdin: false
  });
  let said = '';
  future.onIOPub = message => {
    if (KernelMessage.isDisplayDataMsg(message) && isError(message.content.metadata)) {
      said = asText(message.content.data['text/plain']);
    }
  };
  try {
    const { content } = await future.done;
    if (content.status === 'ok') {
      return said ? { kind: 'said', message: said } : null;
    }
    if (content.status === 'error') {
      return explain(content);
    }
    // A cell before it failed or was interrupted, and the kernel dropped what was waiting. The user's wish still stands.
    return isSecond ? { kind: 'interrupted', message: '' } : switchTracking(kernel, code, true);
  } catch {
    // The kernel was restarted or shut down before it got to it.
    return { kind: 'interrupted', message: '' };
  }
}

function explain({ ename, evalue }: { ename: string; evalue: string }): ISwitchProblem {
  if (ename === 'ModuleNotFoundError' && evalue.includes('jupyter_gov')) {
    return { kind: 'package', message: '' };
  }
  return ename === 'KeyboardInterrupt'
    ? { kind: 'interrupted', message: '' }
    : { kind: 'said', message: `${ename}: ${evalue}` };
}

/** Whether an output says what a magic of ours could not do. */
function isError(metadata: object): boolean {
  const ours = (metadata as Record<string, unknown>)['jupyter_gov'] as { kind?: unknown } | undefined;
  return ours?.kind === 'error';
}

function asText(value: unknown): string {
  return Array.isArray(value) ? value.join('') : typeof value === 'string' ? value : '';
}
