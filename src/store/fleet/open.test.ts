import { expect, test } from 'vitest';
import { fleetFile, keptNode, newStream, openFleet, row, takeRows } from '../../../test/support/fleet-store.ts';
import { standingOf } from '../../../test/support/receipt.ts';
import { openSqlite } from '../../../test/support/sqlite.ts';
import { openStore } from '../open.ts';
import { migrations } from './migrations.ts';
import { openFleetStore } from './open.ts';

test('what is written together is there as a whole or not at all, also when one part was a whole by itself', () => {
  const store = openFleet();
  const stream = newStream(store);
  const before = store.nodes.all().length;
  expect(() =>
    store.together(() => {
      takeRows(store, stream, row(1));
      store.together(() => store.findings.save('billing', 'app1', [standingOf()]));
      store.nodes.keep(keptNode({ target: 'https://z' }));
      store.deliveries.add({ channel: 'ops', key: 'a', group: 'billing', createdAt: 5, body: {}, nextAt: 6 });
      throw new Error('too late');
    }),
  ).toThrow('too late');
  expect(store.observations.count(stream).rows).toBe(0);
  expect([store.nodes.all().length, store.findings.pairs(), store.deliveries.waiting('ops', 9)]).toEqual([before, [], []]);
});

test('a transaction answers what it was asked for', () => {
  expect(openFleet().together(() => 'answer')).toBe('answer');
});

test('an agent’s history is not taken for a collector’s, nor a newer one for damaged', () => {
  const file = fleetFile();
  const agent = openStore({ file, now: 1 });
  if (agent.kind === 'opened') agent.store.close();
  const opened = openFleetStore({ file, now: 2 });
  expect(opened).toMatchObject({ kind: 'opened', setAside: { reason: 'it is a SQLite file of another program' } });
  if (opened.kind !== 'opened') return;
  opened.store.close();
  const later = openFleetStore({ file, now: 3, migrations: [...migrations, 'CREATE TABLE later (n INTEGER) STRICT;'] });
  expect(later).toMatchObject({ kind: 'opened', setAside: null, store: { instanceId: opened.store.instanceId } });
  if (later.kind === 'opened') later.store.close();
  expect(openFleetStore({ file, now: 4 })).toMatchObject({
    kind: 'newer',
    detail: expect.stringContaining(`has schema ${migrations.length + 1}`),
  });
});

test('every table is strict', () => {
  const store = openFleet();
  const db = openSqlite(store.file, true);
  const lax = db.prepare(`SELECT name FROM pragma_table_list WHERE strict = 0 AND name NOT LIKE 'sqlite_%'`).all();
  db.close();
  expect(lax).toEqual([]);
});
