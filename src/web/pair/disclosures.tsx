// Parts of one thing that open below it, each by its own button: several may be open at once.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import './panels.css';

export interface Part {
  readonly key: string;
  readonly title: string;
  /** Made only while it is open, so that nothing is asked that nobody reads. */
  readonly content: () => ComponentChildren;
}

export interface DisclosuresProps {
  /** Unique in the page. */
  readonly id: string;
  readonly parts: readonly Part[];
  readonly openAtFirst: readonly string[];
  /** What stands behind the buttons, in their line. */
  readonly aside?: ComponentChildren;
}

export function Disclosures({ id, parts, openAtFirst, aside }: DisclosuresProps) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set(openAtFirst));
  const toggle = (key: string) =>
    setOpen((before) => (before.has(key) ? new Set([...before].filter((one) => one !== key)) : new Set([...before, key])));
  return (
    <>
      <div class="disclosures">
        {parts.map(({ key, title }) => (
          <button
            key={key}
            type="button"
            class="disclosure"
            aria-expanded={open.has(key)}
            aria-controls={open.has(key) ? `${id}-${key}` : undefined}
            onClick={() => toggle(key)}
          >
            {title}
          </button>
        ))}
        {aside}
      </div>
      {parts
        .filter(({ key }) => open.has(key))
        .map(({ key, title, content }) => (
          <section key={key} id={`${id}-${key}`} class="disclosed" aria-label={title}>
            {content()}
          </section>
        ))}
    </>
  );
}
