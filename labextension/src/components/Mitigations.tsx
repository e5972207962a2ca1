import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IInterval, IItems, IMitigation, ITried } from '../records';
import { Disclosure } from './Disclosure';
import { Item } from './Item';
import { type IItemContext, type IItemProps, ItemSection } from './ItemSection';
import { Name } from './Name';
import { brief, formatInterval } from './text';

interface IMitigationsProps {
  mitigations: IItems<IMitigation>;
  context: IItemContext;
}

/** What was tried when controls were not met, and what was chosen. */
export function Mitigations({ mitigations, context }: IMitigationsProps): React.ReactElement {
  const { trans } = context;
  return (
    <ItemSection
      id="mitigations"
      title={trans.__('Mitigations')}
      kind={mitigations}
      none={trans.__('Nothing was tried yet; %gov_mitigate tries what applies to controls that are not met.')}
      component={Mitigation}
      context={context}
    />
  );
}

const Mitigation = React.memo(function Mitigation(props: IItemProps<IMitigation>): React.ReactElement {
  const { item, cellId, onJump, trans } = props;
  const { override } = item;
  const done = item.tried.filter(({ status }) => status === 'done').length - 1;
  return (
    <Item cellId={cellId} onJump={onJump} trans={trans} more={<Candidates made={item} trans={trans} />}>
      <span className="jp-Governance-line">
        <Name text={item.model || trans.__('A model')} className="jp-mod-strong" />
        <span className="jp-Governance-figure jp-mod-secondary">
          {trans._n('one candidate', '%1 candidates', Math.max(0, done))}
        </span>
      </span>
      <Name
        text={item.chosen ? trans.__('Chosen: %1', item.chosen) : trans.__('None of them is chosen yet.')}
        lines={2}
      />
      {override && (
        <Name
          text={trans.__('%1 chose it instead of %2: %3', override.by, override.proposed, override.why)}
          lines={4}
          className="jp-mod-secondary"
        />
      )}
    </Item>
  );
});

/** Each candidate with the two numbers that the choice is between, and what no candidate can do. */
function Candidates({ made, trans }: { made: IMitigation; trans: TranslationBundle }): React.ReactElement {
  const of = trans.__('of %1', brief(made.model || trans.__('A model'), 80));
  const disparity = [made.disparity.title, made.disparity.attribute].filter(Boolean).join(', ');
  const left = made.tried_total - made.tried.length;
  return (
    <>
      <Disclosure summary={trans.__('What was tried')} of={of}>
        <ul className="jp-Governance-tried">
          {made.tried.map((tried, place) => (
            <Candidate
              key={place}
              tried={tried}
              performance={made.performance.title}
              disparity={disparity}
              trans={trans}
            />
          ))}
          {left > 0 && <li>{trans._n('and one more', 'and %1 more', left)}</li>}
        </ul>
      </Disclosure>
      {made.advice.length > 0 && (
        <Disclosure summary={trans.__('What no candidate can do')} of={of}>
          <ul>
            {made.advice.map((advice, place) => (
              <li key={place}>
                <Name text={advice} lines={4} />
              </li>
            ))}
          </ul>
        </Disclosure>
      )}
    </>
  );
}

interface ICandidateProps {
  tried: ITried;
  performance: string;
  disparity: string;
  trans: TranslationBundle;
}

function Candidate({ tried, performance, disparity, trans }: ICandidateProps): React.ReactElement {
  const outcome: Record<ITried['status'], string> = {
    done: trans.__('%1 of %2 controls met', tried.met, tried.asked),
    skipped: trans.__('does not apply'),
    failed: trans.__('failed'),
    stopped: trans.__('no time left')
  };
  const notes = [
    tried.status !== 'done' || tried.asked > 0 ? outcome[tried.status] : '',
    tried.on_frontier ? trans.__('on the frontier') : '',
    tried.needs_attribute ? trans.__('needs the attribute when it predicts') : ''
  ].filter(Boolean);
  return (
    <li>
      <Name text={tried.name} lines={2} className="jp-mod-strong" />
      <Figure label={performance} interval={tried.performance} trans={trans} />
      <Figure label={disparity} interval={tried.disparity} trans={trans} />
      {notes.length > 0 && <Name text={notes.join('; ')} lines={4} className="jp-mod-secondary" />}
      {tried.reason && <Name text={tried.reason} lines={4} className="jp-mod-secondary" />}
    </li>
  );
}

interface IFigureProps {
  label: string;
  interval: IInterval | null;
  trans: TranslationBundle;
}

function Figure({ label, interval, trans }: IFigureProps): React.ReactElement | null {
  return (
    interval && (
      <span className="jp-Governance-line jp-mod-wraps">
        <Name text={label} lines={2} />
        <span className="jp-Governance-figure">{formatInterval(interval, trans)}</span>
      </span>
    )
  );
}
