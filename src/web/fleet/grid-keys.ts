// Where a key leads in the matrix. Pure.

export interface Place {
  readonly row: number;
  readonly column: number;
}

export interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** Rows that a page is. */
  readonly page: number;
}

/** https://www.w3.org/WAI/ARIA/apg/patterns/grid/ — null: the key is not the grid's. */
export function placeAfter(key: string, isWithControl: boolean, { row, column }: Place, { rows, columns, page }: Grid): Place | null {
  const at = (nextRow: number, nextColumn: number): Place => ({
    row: Math.min(Math.max(nextRow, 0), rows - 1),
    column: Math.min(Math.max(nextColumn, 0), columns - 1),
  });
  switch (key) {
    case 'ArrowUp':
      return at(row - 1, column);
    case 'ArrowDown':
      return at(row + 1, column);
    case 'ArrowLeft':
      return at(row, column - 1);
    case 'ArrowRight':
      return at(row, column + 1);
    case 'Home':
      return at(isWithControl ? 0 : row, 0);
    case 'End':
      return at(isWithControl ? rows - 1 : row, columns - 1);
    case 'PageUp':
      return at(row - page, column);
    case 'PageDown':
      return at(row + page, column);
    default:
      return null;
  }
}
