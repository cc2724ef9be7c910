// kill -9 in the middle of what is written together: the file is sound, what was acknowledged is there, and nothing is there by halves.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fleetFile, openFleet } from '../../../test/support/fleet-store.ts';
import { openSqlite } from '../../../test/support/sqlite.ts';
import type { FleetStore } from './store.ts';

const kills = 12;
const targets = ['https://a', 'https://b'];

/** Writes one page of each target after the other, together with how far each was read, and says when it is on disk. */
const program = (file: string): string => `
  import { writeSync } from 'node:fs';
  import { openFleetStore } from ${JSON.stringify(join(import.meta.dirname, 'open.ts'))};
  import { keptNode, row } from ${JSON.stringify(join(import.meta.dirname, '../../../test/support/fleet-store.ts'))};
  const { store } = openFleetStore({ file: ${JSON.stringify(file)}, now: 1 });
  const nodes = ${JSON.stringify(targets)}.map((target) => store.nodes.all().find((node) => node.target === target) ??
    keptNode({ target, stream: store.nodes.beginStream(target, { instanceId: 'i', nodeId: target, at: 1 }) }));
  for (let cursor = nodes[0].cursor; ; cursor += 20) {
    store.together(() => {
      for (const { target, stream } of nodes) {
        const rows = Array.from({ length: 20 }, (_, n) => row(cursor + n + 1, { outcome: { kind: 'observed', facts: { n: n % 7, cursor } } }));
        store.observations.take({ stream, observations: rows, moved: [] });
        store.nodes.keep(keptNode({ target, stream, cursor: cursor + 20 }));
        store.nodes.note({ at: cursor, target, kind: 'found', detail: '' });
      }
      store.verdicts.confirm({ group: 'g', pair: null }, cursor % 40 === 0 ? 'ready' : 'not-ready', cursor, 100);
    });
    store.maintain(4e12, { keepMs: 1e13, bytesMax: 1e13, receiptsKeepMs: 1e13 });
    writeSync(1, (cursor + 20) + '\\n');
  }`;

/** Runs it, kills it some milliseconds after its first transaction, and answers the last one that it acknowledged. */
function runAndKill(file: string, afterMs: number): Promise<number> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program(file)], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [said, failed] = ['', ''];
  child.stderr.on('data', (chunk) => (failed += String(chunk)));
  child.stdout.on('data', (chunk) => {
    if (said === '') setTimeout(() => child.kill('SIGKILL'), afterMs);
    said += String(chunk);
  });
  return new Promise((done, fail) =>
    child.on('close', (_, signal) => {
      if (signal !== 'SIGKILL') fail(new Error(failed));
      // What is after the last line break was cut off by the kill.
      else done(Number(said.split('\n').at(-2)));
    }),
  );
}

function expectWhole(store: FleetStore, acknowledged: number): void {
  const nodes = store.nodes.all();
  const [cursor] = nodes.map((node) => node.cursor);
  expect(cursor).toBeGreaterThanOrEqual(acknowledged);
  expect(nodes.map((node) => [node.target, node.cursor])).toEqual(targets.map((target) => [target, cursor]));
  for (const { stream } of nodes) expect(store.observations.count(stream!)).toEqual({ rows: cursor, newestSeq: cursor });
  const events = store.nodes.events({ limit: 1_000_000 });
  expect(events).toHaveLength((2 * cursor!) / 20);
  expect(store.verdicts.latest({ group: 'g', pair: null })?.until).toBe(cursor! - 20);
}

function expectSound(file: string): void {
  const db = openSqlite(file);
  try {
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    const wrong = db.prepare('SELECT id FROM bodies b WHERE refs <> (SELECT count(*) FROM observations WHERE body_id = b.id)');
    expect(wrong.all()).toEqual([]);
  } finally {
    db.close();
  }
}

test(`${kills} kills leave all of a transaction or nothing, and everything that was acknowledged`, { timeout: 60_000 }, async () => {
  const file = fleetFile();
  let before = 0;
  for (let kill = 0; kill < kills; kill++) {
    const acknowledged = await runAndKill(file, Math.random() * 60);
    expect(acknowledged).toBeGreaterThan(before);
    const store = openFleet(file);
    expectWhole(store, acknowledged);
    before = store.nodes.all()[0]!.cursor;
    store.close();
    expectSound(file);
  }
});
