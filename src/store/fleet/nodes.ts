// Keeps of each target how far it was read and what it said of itself, so that a collector goes on where it stopped.

import type { NodeDescription, StandingRow } from '../../contract/changes.ts';
import { pack, unpack } from '../bodies.ts';
import type { Database } from '../engine/database.ts';
import type { FleetNodes, History, KeptNode, NodeEvent } from './store.ts';
import { always } from './time.ts';
import type { Transactions } from './transactions.ts';

export function nodes(db: Database, { together }: Transactions): FleetNodes {
  const s = statements(db);
  const streamOf = (target: string): number | null => s.streamOf.get(target)?.stream ?? null;
  const leave = (stream: number | null): void => {
    if (stream !== null) s.leave.run(stream);
  };
  return {
    all: () => s.all.all().map(toNode),
    keep: (node) =>
      together(() => {
        const before = streamOf(node.target);
        if (before !== node.stream) {
          leave(before);
          if (node.stream !== null) s.goOn.run(node.stream);
        }
        s.put.run(toRow(node));
        describe(s, node);
      }),
    forget: (target) =>
      together(() => {
        leave(streamOf(target));
        s.drop.run(target);
        s.dropDescription.run(target);
      }),
    histories: () => s.histories.all(),
    beginStream: (target, { instanceId, nodeId, at }) => Number(s.begin.run(target, instanceId, nodeId, at).lastInsertRowid),
    note: ({ at, target, kind, detail }) => void s.note.run(at, target, kind, detail),
    events: ({ target, limit, ...span }) => {
      const { from, to } = { ...always, ...span };
      return target === undefined ? s.events.all(from, to, limit) : s.eventsOf.all(target, from, to, limit);
    },
  };
}

interface NodeRow {
  readonly target: string;
  readonly stream: number | null;
  readonly instanceId: string | null;
  readonly nodeId: string | null;
  readonly runIds: string;
  readonly cursor: number;
  readonly newestSeq: number;
  readonly heardAt: number | null;
  readonly clockOffsetMs: number | null;
  readonly clockErrorMs: number | null;
  readonly revision: string | null;
  readonly standing: Buffer;
}

type Statements = ReturnType<typeof statements>;

const event = 'SELECT at, target, kind, detail FROM node_events WHERE';

const statements = (db: Database) => ({
  all: db.prepare<[], NodeRow & { readonly description: Buffer | null }>(
    `SELECT target, stream, instance_id AS instanceId, node_id AS nodeId, run_ids AS runIds, cursor, newest_seq AS newestSeq,
       heard_at AS heardAt, clock_offset_ms AS clockOffsetMs, clock_error_ms AS clockErrorMs, nodes.revision, standing, d.bytes AS description
     FROM nodes LEFT JOIN descriptions d USING (target) ORDER BY target`,
  ),
  put: db.prepare<[NodeRow]>(
    `INSERT INTO nodes VALUES (@target, @stream, @instanceId, @nodeId, @runIds, @cursor, @newestSeq, @heardAt, @clockOffsetMs,
       @clockErrorMs, @revision, @standing)
     ON CONFLICT (target) DO UPDATE SET stream = excluded.stream, instance_id = excluded.instance_id, node_id = excluded.node_id,
       run_ids = excluded.run_ids, cursor = excluded.cursor, newest_seq = excluded.newest_seq, heard_at = excluded.heard_at,
       clock_offset_ms = excluded.clock_offset_ms, clock_error_ms = excluded.clock_error_ms, revision = excluded.revision,
       standing = excluded.standing`,
  ),
  drop: db.prepare<[string]>('DELETE FROM nodes WHERE target = ?'),
  describedAs: db.prepare<[string], { revision: string | null }>('SELECT revision FROM descriptions WHERE target = ?'),
  putDescription: db.prepare<[string, string | null, Buffer]>(
    'INSERT OR REPLACE INTO descriptions (target, revision, bytes) VALUES (?, ?, ?)',
  ),
  dropDescription: db.prepare<[string]>('DELETE FROM descriptions WHERE target = ?'),
  streamOf: db.prepare<[string], { stream: number | null }>('SELECT stream FROM nodes WHERE target = ?'),
  histories: db.prepare<[], History>('SELECT id AS stream, target, begun_at AS begunAt FROM streams ORDER BY id'),
  begin: db.prepare<[string, string, string, number]>('INSERT INTO streams (target, instance_id, node_id, begun_at) VALUES (?, ?, ?, ?)'),
  // Its newest rows may go now, and nobody knows how old they are before retention looks.
  leave: db.prepare<[number]>('UPDATE streams SET is_left = 1, oldest_at = 0 WHERE id = ?'),
  goOn: db.prepare<[number]>('UPDATE streams SET is_left = 0 WHERE id = ?'),
  note: db.prepare<[number, string, string, string]>('INSERT INTO node_events (at, target, kind, detail) VALUES (?, ?, ?, ?)'),
  events: db.prepare<[number, number, number], NodeEvent>(`${event} at >= ? AND at <= ? ORDER BY at, id LIMIT ?`),
  eventsOf: db.prepare<[string, number, number, number], NodeEvent>(`${event} target = ? AND at >= ? AND at <= ? ORDER BY at, id LIMIT ?`),
});

/** Some ten kilobytes, and hardly ever another one. */
function describe(s: Statements, { target, revision, description }: KeptNode): void {
  if (description === null) s.dropDescription.run(target);
  else if (revision === null || s.describedAs.get(target)?.revision !== revision)
    s.putDescription.run(target, revision, pack(JSON.stringify(description)));
}

const toRow = ({ runIds, standing, description: _, ...node }: KeptNode): NodeRow => ({
  ...node,
  runIds: JSON.stringify(runIds),
  standing: pack(JSON.stringify(standing)),
});

const toNode = ({ runIds, standing, description, ...row }: NodeRow & { readonly description: Buffer | null }): KeptNode => ({
  ...row,
  runIds: JSON.parse(runIds) as string[],
  standing: JSON.parse(unpack(standing)) as StandingRow[],
  description: description === null ? null : (JSON.parse(unpack(description)) as NodeDescription),
});
