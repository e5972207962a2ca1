import * as React from 'react';

import type { IFinding, IItems, Severity } from '../records';
import { failedIcon, infoIcon, warningIcon } from './icons';
import { Item } from './Item';
import { type IItemContext, type IItemProps, ItemSection } from './ItemSection';
import { Name } from './Name';
import { brief, formatCounted } from './text';

interface IFindingsProps {
  findings: IItems<IFinding>;
  context: IItemContext;
}

/** What checks have found in the data. */
export function Findings({ findings, context }: IFindingsProps): React.ReactElement {
  const { trans } = context;
  return (
    <ItemSection
      id="findings"
      title={trans.__('Findings')}
      kind={findings}
      none={trans.__('The checks have found nothing so far.')}
      component={Finding}
      context={context}
    />
  );
}

const ICONS = { info: infoIcon, warning: warningIcon, error: failedIcon } as const;

const Finding = React.memo(function Finding(props: IItemProps<IFinding>): React.ReactElement {
  const { item: finding, cellId, onJump, trans } = props;
  const words: Record<Severity, string> = {
    info: trans.__('Note'),
    warning: trans.__('Warning'),
    error: trans.__('Error')
  };
  const Icon = ICONS[finding.severity];
  return (
    <Item cellId={cellId} onJump={onJump} trans={trans}>
      <span className="jp-Governance-line jp-mod-centred">
        <Name text={finding.title} className="jp-mod-strong" />
        <span className={`jp-Governance-severity jp-mod-${finding.severity}`}>
          <Icon.react tag="span" aria-hidden="true" />
          {words[finding.severity]}
        </span>
      </span>
      <Name text={finding.message} lines={4} />
      {(finding.count > 0 || finding.columns.length > 0) && (
        <span className="jp-Governance-line jp-mod-start jp-mod-secondary">
          {finding.count > 0 && <span>{formatCounted(finding, trans)}</span>}
          {finding.columns.length > 0 && (
            <Name
              text={trans._n(
                'column %2',
                'columns %2',
                finding.columns.length,
                finding.columns.map(c => brief(c, 40)).join(', ')
              )}
              lines={2}
            />
          )}
        </span>
      )}
      {finding.remedy && <Name text={finding.remedy} lines={4} className="jp-mod-secondary" />}
    </Item>
  );
});
