import * as React from 'react';

import type { IHowToReproduce, IOverview, IReproductionJob } from '../records';
import type { IProblem } from '../tokens';
import { Disclosure } from './Disclosure';
import type { IItemContext } from './ItemSection';
import { JobFailure } from './JobFailure';
import { JobProgress } from './JobProgress';
import { List } from './List';
import { Reproduction } from './Reproduction';
import { Section } from './Section';
import { Verdict, verdictWord } from './Verdict';
import { When } from './When';

interface IReproductionsProps {
  reproductions: IOverview['reproductions'];
  job: IReproductionJob | null;
  problem: IProblem | null;
  isPending: boolean;
  isEnding: boolean;
  onReproduce: (how: Partial<IHowToReproduce>) => void;
  onCancel: () => void;
  context: IItemContext;
}

/** Executes a run again on demand, and says whether the same came out. */
export function Reproductions(props: IReproductionsProps): React.ReactElement {
  const { reproductions, job, problem, isPending, isEnding, onReproduce, onCancel, context } = props;
  const { state, trans } = context;
  const [how, setHow] = React.useState<Partial<IHowToReproduce>>({});
  const [newest, ...earlier] = reproductions.items;
  const wasCancelled = job?.status === 'cancelled' && !isPending;
  return (
    <Section
      id="reproduction"
      title={trans.__('Reproduction')}
      count={newest ? verdictWord(newest.verdict, trans) : ''}
      isEmpty={false}
      state={state}
    >
      <div className="jp-Governance-reproduce">
        <button
          type="button"
          className="jp-Governance-button"
          aria-disabled={isPending}
          title={trans.__('Execute the cells again in a fresh kernel, and compare what comes out')}
          onClick={() => onReproduce(how)}
        >
          {newest ? trans.__('Reproduce again') : trans.__('Reproduce')}
        </button>
        <Disclosure summary={trans.__('Options')} of={trans.__('of the reproduction')}>
          <Options how={how} onChange={setHow} context={context} />
        </Disclosure>
        {isPending && (
          <JobProgress
            job={job}
            label={trans.__('Reproducing the run')}
            isEnding={isEnding}
            onCancel={onCancel}
            trans={trans}
          />
        )}
        <p role="status" className="jp-mod-secondary">
          {wasCancelled && trans.__('Cancelled: nothing was recorded.')}
        </p>
        <JobFailure
          job={job}
          problem={problem}
          title={trans.__('The run was not reproduced.')}
          forbidden={trans.__('You may not have runs executed on this server.')}
          trans={trans}
        />
        {!newest && !isPending && (
          <p className="jp-mod-secondary">
            {trans.__('Not yet executed again: nobody knows whether the same comes out.')}
          </p>
        )}
      </div>
      {newest && <Reproduction reproduction={newest} context={context} />}
      {earlier.length > 0 && (
        <Disclosure
          summary={trans._n('one earlier reproduction', '%1 earlier reproductions', reproductions.total - 1)}
          of=""
        >
          <List label={trans.__('Earlier reproductions')}>
            {earlier.map(({ id, verdict, started }) => (
              <li key={id} className="jp-Governance-line jp-mod-start">
                <Verdict verdict={verdict} trans={trans} />
                <When time={started} trans={trans} />
              </li>
            ))}
          </List>
        </Disclosure>
      )}
    </Section>
  );
}

interface IOptionsProps {
  how: Partial<IHowToReproduce>;
  onChange: (how: Partial<IHowToReproduce>) => void;
  context: IItemContext;
}

/** How a run is to be executed again. */
function Options({ how, onChange, context }: IOptionsProps): React.ReactElement {
  const { trans } = context;
  const options: [string, boolean, (isOn: boolean) => Partial<IHowToReproduce>][] = [
    [
      trans.__('All cells, not only those behind a result'),
      how.scope === 'all',
      isOn => ({ scope: isOn ? 'all' : 'slice' })
    ],
    [
      trans.__('In a fresh environment of the recorded versions'),
      how.env === 'rebuild',
      isOn => ({ env: isOn ? 'rebuild' : 'current' })
    ],
    [trans.__('Put random generators back to their states'), how.restore === true, isOn => ({ restore: isOn })]
  ];
  return (
    <>
      {options.map(([label, isOn, change]) => (
        <label key={label} className="jp-Governance-option">
          <input
            type="checkbox"
            checked={isOn}
            onChange={event => onChange({ ...how, ...change(event.currentTarget.checked) })}
          />
          {label}
        </label>
      ))}
    </>
  );
}
