/** The icons that JupyterLab does not have. Those of a status take the colour of the text around them. */

import { LabIcon } from '@jupyterlab/ui-components';

import failed from '../../style/icons/failed.svg';
import finished from '../../style/icons/finished.svg';
import governance from '../../style/icons/governance.svg';
import info from '../../style/icons/info.svg';
import running from '../../style/icons/running.svg';
import tracking from '../../style/icons/tracking.svg';
import warning from '../../style/icons/warning.svg';

export const governanceIcon = new LabIcon({ name: 'jupyter-gov:governance', svgstr: governance });
/** The shield, filled: tracking is on. */
export const trackingIcon = new LabIcon({ name: 'jupyter-gov:tracking', svgstr: tracking });
export const finishedIcon = new LabIcon({ name: 'jupyter-gov:finished', svgstr: finished });
export const failedIcon = new LabIcon({ name: 'jupyter-gov:failed', svgstr: failed });
export const runningIcon = new LabIcon({ name: 'jupyter-gov:running', svgstr: running });
export const infoIcon = new LabIcon({ name: 'jupyter-gov:info', svgstr: info });
export const warningIcon = new LabIcon({ name: 'jupyter-gov:warning', svgstr: warning });
