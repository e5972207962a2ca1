import * as React from 'react';

import type { ICharter } from '../records';
import { Item } from './Item';
import type { IItemContext } from './ItemSection';
import { List } from './List';
import { Name } from './Name';
import { Section } from './Section';

interface ICharterProps {
  charter: ICharter | null;
  context: IItemContext;
}

/** Why the model is built, how much is at stake, and who decided what. */
export function Charter({ charter, context }: ICharterProps): React.ReactElement {
  const { state, jumpable, onJump, trans } = context;
  const title = trans.__('Charter');
  return (
    <Section id="charter" title={title} count={charter?.decision ?? ''} isEmpty={charter === null} state={state}>
      {charter ? (
        <List label={title}>
          <Item cellId={jumpable(charter.cell)} onJump={onJump} trans={trans}>
            <Goal charter={charter} context={context} />
          </Item>
        </List>
      ) : (
        <p className="jp-Governance-none">
          {trans.__('Nobody has written down yet why this is built; %gov_charter does it.')}
        </p>
      )}
    </Section>
  );
}

function Goal({ charter, context }: { charter: ICharter; context: IItemContext }): React.ReactElement {
  const { trans } = context;
  const { approvers, kpis } = charter;
  const stakes = [charter.tier && trans.__('risk tier %1', charter.tier), charter.jurisdiction].filter(Boolean);
  const risks = charter.risks > 0 ? [trans._n('one risk', '%1 risks', charter.risks)] : [];
  const decided = [charter.decision || trans.__('not decided yet'), charter.decided].filter(Boolean).join(', ');
  const who = approvers.map(({ name, role }) => (role ? `${name} (${role})` : name)).join(', ');
  const lines: [string, string][] = [
    [trans.__('At stake'), [...stakes, ...risks].join(', ')],
    [trans.__('Targets'), kpis.join(', ')],
    [trans.__('Decision'), decided],
    [trans.__('Conditions'), charter.conditions],
    [trans.__('Decided by'), who]
  ];
  return (
    <>
      <Name text={charter.goal || trans.__('No goal is written down.')} lines={4} className="jp-mod-strong" />
      {lines
        .filter(([, said]) => said)
        .map(([what, said]) => (
          <Name key={what} text={`${what}: ${said}`} lines={4} />
        ))}
    </>
  );
}
