import * as React from 'react';

interface ITabsProps<T extends string> {
  label: string;
  tabs: readonly { readonly id: T; readonly title: string }[];
  selected: T;
  /** The id of the element that the tabs control. */
  panelId: string;
  onSelect: (id: T) => void;
}

/** A choice of one of several views; the arrow keys move it, Home and End lead to its ends. */
export function Tabs<T extends string>(props: ITabsProps<T>): React.ReactElement {
  const { label, tabs, selected, panelId, onSelect } = props;
  const list = React.useRef<HTMLDivElement>(null);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const place = tabs.findIndex(tab => tab.id === selected);
    const places: Record<string, number> = {
      ArrowLeft: (place - 1 + tabs.length) % tabs.length,
      ArrowRight: (place + 1) % tabs.length,
      Home: 0,
      End: tabs.length - 1
    };
    const next = places[event.key];
    const tab = next === undefined ? undefined : tabs[next];
    if (tab && next !== undefined) {
      event.preventDefault();
      onSelect(tab.id);
      (list.current?.children[next] as HTMLElement | undefined)?.focus();
    }
  };
  return (
    <div ref={list} role="tablist" aria-label={label} className="jp-Governance-tabs">
      {tabs.map(tab => (
        <button
          key={tab.id}
          type="button"
          role="tab"
          className="jp-Governance-tab"
          aria-selected={tab.id === selected}
          aria-controls={panelId}
          tabIndex={tab.id === selected ? 0 : -1}
          onClick={() => onSelect(tab.id)}
          onKeyDown={onKeyDown}
        >
          {tab.title}
        </button>
      ))}
    </div>
  );
}
