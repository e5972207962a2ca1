/** Values as text that a person reads. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { IFinding, IInterval } from '../records';

/** What steers a renderer: control characters, line ends, bidirectional overrides and isolates, zero-width marks. */
// eslint-disable-next-line no-control-regex
const STEERING = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** More than fits a line or two; the rest is in the title. */
const LONGEST = 200;

/** A title does not need more, and the browser chokes on very long ones. */
const LONGEST_TITLE = 1000;

/** Return a text that does nothing but be read; white space of any length is one space. */
export function plain(text: string): string {
  return text
    .replace(STEERING, found => (/\s/.test(found) ? ' ' : ''))
    .replace(/\s+/g, ' ')
    .trim();
}

/** Return the beginning of a text. */
export function brief(text: string, length = LONGEST): string {
  // Some texts are enormous; what is cleaned away may leave room for what follows.
  const start = plain(text.slice(0, 20 * length));
  return start.length > length || text.length > 20 * length ? `${start.slice(0, length)}…` : start;
}

/** Return a text as a tooltip; undefined, so that there is none, where `shown` says as much. */
export function titleOf(text: string, shown = ''): string | undefined {
  const title = brief(text, LONGEST_TITLE);
  return title === shown ? undefined : title;
}

/** The user's language. */
export function language(): string {
  return document.documentElement.lang || 'en';
}

/** Return a number with so many decimals as say something. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) {
    return String(value);
  }
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e9)) {
    return value.toExponential(2).replace('e+', 'e');
  }
  const decimals = Number.isInteger(value) ? 0 : size < 10 ? 3 : size < 1000 ? 1 : 0;
  const format = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return new Intl.NumberFormat(language(), format).format(value);
}

/** Return a number of rows, such as “1,989 rows”. */
export function formatRows(count: number, trans: TranslationBundle): string {
  return trans._n('one row', '%2 rows', count, formatNumber(count));
}

/** Return how many rows a finding is about, such as “462 of 498 rows; 31 expected by chance”. */
export function formatCounted({ count, of, expected }: IFinding, trans: TranslationBundle): string {
  const rows = formatRows(of > 0 ? of : count, trans);
  const counted = of > 0 ? trans.__('%1 of %2', formatNumber(count), rows) : rows;
  return typeof expected === 'number'
    ? trans.__('%1; %2 expected by chance', counted, formatNumber(expected < 10 ? expected : Math.round(expected)))
    : counted;
}

/** Return a JSON value on one line. */
export function formatValue(value: unknown): string {
  if (typeof value === 'number') {
    return formatNumber(value);
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Return a measured number with its interval, such as “0.83 [0.79, 0.87]”. */
export function formatInterval({ value, lower, upper }: IInterval, trans: TranslationBundle): string {
  if (value === null) {
    return trans.__('not estimable');
  }
  const interval = lower === null || upper === null ? '' : ` [${formatNumber(lower)}, ${formatNumber(upper)}]`;
  return formatNumber(value) + interval;
}

/** Return how long something took. */
export function formatSeconds(seconds: number, trans: TranslationBundle): string {
  const twoDigits = new Intl.NumberFormat(language(), { maximumSignificantDigits: 2 });
  if (seconds < 0.1) {
    return trans.__('%1 ms', twoDigits.format(seconds * 1000));
  }
  if (seconds < 60) {
    return trans.__('%1 s', twoDigits.format(seconds));
  }
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? trans.__('%1 min %2 s', minutes, whole % 60)
    : trans.__('%1 h %2 min', Math.floor(minutes / 60), minutes % 60);
}
