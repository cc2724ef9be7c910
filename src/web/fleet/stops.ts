// Where the focus can stand in the matrix: one place of it is in the order of the page, the arrows lead to the others.

/** Attributes of an element that can have the focus. */
export interface Stop {
  readonly tabIndex: 0 | -1;
  readonly 'data-row': number;
  readonly 'data-column': number;
}

export const stopAt = (row: number, column: number, activeColumn: number): Stop => ({
  tabIndex: column === activeColumn ? 0 : -1,
  'data-row': row,
  'data-column': column,
});
