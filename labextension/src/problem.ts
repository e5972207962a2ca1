/** What went wrong, in the terms of the panel. */

import { ApiError } from './api';
import type { IProblem } from './tokens';

/** Say what a failed request means. */
export function toProblem(reason: unknown): IProblem {
  if (!(reason instanceof ApiError)) {
    return { kind: 'unexpected', message: String(reason), hint: '' };
  }
  return { kind: kindOf(reason), message: reason.message, hint: reason.hint };
}

function kindOf(error: ApiError): IProblem['kind'] {
  if (error.code === 'incompatible' || error.code === 'store' || error.code === 'unreachable') {
    return error.code;
  }
  switch (error.status) {
    case 401:
    case 403:
      return 'forbidden';
    case 404:
      return error.code === 'not_found' ? 'unexpected' : 'missing';
    case 502:
    case 504:
      return 'unreachable';
    default:
      return 'unexpected';
  }
}
