import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { CopyButton } from './CopyButton';

interface ICodeBlockProps {
  code: string;
  /** What the copy button copies. */
  label: string;
  onCopy: (text: string) => void;
  trans: TranslationBundle;
}

/** Lines to type or copy. */
export function CodeBlock({ code, label, onCopy, trans }: ICodeBlockProps): React.ReactElement {
  return (
    <div className="jp-Governance-code">
      <pre>{code}</pre>
      <CopyButton text={code} label={label} onCopy={onCopy} trans={trans} />
    </div>
  );
}
