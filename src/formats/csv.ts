// Writes tables as RFC 4180 has them, so that a spreadsheet shows what was meant and computes nothing of it.

export type CsvCell = string | number | boolean | null;

/** Lines end with CRLF; nothing is an empty cell. */
export const csv = (header: readonly string[], rows: readonly (readonly CsvCell[])[]): string =>
  [header, ...rows].map((row) => `${row.map(cellText).join(',')}\r\n`).join('');

function cellText(cell: CsvCell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell);
  const text = defused(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Spreadsheets take these for the beginning of a formula, quoted or not (OWASP, CSV injection): the signs themselves, as wide as they are written
 * in East Asia too (Excel takes them for the narrow ones), also behind blanks, which some leave out; and a tab or an end of line, whatever follows.
 */
const formula = /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/;

const defused = (text: string): string => (formula.test(text) ? `'${text}` : text);
