import { Time } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

const MINUTE_MS = 60_000;

interface IWhenProps {
  /** UTC, RFC 3339. */
  time: string;
  trans: TranslationBundle;
}

/** A moment, as the distance from now and as date and time of day. */
export function When({ time, trans }: IWhenProps): React.ReactElement {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) {
    return <span>{trans.__('Start time unknown')}</span>;
  }
  return (
    <time dateTime={time} title={date.toLocaleString(document.documentElement.lang || 'en')}>
      {relative(date, trans)}
      <span aria-hidden="true">{' · '}</span>
      <span className="jp-Governance-absolute">{absolute(date)}</span>
    </time>
  );
}

/** Such as “3 minutes ago”. */
function relative(date: Date, trans: TranslationBundle): string {
  const isRecent = Math.abs(Date.now() - date.getTime()) < MINUTE_MS;
  return isRecent ? trans.__('just now') : Time.formatHuman(date);
}

/** Such as “21 Nov, 09:30”, with the year unless it is this one, in the user's language and time zone. */
function absolute(date: Date): string {
  const isThisYear = date.getFullYear() === new Date().getFullYear();
  return new Intl.DateTimeFormat(document.documentElement.lang || 'en', {
    ...(isThisYear ? {} : { year: 'numeric' }),
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit'
  }).format(date);
}

/** How long something took, such as “1 min 4 s”; empty while it goes on. */
export function durationOf(started: string, finished: string | null, trans: TranslationBundle): string {
  const ms = finished ? Date.parse(finished) - Date.parse(started) : NaN;
  if (!(ms >= 0)) {
    return '';
  }
  if (ms < MINUTE_MS) {
    return trans.__('%1 s', (ms / 1000).toFixed(ms < 10_000 ? 1 : 0));
  }
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? trans.__('%1 min %2 s', minutes, seconds % 60)
    : trans.__('%1 h %2 min', Math.floor(minutes / 60), minutes % 60);
}
