// A piece of a grid by its role. No table: it would say that all its rows are there, of which only those in sight are drawn.
import type { JSX } from 'preact';

type GridPartProps = JSX.IntrinsicElements['div'] & {
  readonly role: 'grid' | 'rowgroup' | 'row' | 'rowheader' | 'columnheader' | 'gridcell';
};

/** What of it takes the focus, itself or a link within, is for who uses it to say. */
export const GridPart = (props: GridPartProps) => <div {...props} />;
