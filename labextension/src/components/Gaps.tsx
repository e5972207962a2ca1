import * as React from 'react';

import type { IGap, IItems } from '../records';
import { Item } from './Item';
import { type IItemContext, type IItemProps, ItemSection } from './ItemSection';
import { Name } from './Name';
import { Redacted } from './Redacted';

interface IGapsProps {
  gaps: IItems<IGap>;
  context: IItemContext;
}

/** What was seen but not captured, and why. */
export function Gaps({ gaps, context }: IGapsProps): React.ReactElement {
  const { trans } = context;
  return (
    <ItemSection
      id="gaps"
      title={trans.__('Not captured')}
      kind={gaps}
      none={trans.__('All that was seen was captured.')}
      component={Gap}
      context={context}
    />
  );
}

const Gap = React.memo(function Gap(props: IItemProps<IGap>): React.ReactElement {
  const { item: gap, cellId, onJump, trans } = props;
  return (
    <Item cellId={cellId} onJump={onJump} trans={trans}>
      <Name text={gap.what} lines={2} className="jp-mod-strong" />
      <Name text={gap.reason} lines={4} className="jp-mod-secondary" />
      {gap.remedy && <Name text={gap.remedy} lines={4} className="jp-mod-secondary" />}
      <Redacted places={gap.redacted} trans={trans} />
    </Item>
  );
});
