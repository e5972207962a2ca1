import * as React from 'react';

interface ISwitchProps {
  label: string;
  isOn: boolean;
  /** Whether it is on its way to where it stands. */
  isBusy: boolean;
  isDisabled: boolean;
  /** The id of the element that says how things stand. */
  describedBy: string;
  onSwitch: (isOn: boolean) => void;
}

/** A switch. It stays focusable when it is disabled, so that its reason can be read. */
export function Switch(props: ISwitchProps): React.ReactElement {
  const { label, isOn, isBusy, isDisabled, describedBy, onSwitch } = props;
  return (
    <button
      type="button"
      role="switch"
      className={`jp-Governance-switch ${isBusy ? 'jp-mod-busy' : ''}`}
      aria-checked={isOn}
      aria-label={label}
      aria-describedby={describedBy}
      aria-disabled={isDisabled || isBusy}
      title={label}
      onClick={() => {
        if (!isDisabled && !isBusy) {
          onSwitch(!isOn);
        }
      }}
    >
      <span className="jp-Governance-switchThumb" aria-hidden="true" />
    </button>
  );
}
