// Which side is listed: two tabs, gone through with the arrow keys.
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import type { Side } from './use-history.ts';

interface SideTabsProps {
  readonly side: Side;
  readonly onChoose: (side: Side) => void;
  readonly children: ComponentChildren;
}

const titles = { standby: 'Standby', primary: 'Primary' } as const satisfies Record<Side, string>;
const sides = ['standby', 'primary'] as const;

export function SideTabs({ side, onChoose, children }: SideTabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = { ArrowLeft: otherOf(side), ArrowRight: otherOf(side), Home: sides[0], End: sides[1] }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    onChoose(next);
    list.current?.querySelector<HTMLElement>(`#side-${next}`)?.focus();
  };
  return (
    <div>
      <div role="tablist" aria-label="Side" class="side-tabs" ref={list} onKeyDown={onKeyDown}>
        {sides.map((one) => (
          <button
            key={one}
            id={`side-${one}`}
            type="button"
            role="tab"
            class="side-tab"
            aria-selected={one === side}
            aria-controls="side-panel"
            tabIndex={one === side ? 0 : -1}
            onClick={() => onChoose(one)}
          >
            {titles[one]}
          </button>
        ))}
      </div>
      <div id="side-panel" role="tabpanel" aria-labelledby={`side-${side}`} class="side-panel">
        {children}
      </div>
    </div>
  );
}

const otherOf = (side: Side): Side => (side === 'standby' ? 'primary' : 'standby');
