// Parts of one thing that open below it, each by its own button: several may be open at once.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import './panels.css';

export interface Part {
  readonly key: string;
  readonly title: string;
  /** Made only while it is open, so that nothing is asked that nobody reads. */
  readonly content: () => ComponentChildren;
}

/** Opens or closes the same part of many things at once; each of them may be told otherwise afterwards. */
export interface ForAll {
  readonly key: string;
  readonly isOpen: boolean;
}

export interface DisclosuresProps {
  /** Unique in the page. */
  readonly id: string;
  readonly parts: readonly Part[];
  readonly openAtFirst: readonly string[];
  /** Another value each time it is wished. */
  readonly forAll?: ForAll | null;
  /** What stands behind the buttons, in their line. */
  readonly aside?: ComponentChildren;
}

export function Disclosures({ id, parts, openAtFirst, forAll = null, aside }: DisclosuresProps) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set(openAtFirst));
  const turn = (key: string, isOpenThen: (isOpen: boolean) => boolean) =>
    setOpen((before) => (isOpenThen(before.has(key)) ? new Set([...before, key]) : new Set([...before].filter((one) => one !== key))));
  useEffect(() => {
    if (forAll !== null) turn(forAll.key, () => forAll.isOpen);
  }, [forAll]);
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
            onClick={() => turn(key, (isOpen) => !isOpen)}
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
