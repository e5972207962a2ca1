import * as React from 'react';

interface IListProps {
  label: string;
  children: React.ReactNode;
}

/** A list without bullets that is read out as one. */
export function List({ label, children }: IListProps): React.ReactElement {
  return (
    // Safari takes the list semantics away with the bullets; the role keeps them.
    // eslint-disable-next-line jsx-a11y/no-redundant-roles
    <ul role="list" className="jp-Governance-items" aria-label={label}>
      {children}
    </ul>
  );
}
