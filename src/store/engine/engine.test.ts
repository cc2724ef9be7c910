// What the history relies on holds with either SQLite, and what one wrote the other reads.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fleetStart, keptNode, row } from '../../../test/support/fleet-store.ts';
import { betterSqlite3 } from './better-sqlite3.ts';
import type { Database, Engine } from './database.ts';
import { codeOf } from './error-code.ts';
import { nodeSqlite } from './node-sqlite.ts';

const engines = [betterSqlite3, nodeSqlite];

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'store-engine-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'one.db');
}

function open(engine: Engine, file = newFile(), isReadOnly = false): Database {
  const db = engine.open(file, { timeoutMs: 0, isReadOnly });
  onTestFinished(() => void db.close());
  return db;
}

const table = 'CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT UNIQUE, size REAL, bytes BLOB) STRICT';

function withTable(engine: Engine, file?: string): Database {
  const db = open(engine, file);
  db.exec(table);
  return db;
}

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

const count = (db: Database): unknown => db.prepare<[], { n: number }>('SELECT count(*) AS n FROM things').get()?.n;

describe.each(engines)('$name', (engine) => {
  test('gives back what was put in: numbers, text, null and bytes as a Buffer', () => {
    const db = withTable(engine);
    const put = db.prepare<[number, string | null, number, Uint8Array | null]>('INSERT INTO things VALUES (?, ?, ?, ?)');
    expect(put.run(7, 'ä\u{1f600}', 1.5, Buffer.from([0, 255]))).toEqual({ changes: 1, lastInsertRowid: 7 });
    put.run(2 ** 53 - 1, null, -0.1, null);
    put.run(9, '', 3, Uint8Array.of());
    const all = db.prepare<[], { bytes: Buffer | null }>('SELECT * FROM things ORDER BY size');
    const rows = [
      { id: 2 ** 53 - 1, name: null, size: -0.1, bytes: null },
      { id: 7, name: 'ä\u{1f600}', size: 1.5, bytes: Buffer.from([0, 255]) },
      { id: 9, name: '', size: 3, bytes: Buffer.of() },
    ];
    expect(all.all()).toEqual(rows);
    expect([...all.iterate()]).toEqual(rows);
    expect(all.get()).toEqual(rows[0]);
    expect(all.all().map(({ bytes }) => Buffer.isBuffer(bytes))).toEqual([false, true, true]);
  });

  test('gives bytes out of an expression and out of a row that was removed', () => {
    const db = withTable(engine);
    db.prepare<[Buffer]>('INSERT INTO things (bytes) VALUES (?)').run(Buffer.from('abc'));
    expect(db.prepare('SELECT coalesce(bytes, NULL) AS found FROM things').get()).toEqual({ found: Buffer.from('abc') });
    expect(db.prepare<[number]>('DELETE FROM things WHERE id = ? RETURNING bytes').get(1)).toEqual({ bytes: Buffer.from('abc') });
    expect(count(db)).toBe(0);
  });

  test('a question without an answer is undefined, and one for all of them empty', () => {
    const db = withTable(engine);
    const ask = db.prepare<[number]>('SELECT id FROM things WHERE id = ?');
    expect([ask.get(1), ask.all(1), [...ask.iterate(1)]]).toEqual([undefined, [], []]);
  });

  test('members of an object are bound by name, and those that nobody asks for are left out', () => {
    const db = withTable(engine);
    db.prepare<[object]>('INSERT INTO things (id, name) VALUES (@id, @name)').run({ id: 3, name: 'three', more: 'left out' });
    expect(db.prepare('SELECT id, name FROM things').get()).toEqual({ id: 3, name: 'three' });
  });

  test('counts what a statement changed, and nothing where it changed nothing', () => {
    const db = withTable(engine);
    const put = db.prepare<[string]>('INSERT INTO things (name) VALUES (?) ON CONFLICT DO NOTHING');
    expect([put.run('a').changes, put.run('a').changes]).toEqual([1, 0]);
    expect(db.prepare<[string]>('UPDATE things SET size = 1 WHERE name = ?').run('b').changes).toBe(0);
  });

  test('a loop over rows may end early, and the same question be asked again', () => {
    const db = withTable(engine);
    db.exec(`INSERT INTO things (name) VALUES ('a'), ('b'), ('c')`);
    const ask = db.prepare<[], { name: string }>('SELECT name FROM things ORDER BY name');
    for (const { name } of ask.iterate()) {
      expect(db.prepare('SELECT count(*) AS n FROM things').get()).toEqual({ n: 3 });
      if (name === 'b') break;
    }
    db.exec('DELETE FROM things');
    expect(ask.all()).toEqual([]);
  });

  test('what throws inside a transaction undoes all of it, and inside another one its own part alone', () => {
    const db = withTable(engine);
    const add = db.prepare<[string]>('INSERT INTO things (name) VALUES (?)');
    const inner = db.transaction((name: string) => {
      add.run(name);
      if (name === 'bad') throw new Error('as it should');
    });
    const outer = db.transaction((names: readonly string[]) => {
      add.run('first');
      for (const name of names) {
        if (name === 'bad') expect(() => inner.immediate(name)).toThrow('as it should');
        else inner(name);
      }
      return db.inTransaction;
    });
    expect(outer.immediate(['good', 'bad'])).toBe(true);
    expect([count(db), db.inTransaction]).toEqual([2, false]);
    expect(() => inner('bad')).toThrow('as it should');
    expect([count(db), db.inTransaction]).toEqual([2, false]);
  });

  test('a transaction that SQLite itself undid throws what SQLite said', () => {
    const db = withTable(engine);
    db.pragma('max_page_count = 8');
    const fill = db.transaction(() => db.prepare('INSERT INTO things (bytes) VALUES (zeroblob(100000))').run());
    expect(codeOf(thrownBy(() => fill.immediate()))).toBe('SQLITE_FULL');
    expect([count(db), db.inTransaction]).toEqual([0, false]);
  });

  test('pragmas answer rows, or their first value', () => {
    const db = withTable(engine);
    expect(db.pragma('journal_mode = WAL', { simple: true })).toBe('wal');
    db.pragma('user_version = 4');
    expect(db.pragma('user_version')).toEqual([{ user_version: 4 }]);
    expect(db.pragma('quick_check(1)', { simple: true })).toBe('ok');
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
  });

  test.each([
    ['SQLITE_CONSTRAINT', (db: Database) => db.exec(`INSERT INTO things (name) VALUES ('a'), ('a')`)],
    ['SQLITE_CONSTRAINT', (db: Database) => db.exec(`INSERT INTO things (size) VALUES ('no number')`)],
    ['SQLITE_ERROR', (db: Database) => db.prepare('SELECT nothing FROM things')],
    ['SQLITE_ERROR', (db: Database) => db.prepare('SELECT "nothing" FROM things')],
    ['SQLITE_READONLY', (_: Database, file: string) => open(engine, file, true).exec('DELETE FROM things')],
    ['SQLITE_BUSY', (db: Database, file: string) => db.transaction(() => open(engine, file).exec('BEGIN EXCLUSIVE')).immediate()],
    ['SQLITE_NOTADB', () => open(engine, poem()).pragma('user_version')],
    ['SQLITE_CORRUPT', () => open(engine, noise(engine)).prepare('SELECT * FROM things').all()],
  ] as const)('what is wrong has a name: %s', (code, act) => {
    const file = newFile();
    const db = withTable(engine, file);
    expect(codeOf(thrownBy(() => act(db, file)))).toMatch(new RegExp(`^${code}`));
  });

  test('may be closed twice', () => {
    const db = open(engine);
    db.close();
    expect(() => db.close()).not.toThrow();
  });
});

function poem(): string {
  const file = newFile();
  writeFileSync(file, 'this is no database at all, it is a poem of some length '.repeat(40));
  return file;
}

/** Sound on its first page, noise on the others. */
function noise(engine: Engine): string {
  const file = newFile();
  const db = withTable(engine, file);
  db.exec('INSERT INTO things (bytes) VALUES (zeroblob(9000))');
  db.close();
  const page = openSync(file, 'r+');
  writeSync(page, Buffer.alloc(4_096, 0xa5), 0, 4_096, 4_096);
  return file;
}

test('what did not come from SQLite has no such name', () => {
  expect([new Error('x'), Object.assign(new Error('x'), { code: 'ENOSPC' }), 'x', null].map(codeOf)).toEqual(['', '', '', '']);
});

/** A process of its own with this engine: two of them in one would drop each other's locks. Answers what the program printed. */
function inProcess(engine: Engine, program: string): string {
  const imports = `import { openFleetStore } from ${JSON.stringify(join(import.meta.dirname, '../fleet/open.ts'))};
    import { openStore } from ${JSON.stringify(join(import.meta.dirname, '../open.ts'))};
    import { chosenEngine } from ${JSON.stringify(join(import.meta.dirname, 'engine.ts'))};`;
  const done = spawnSync(process.execPath, ['--input-type=module', '-e', `${imports}\n${program}`], {
    encoding: 'utf8',
    env: { ...process.env, UNDERSTUDY_STORE_ENGINE: engine.name },
  });
  // A warning of an experimental module would stand here.
  expect(done.stderr).toBe('');
  return done.stdout;
}

const turns = [
  [betterSqlite3, nodeSqlite],
  [nodeSqlite, betterSqlite3],
] as const;

test.each(turns)('a fleet’s history that $name wrote and was killed over is read and gone on with by the other', (writer, reader) => {
  const file = newFile();
  const kept = keptNode({ description: { long: 'x'.repeat(2_000) } as never, revision: 'r' });
  const rows = [1, 2, 3].map((seq) => row(seq));
  const opened = `const { store } = openFleetStore({ file: ${JSON.stringify(file)}, now: ${fleetStart} });`;
  const read = 'console.log(JSON.stringify([store.nodes.all(), store.observations.history(1, "dns", { limit: 9 })]))';
  const written = inProcess(
    writer,
    `${opened}
     const stream = store.nodes.beginStream('one', { instanceId: 'i', nodeId: 'n', at: 1 });
     store.nodes.keep({ ...${JSON.stringify(kept)}, stream });
     store.observations.take({ stream, observations: ${JSON.stringify(rows)}, moved: [] });
     ${read};
     console.error = () => {};
     process.kill(process.pid, 'SIGKILL')`,
  );
  expect(written).toContain('"seq":3');
  // What was not checkpointed lies in the write-ahead log of the one that was killed.
  expect(inProcess(reader, `${opened} ${read}; store.close()`)).toBe(written);
  const more = JSON.stringify([row(4)]);
  const goOn = `store.observations.take({ stream: 1, observations: ${more}, moved: [] }); store.close()`;
  inProcess(reader, `${opened} ${goOn}`);
  expect(inProcess(writer, `${opened} ${read}; store.close()`)).toContain('"seq":4');
});

test.each(turns)('a history of $name is refused to the other while it is open', (holder, other) => {
  const file = newFile();
  const ask = `console.log(openStore({ file: ${JSON.stringify(file)}, now: 1 }).kind)`;
  const program = `${ask}; const { spawnSync } = await import('node:child_process');
    process.stdout.write(spawnSync(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(
      `import { openStore } from ${JSON.stringify(join(import.meta.dirname, '../open.ts'))}; ${ask}`,
    )}], { env: { ...process.env, UNDERSTUDY_STORE_ENGINE: ${JSON.stringify(other.name)} } }).stdout); process.exit()`;
  expect(inProcess(holder, program)).toBe('opened\nlocked\n');
});
