import { expect, test } from 'vitest';
import { fleetStart, keptNode, newStream, openFleet, reopened, row, takeRows } from '../../../test/support/fleet-store.ts';
import type { NodeDescription } from '../../contract/changes.ts';
import type { FleetStore, NodeEvent } from './store.ts';

const description = (name: string): NodeDescription => ({
  identity: {
    id: 'n',
    name,
    hostname: name,
    role: 'standby',
    group: 'billing',
    twin: 'app1',
    site: {},
  } as unknown as NodeDescription['identity'],
  checks: [],
  notTold: [{ probe: 'dns', detail: 'no names' }],
});

test('what is known of a node comes back as it was kept last', () => {
  const store = openFleet();
  const full = keptNode({
    target: 'https://b',
    stream: newStream(store, 'https://b'),
    cursor: 12,
    newestSeq: 14,
    revision: 'r1',
    description: description('app1-zrh'),
    standing: [{ check: 'dns', seq: 12, lastAt: 5, count: 3, readings: [{ name: 'lagMs', subject: '', value: 1.5 }] }],
  });
  const bare = keptNode({ target: 'https://a', instanceId: null, nodeId: null, heardAt: null, clockOffsetMs: null, clockErrorMs: null });
  store.nodes.keep({ ...full, cursor: 3, standing: [] });
  for (const node of [full, bare]) store.nodes.keep(node);
  expect(reopened(store).nodes.all()).toEqual([bare, full]);
});

test('a description is another one with another revision, and goes with the last', () => {
  const store = openFleet();
  const named = () => store.nodes.all().map((node) => node.description?.identity.name);
  store.nodes.keep(keptNode({ revision: 'r1', description: description('before') }));
  store.nodes.keep(keptNode({ revision: 'r2', description: description('after') }));
  expect(named()).toEqual(['after']);
  store.nodes.keep(keptNode({ revision: null, description: description('of no known revision') }));
  expect(named()).toEqual(['of no known revision']);
  store.nodes.keep(keptNode({ revision: null, description: description('of none either') }));
  expect(named()).toEqual(['of none either']);
  store.nodes.keep(keptNode({ revision: 'r2', description: description('after') }));
  store.nodes.keep(keptNode({ revision: 'r2', description: description('not looked at') }));
  expect(named()).toEqual(['after']);
  store.nodes.keep(keptNode({ revision: null, description: null }));
  expect(named()).toEqual([undefined]);
});

test('a target that was forgotten leaves its rows and its events', () => {
  const store = openFleet();
  const stream = newStream(store, 'https://gone');
  takeRows(store, stream, row(1));
  store.nodes.note({ at: 1, target: 'https://gone', kind: 'gone', detail: '' });
  store.nodes.forget('https://gone');
  store.nodes.forget('https://never-there');
  expect(store.nodes.all()).toEqual([]);
  expect(store.observations.sight(stream, 'dns')?.current.seq).toBe(1);
  expect(store.nodes.events({ target: 'https://gone', limit: 9 })).toHaveLength(1);
});

test('a stream that is begun has no number that was given before, though that one is gone', () => {
  const store = openFleet();
  const first = newStream(store, 'https://a');
  store.nodes.forget('https://a');
  const limits = { keepMs: 1, bytesMax: 1e12, receiptsKeepMs: 1e12 };
  while (store.maintain(fleetStart * 2, limits));
  expect(() => takeRows(store, first, row(1))).toThrow();
  expect(newStream(store, 'https://b')).toBeGreaterThan(first);
});

test('what happened to nodes comes by time, of one or of all, with both ends of the span', () => {
  const store = openFleet();
  const events: readonly NodeEvent[] = [30, 10, 20].flatMap((at) =>
    ['https://a', 'https://b'].map((target) => ({ at, target, kind: 'silent' as const, detail: `at ${at}` })),
  );
  for (const event of events) store.nodes.note(event);
  const told = (filter: Omit<Parameters<FleetStore['nodes']['events']>[0], 'limit'>, limit = 9) =>
    store.nodes.events({ ...filter, limit }).map(({ at, target }) => `${at} ${target.at(-1)}`);
  expect(told({})).toEqual(['10 a', '10 b', '20 a', '20 b', '30 a', '30 b']);
  expect(told({ target: 'https://b', from: 10, to: 20 })).toEqual(['10 b', '20 b']);
  expect(told({ from: 20 }, 3)).toEqual(['20 a', '20 b', '30 a']);
});
