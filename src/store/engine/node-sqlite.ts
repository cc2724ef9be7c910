// SQLite as Node itself brings it along, behind the calls of better-sqlite3: for machines whose C library is too old for the addon.
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Database, Engine, Statement, Transaction } from './database.ts';

export const nodeSqlite: Engine = {
  name: 'node:sqlite',
  open: (file, { timeoutMs, isReadOnly = false }) => {
    // Loaded when it is used: where the addon can be loaded nobody pays for it.
    const sqlite = process.getBuiltinModule('node:sqlite');
    return adapted(new sqlite.DatabaseSync(file, { timeout: timeoutMs, readOnly: isReadOnly, allowUnknownNamedParameters: true }));
  },
};

function adapted(db: DatabaseSync): Database {
  return {
    get inTransaction() {
      return db.isTransaction;
    },
    prepare: (sql) => statement(db.prepare(sql)),
    transaction: (act) => transaction(db, act),
    exec: (sql) => db.exec(sql),
    pragma: (source, options) => {
      const asked = db.prepare(`PRAGMA ${source}`);
      return options?.simple === true ? Object.values(asked.get() ?? {})[0] : asked.all();
    },
    close: () => {
      if (db.isOpen) db.close();
    },
  };
}

function statement<P extends unknown[], R>(asked: StatementSync): Statement<P, R> {
  // Tables here are strict, so that only a column of this type holds one; an expression has no type.
  const columns = asked.columns();
  const blobs = columns.filter(({ type }) => type === null || type === 'BLOB').map(({ name }) => name);
  const bound = (parameters: P) => parameters as unknown as SQLInputValue[];
  const shaped = (row: unknown): R => (blobs.length === 0 ? row : withBuffers(row as Row, blobs)) as R;
  return {
    run: (...parameters) => asked.run(...bound(parameters)) as ReturnType<Statement<P, R>['run']>,
    get: (...parameters) => {
      const row = asked.get(...bound(parameters));
      return row === undefined ? undefined : shaped(row);
    },
    all: (...parameters) => {
      const rows = asked.all(...bound(parameters));
      return blobs.length === 0 ? (rows as R[]) : rows.map(shaped);
    },
    iterate: function* (...parameters) {
      for (const row of asked.iterate(...bound(parameters))) yield shaped(row);
    },
  };
}

type Row = Record<string, unknown>;

/** The same bytes, under the class that everybody here expects. */
function withBuffers(row: Row, blobs: readonly string[]): Row {
  for (const name of blobs) {
    const value = row[name];
    if (value instanceof Uint8Array) row[name] = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
  return row;
}

function transaction<A extends unknown[], T>(db: DatabaseSync, act: (...given: A) => T): Transaction<A, T> {
  const within =
    (begin: string) =>
    (...given: A): T => {
      const steps = db.isTransaction ? inner : { ...outer, begin };
      db.exec(steps.begin);
      try {
        const answer = act(...given);
        db.exec(steps.end);
        return answer;
      } catch (error) {
        // SQLite itself has undone it where the disk was full or a page could not be read.
        if (db.isTransaction) db.exec(steps.undo);
        throw error;
      }
    };
  return Object.assign(within('BEGIN'), { immediate: within('BEGIN IMMEDIATE') });
}

const outer = { end: 'COMMIT', undo: 'ROLLBACK' };
const inner = { begin: 'SAVEPOINT part', end: 'RELEASE part', undo: 'ROLLBACK TO part; RELEASE part' };
