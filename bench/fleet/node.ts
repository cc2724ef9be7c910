// One simulated agent: its history as rows that move with every look, told as src/contract/changes.ts says.
import { createHash } from 'node:crypto';
import type { Changes, Moved, NodeDescription } from '../../src/contract/changes.ts';
import type { Observation } from '../../src/contract/observation.ts';
import { packStanding } from '../../src/formats/standing-rows.ts';
import type { SimulatedCheck } from './checks.ts';
import type { Place } from './place.ts';

export interface SimulatedNode {
  readonly place: Place;
  /** Body of `GET /v1/changes`. */
  changes(
    asked: { readonly after: number; readonly limit: number; readonly known: string | null; readonly named: string | null },
    now: number,
  ): string;
  /** From now on a check sees the other thing: what a node with a gap sees, or again what a sound one does. */
  turn(check: string, now: number): void;
  /** Of the description, to be asked for again. */
  readonly revision: string;
}

interface Row {
  readonly seq: number;
  /** Place in the list of checks. */
  readonly check: number;
  readonly isGood: boolean;
  readonly firstAt: number;
  /** Null while it stands. */
  endedAt: number | null;
}

export interface Simulation {
  readonly checks: readonly SimulatedCheck[];
  /** When every history begins. */
  readonly begunAt: number;
  /** Of readings: the same everywhere, as in a fleet whose configuration is kept in one place. */
  readonly names: Changes['named'];
}

export function simulation(checks: readonly SimulatedCheck[], begunAt: number): Simulation {
  const rows = checks.map(({ watched: { check }, readings }) => ({ check, seq: 1, lastAt: 1, count: 1, readings: [...readings] }));
  return { checks, begunAt, names: packStanding(rows, null).named };
}

export function simulatedNode({ checks, begunAt, names }: Simulation, place: Place): SimulatedNode {
  const id = createHash('md5').update(place.name).digest('hex');
  const rows: Row[] = checks.map((_, check) => ({ seq: check + 1, check, isGood: true, firstAt: begunAt, endedAt: null }));
  const standing = [...rows];
  const description: NodeDescription = {
    identity: { id, name: place.name, role: place.role, group: null, twin: null, site: {}, version: '0.1.0' },
    checks: checks.map(({ watched }) => watched),
    notTold: [],
  };
  const revision = createHash('md5').update(`${place.name} described`).digest('hex');
  const lookedAt = (check: number, now: number): number => {
    const { everyMs } = checks[check]!;
    // Each node looks at its own moments, as agents do that were not started together.
    const phase = (place.number * 7_919 + check * 1_543) % everyMs;
    return now - ((now - phase) % everyMs);
  };
  const moved = ({ seq, check, firstAt, endedAt }: Row, now: number): Moved => {
    const { watched, everyMs } = checks[check]!;
    const lastAt = endedAt ?? Math.max(firstAt, lookedAt(check, now));
    return { check: watched.check, seq, lastAt, count: 1 + Math.ceil((lastAt - firstAt) / everyMs) };
  };
  const observation = (row: Row, now: number): Observation => {
    const { watched, sees } = checks[row.check]!;
    const outcome = (row.isGood ? sees.good(place) : sees.bad(place)) as Observation['outcome'];
    const { firstAt } = row;
    return { ...moved(row, now), probe: watched.probe, factsVersion: 1, outcome, firstAt, tookMs: 3.5, readings: [], trail: [] };
  };
  return {
    place,
    revision,
    turn: (check, now) => {
      const at = checks.findIndex(({ watched }) => watched.check === check);
      const before = standing[at]!;
      // A look that sees something else, beside those in its turn.
      before.endedAt = Math.max(before.firstAt, Math.min(lookedAt(at, now), now - 1));
      const row: Row = { seq: rows.length + 1, check: at, isGood: !before.isGood, firstAt: now, endedAt: null };
      rows.push(row);
      standing[at] = row;
    },
    changes: ({ after, limit, known, named }, now) => {
      const page = rows.slice(after, after + limit);
      const ended = page.flatMap(({ seq, check }) => rows.findLast((row) => row.check === check && row.seq < seq) ?? []);
      const cursor = rows[after - 1];
      const head: Omit<Changes, 'current'> = {
        instanceId: id,
        runId: `${id}-${begunAt}`,
        nodeId: id,
        now,
        revision,
        description: known === revision ? null : description,
        named: named === names.print ? { ...names, checks: null } : names,
        observations: page.map((row) => observation(row, now)),
        ended: ended.filter(({ seq }) => seq <= after).map((row) => moved(row, now)),
        cursor: cursor === undefined ? null : { seq: cursor.seq, firstAt: cursor.firstAt },
        oldestSeq: 1,
        newestSeq: rows.length,
        hasMore: rows.length > after + limit,
      };
      const current = [...standing].sort((a, b) => a.seq - b.seq).map((row) => standingText(moved(row, now), checks[row.check]!));
      return `${JSON.stringify(head).slice(0, -1)},"current":[${current.join(',')}]}`;
    },
  };
}

/** Put together by hand: ten thousand of these are told in a minute, on a core that is not measured but has an end. */
const standingText = ({ check, seq, lastAt, count }: Moved, { readings }: SimulatedCheck): string =>
  `{"check":"${check}","seq":${seq},"lastAt":${lastAt},"count":${count},"readings":${readingsText(readings, count)}}`;

/** The last digit moves with every look. */
function readingsText(readings: SimulatedCheck['readings'], count: number): string {
  let texts = written.get(readings);
  if (texts === undefined) {
    texts = Array.from({ length: 10 }, (_, digit) => JSON.stringify(readings.map(({ value }) => Math.round(value * 100 + digit) / 100)));
    written.set(readings, texts);
  }
  return texts[count % 10]!;
}

const written = new WeakMap<SimulatedCheck['readings'], readonly string[]>();
