// What the history asks of SQLite: the few calls of better-sqlite3 that are used here. Whatever engine is behind it answers as that does.

export interface Database {
  readonly inTransaction: boolean;
  /** A value for each `?`, or one object with a member for each `@name`. */
  prepare<P extends unknown[] = unknown[], R = unknown>(sql: string): Statement<P, R>;
  transaction<A extends unknown[], T>(act: (...given: A) => T): Transaction<A, T>;
  exec(sql: string): unknown;
  /** All rows; with `simple` the first value alone. */
  pragma(source: string, options?: { readonly simple?: boolean }): unknown;
  /** Once more does nothing. */
  close(): unknown;
}

/** A row is an object by column, with numbers, text, null, and a Buffer for a BLOB. */
export interface Statement<P extends unknown[], R = unknown> {
  run(...parameters: P): RunResult;
  get(...parameters: P): R | undefined;
  all(...parameters: P): R[];
  iterate(...parameters: P): IterableIterator<R>;
}

export interface RunResult {
  readonly changes: number;
  readonly lastInsertRowid: number | bigint;
}

/** All or nothing; a savepoint where a transaction is open already. What `act` throws is thrown on when it was undone. */
export interface Transaction<A extends unknown[], T> {
  (...given: A): T;
  /** Waits for its turn to write before it reads anything. */
  immediate(...given: A): T;
}

export interface OpenParts {
  /** How long to wait for a lock that somebody else holds. */
  readonly timeoutMs: number;
  readonly isReadOnly?: boolean;
}

export interface Engine {
  readonly name: 'better-sqlite3' | 'node:sqlite';
  /** Throws what SQLite throws; `codeOf` tells what that was. */
  open(file: string, parts: OpenParts): Database;
}
