import type { TranslationBundle } from '@jupyterlab/translation';
import { checkIcon, copyIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

/** How long the button says that it has copied. */
const SAID_MS = 2000;

interface ICopyButtonProps {
  text: string;
  /** What it copies, for those who cannot see what it stands beside. */
  label: string;
  onCopy: (text: string) => void;
  trans: TranslationBundle;
}

/** Copies a text, and says so. */
export function CopyButton({ text, label, onCopy, trans }: ICopyButtonProps): React.ReactElement {
  const [hasCopied, setHasCopied] = React.useState(false);
  React.useEffect(() => {
    if (!hasCopied) {
      return undefined;
    }
    const timer = window.setTimeout(() => setHasCopied(false), SAID_MS);
    return () => window.clearTimeout(timer);
  }, [hasCopied]);
  const Icon = hasCopied ? checkIcon : copyIcon;
  return (
    <>
      <button
        type="button"
        className="jp-Governance-iconButton"
        aria-label={label}
        title={label}
        onClick={() => {
          onCopy(text);
          setHasCopied(true);
        }}
      >
        <Icon.react tag="span" aria-hidden="true" />
      </button>
      <span role="status" className="jp-Governance-hidden">
        {hasCopied ? trans.__('Copied') : ''}
      </span>
    </>
  );
}
