/** The icons that JupyterLab does not have. Those of a status take the colour of the text around them. */

import { LabIcon } from '@jupyterlab/ui-components';

import failed from '../../style/icons/failed.svg';
import finished from '../../style/icons/finished.svg';
import governance from '../../style/icons/governance.svg';
import inconclusive from '../../style/icons/inconclusive.svg';
import info from '../../style/icons/info.svg';
import missing from '../../style/icons/missing.svg';
import notApplicable from '../../style/icons/not-applicable.svg';
import running from '../../style/icons/running.svg';
import tracking from '../../style/icons/tracking.svg';
import waived from '../../style/icons/waived.svg';
import warning from '../../style/icons/warning.svg';

export const governanceIcon = new LabIcon({ name: 'jupyter-gov:governance', svgstr: governance });
/** The shield, filled: tracking is on. */
export const trackingIcon = new LabIcon({ name: 'jupyter-gov:tracking', svgstr: tracking });
export const finishedIcon = new LabIcon({ name: 'jupyter-gov:finished', svgstr: finished });
export const failedIcon = new LabIcon({ name: 'jupyter-gov:failed', svgstr: failed });
export const runningIcon = new LabIcon({ name: 'jupyter-gov:running', svgstr: running });
export const infoIcon = new LabIcon({ name: 'jupyter-gov:info', svgstr: info });
export const warningIcon = new LabIcon({ name: 'jupyter-gov:warning', svgstr: warning });
/** What a control came to: half a disc, a broken ring, an empty diamond, a dash. */
export const inconclusiveIcon = new LabIcon({ name: 'jupyter-gov:inconclusive', svgstr: inconclusive });
export const missingIcon = new LabIcon({ name: 'jupyter-gov:missing', svgstr: missing });
export const waivedIcon = new LabIcon({ name: 'jupyter-gov:waived', svgstr: waived });
export const notApplicableIcon = new LabIcon({ name: 'jupyter-gov:not-applicable', svgstr: notApplicable });
