// Rows with their columns in line.

import { shownText } from './escape.ts';
import type { Painter } from './paint.ts';
import { padEnd, widthOf } from './width.ts';

export function table(head: readonly string[], rows: readonly (readonly string[])[], paint: Painter): readonly string[] {
  const shown = rows.map((row) => row.map(shownText));
  const widths = head.map((title, column) => Math.max(widthOf(title), ...shown.map((row) => widthOf(row[column] ?? ''))));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => padEnd(cell, widths[column]!))
      .join('  ')
      .trimEnd();
  return shown.length === 0 ? [] : [paint(line(head), 'dim'), ...shown.map(line)];
}
