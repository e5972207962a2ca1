/** What says outside the panel whether a notebook is tracked: a button in its toolbar, an item in the status bar. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import type { Widget } from '@lumino/widgets';
import * as React from 'react';

import { governanceIcon, trackingIcon } from './components/icons';
import type { NotebookLink } from './kernel';
import type { Notebooks } from './notebooks';

/** Make the toolbar's button that switches the tracking of one notebook. */
export function createTrackingButton(link: NotebookLink, trans: TranslationBundle): Widget {
  const button = ReactWidget.create(
    <UseSignal signal={link.changed}>{() => <TrackingButton link={link} trans={trans} />}</UseSignal>
  );
  return button;
}

function TrackingButton({ link, trans }: { link: NotebookLink; trans: TranslationBundle }): React.ReactElement {
  const isOn = link.tracking === 'on' || link.tracking === 'switching-on';
  const Icon = isOn ? trackingIcon : governanceIcon;
  const label = trans.__('Track this notebook');
  // Not JupyterLab's own button: that is an element on which “pressed” is not allowed.
  return (
    <button
      type="button"
      className="jp-Governance-toolbarButton"
      aria-label={label}
      aria-pressed={isOn}
      aria-disabled={!link.canSwitch}
      title={link.canSwitch ? label : trans.__('Track this notebook: the governance panel says why not now')}
      onClick={() => void link.setTracking(!isOn)}
    >
      <Icon.react tag="span" aria-hidden="true" />
    </button>
  );
}

/** Make the item that says whether the notebook in focus is tracked; a click shows the panel. */
export function createStatusItem(notebooks: Notebooks, onClick: () => void, trans: TranslationBundle): Widget {
  const item = ReactWidget.create(
    <UseSignal signal={notebooks.changed}>
      {() => {
        const tracking = notebooks.current?.tracking;
        const isOn = tracking === 'on';
        const Icon = isOn ? trackingIcon : governanceIcon;
        return (
          <button
            type="button"
            className="jp-Governance-statusItem"
            title={trans.__('Show the governance panel')}
            onClick={onClick}
          >
            <Icon.react tag="span" aria-hidden="true" />
            {isOn
              ? trans.__('Tracking')
              : tracking === 'unknown'
                ? trans.__('Tracking not known yet')
                : trans.__('Not tracked')}
          </button>
        );
      }}
    </UseSignal>
  );
  item.addClass('jp-mod-highlighted');
  return item;
}
