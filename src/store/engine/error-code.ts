// What SQLite says is wrong, under the same name from either engine.

/**
 * SQLite's own name of a result code, as better-sqlite3 gives it: `SQLITE_BUSY`, `SQLITE_IOERR_WRITE`. From Node the primary code's name,
 * which every longer name begins with. Empty for what did not come from SQLite.
 */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return '';
  if (error.code.startsWith('SQLITE_')) return error.code;
  if (error.code !== 'ERR_SQLITE_ERROR' || !('errcode' in error) || typeof error.errcode !== 'number') return '';
  // The low byte of an extended code is the primary one: https://www.sqlite.org/rescode.html
  return `SQLITE_${primaryCodes[error.errcode & 0xff] ?? 'ERROR'}`;
}

const primaryCodes: readonly (string | undefined)[] = [
  ...['OK', 'ERROR', 'INTERNAL', 'PERM', 'ABORT', 'BUSY', 'LOCKED', 'NOMEM', 'READONLY', 'INTERRUPT', 'IOERR', 'CORRUPT', 'NOTFOUND'],
  ...['FULL', 'CANTOPEN', 'PROTOCOL', 'EMPTY', 'SCHEMA', 'TOOBIG', 'CONSTRAINT', 'MISMATCH', 'MISUSE', 'NOLFS', 'AUTH', 'FORMAT'],
  ...['RANGE', 'NOTADB', 'NOTICE', 'WARNING'],
];
