// What is known of a node as the judge needs it: by the collector's clock, and nothing in it that a rule could misread.
import type { StandingRow, WatchedCheck } from '../contract/changes.ts';
import type { CheckState, Observation, Snapshot } from '../contract/observation.ts';
import { unseen } from '../contract/outcome.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { schemaProblems } from '../contract/schema.ts';
import type { CheckSight } from '../store/observations.ts';
import type { Seen } from './node/sight.ts';

export interface SnapshotParts {
  readonly probes: ReadonlyMap<string, AnyProbe>;
  readonly sight: (stream: number, check: string) => CheckSight | null;
  /** Where its rows stand, by check. */
  readonly standing: (seen: Seen) => ReadonlyMap<string, StandingRow>;
}

/** Null for a node that was never heard. */
export function snapshotOf(parts: SnapshotParts, seen: Seen): Snapshot | null {
  const { known, identity } = seen;
  const { stream, description } = known;
  if (stream === null || description === null || identity === null || known.heardAt === null) return null;
  const standing = parts.standing(seen);
  return {
    format: 'understudy-snapshot/1',
    node: identity,
    takenAt: known.heardAt,
    seq: known.cursor,
    checks: description.checks.map((watched) => stateOf(parts, seen, watched, standing)),
    notTold: [...description.notTold],
  };
}

/** The same of one check alone; null for one that it does not watch. */
export function checkStateOf(parts: SnapshotParts, seen: Seen, check: string): CheckState | null {
  const watched = seen.known.description?.checks.find((one) => one.check === check);
  return watched === undefined ? null : stateOf(parts, seen, watched, parts.standing(seen));
}

function stateOf(parts: SnapshotParts, { known }: Seen, watched: WatchedCheck, standing: ReadonlyMap<string, StandingRow>): CheckState {
  const sight = known.stream === null ? null : parts.sight(known.stream, watched.check);
  if (sight === null) return { ...watched, current: null, lastObserved: null };
  const shiftMs = -shiftOf(known);
  const current = overlaid(sight.current, standing.get(watched.check));
  return {
    ...watched,
    current: shifted(readable(parts.probes, current), shiftMs),
    lastObserved: sight.lastObserved === null ? null : shiftedIfReadable(parts.probes, sight.lastObserved, shiftMs),
  };
}

/** A row of its history, by the collector's clock. */
export const pastRow = ({ probes }: Pick<SnapshotParts, 'probes'>, { known }: Seen, row: Observation): Observation =>
  shifted(readable(probes, row), -shiftOf(known));

/** The same by the clock of a node: what it compares with its own looks. */
export function inClockOf(seen: Seen, snapshot: Snapshot): Snapshot {
  const shiftMs = shiftOf(seen.known);
  if (shiftMs === 0) return snapshot;
  const both = (one: Observation | null): Observation | null => (one === null ? null : shifted(one, shiftMs));
  return {
    ...snapshot,
    takenAt: snapshot.takenAt + shiftMs,
    checks: snapshot.checks.map((state) => ({ ...state, current: both(state.current), lastObserved: both(state.lastObserved) })),
  };
}

/** Below its own error an offset may be none at all. */
export function shiftOf({ clockOffsetMs, clockErrorMs }: Seen['known']): number {
  if (clockOffsetMs === null || Math.abs(clockOffsetMs) <= (clockErrorMs ?? 0)) return 0;
  return Math.round(clockOffsetMs);
}

/** A row moves with every look, and where it stands comes with every poll; the row itself came once. */
export function overlaid(row: Observation, stands: StandingRow | undefined): Observation {
  if (stands === undefined || stands.seq !== row.seq) return row;
  return { ...row, lastAt: Math.max(row.lastAt, stands.lastAt), count: Math.max(row.count, stands.count), readings: stands.readings };
}

const shifted = (row: Observation, ms: number): Observation =>
  ms === 0 ? row : { ...row, firstAt: row.firstAt + ms, lastAt: row.lastAt + ms };

/** Facts that do not fit are no facts: a rule that reads on after them would say something about nothing. */
const readable = (probes: SnapshotParts['probes'], row: Observation): Observation =>
  isReadable(probes, row) ? row : { ...row, outcome: notWhatItSees, readings: [] };

const notWhatItSees = unseen('unparsable', 'the facts that the agent sent are not what this probe sees') as Observation['outcome'];

const shiftedIfReadable = (probes: SnapshotParts['probes'], row: Observation, ms: number): Observation | null =>
  isReadable(probes, row) ? shifted(row, ms) : null;

/** Facts of another version, or of a probe that is not known here, are left to the judge, which does not compare them. */
function isReadable(probes: SnapshotParts['probes'], { probe, factsVersion, outcome }: Observation): boolean {
  const known = probes.get(probe);
  if (outcome.kind !== 'observed' || known === undefined || known.factsVersion !== factsVersion) return true;
  return schemaProblems(known.facts, outcome.facts).length === 0;
}
