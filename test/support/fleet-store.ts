// A collector's history in a temporary folder, and rows as nodes tell them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Moved } from '../../src/contract/changes.ts';
import type { Observation } from '../../src/contract/observation.ts';
import { openFleetStore } from '../../src/store/fleet/open.ts';
import type { FleetStore, KeptNode } from '../../src/store/fleet/store.ts';

export const fleetStart = Date.parse('2026-03-01T00:00:00Z');

export function fleetFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'collector.db');
}

/** Closed with the test, if not before. */
export function openFleet(file: string = fleetFile()): FleetStore {
  const opened = openFleetStore({ file, now: fleetStart });
  if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened));
  onTestFinished(() => opened.store.close());
  return opened.store;
}

/** The same file, opened by the next collector. */
export function reopened(store: FleetStore): FleetStore {
  store.close();
  return openFleet(store.file);
}

let begun = 0;

/** A target that goes on with a history of its own. */
export function newStream(store: FleetStore, target = `https://node-${++begun}.example.com:7807`): number {
  const stream = store.nodes.beginStream(target, { instanceId: `instance-${begun}`, nodeId: `node-${begun}`, at: fleetStart });
  store.nodes.keep(keptNode({ target, stream }));
  return stream;
}

export const keptNode = (more: Partial<KeptNode> = {}): KeptNode => ({
  target: 'https://app1-zrh.example.com:7807',
  stream: null,
  instanceId: 'instance',
  nodeId: 'node',
  runIds: ['first', 'second'],
  cursor: 0,
  newestSeq: 0,
  heardAt: fleetStart,
  clockOffsetMs: -3,
  clockErrorMs: 1.5,
  revision: null,
  description: null,
  standing: [],
  ...more,
});

/** Row `seq` of the check `dns`, which saw something of its own. */
export const row = (seq: number, more: Partial<Observation> = {}): Observation => ({
  seq,
  check: 'dns',
  probe: 'dns',
  factsVersion: 1,
  outcome: { kind: 'observed', facts: { seq } },
  firstAt: fleetStart + seq * 60_000,
  lastAt: fleetStart + seq * 60_000,
  count: 1,
  tookMs: 1.5,
  readings: [],
  trail: [],
  ...more,
});

export const unseenRow = (seq: number, more: Partial<Observation> = {}): Observation =>
  row(seq, { outcome: { kind: 'unseen', reason: 'timeout', detail: 'no answer within the time limit' }, ...more });

export const movedTo = (seq: number, minutes: number, count: number, check = 'dns'): Moved => ({
  check,
  seq,
  lastAt: fleetStart + minutes * 60_000,
  count,
});

export function takeRows(store: FleetStore, stream: number, ...observations: readonly Observation[]): void {
  store.observations.take({ stream, observations: [...observations], moved: [] });
}
