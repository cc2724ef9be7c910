// A table that scrolls sideways by itself where it is wider than the screen, and not the page with it.
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import './table.css';

interface TableProps {
  /** What it lists: read out, and shown where `isCaptionShown`. */
  readonly caption: string;
  readonly isCaptionShown?: boolean;
  /** `<thead>` and `<tbody>`. */
  readonly children: ComponentChildren;
  readonly class?: string;
}

export function Table({ caption, isCaptionShown = false, children, class: more = '' }: TableProps) {
  const captionId = useId();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section class="table-scroll" aria-labelledby={captionId} tabIndex={0}>
      <table class={`table ${more}`.trim()}>
        <caption id={captionId} class={isCaptionShown ? '' : 'visually-hidden'}>
          {caption}
        </caption>
        {children}
      </table>
    </section>
  );
}
