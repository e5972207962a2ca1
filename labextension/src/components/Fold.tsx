import { caretRightIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

interface IFoldProps {
  isOpen: boolean;
  /** Called when it stands otherwise than before. */
  onToggle: (isOpen: boolean, element: HTMLDetailsElement) => void;
  heading: 'h3' | 'h4';
  title: string;
  /** Beside the title: how many there are. */
  count: React.ReactNode;
  children: React.ReactNode;
}

/**
 * A part of the panel that can be folded away.
 *
 * The element leads and `isOpen` follows it: what it has said itself is never written back. By the time the panel is
 * rendered, the user may have toggled it once more, and would find it as it was before that.
 */
export function Fold({ isOpen, onToggle, heading: Heading, title, count, children }: IFoldProps): React.ReactElement {
  const titleId = React.useId();
  const element = React.useRef<HTMLDetailsElement>(null);
  const known = React.useRef(false);
  React.useLayoutEffect(() => {
    if (element.current && isOpen !== known.current) {
      known.current = isOpen;
      element.current.open = isOpen;
    }
  }, [isOpen]);
  return (
    <details
      ref={element}
      className="jp-Governance-section"
      aria-labelledby={titleId}
      onToggle={({ currentTarget }) => {
        known.current = currentTarget.open;
        onToggle(currentTarget.open, currentTarget);
      }}
    >
      <summary className="jp-Governance-sectionHead">
        <caretRightIcon.react tag="span" className="jp-Governance-caret" aria-hidden="true" />
        <Heading id={titleId} className="jp-Governance-sectionTitle">
          {title}
        </Heading>
        {count}
      </summary>
      {children}
    </details>
  );
}
