// Whether a finding would have been made of what the two sides had seen at another time: what opened it is what makes the difference.
import type { WatchedCheck } from '../contract/changes.ts';
import type { Finding } from '../contract/finding.ts';
import type { LawfulDifference } from '../contract/lawful.ts';
import type { NodeIdentity } from '../contract/node.ts';
import type { Observation, Snapshot } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { judgedKey, judgeFully } from './judge.ts';

export interface SideThen {
  readonly node: NodeIdentity;
  readonly watched: WatchedCheck;
  /** What it had seen last. */
  readonly row: Observation;
}

export interface Then {
  /** Epoch milliseconds: one time for all that is asked about, so that time itself makes no difference. */
  readonly now: number;
  readonly standby: SideThen;
  /** Null where the finding is about the standby alone. */
  readonly primary: SideThen | null;
  readonly lawful: readonly LawfulDifference[];
  readonly probes: ReadonlyMap<string, AnyProbe>;
}

/** `unclear`: what was seen cannot be judged now. */
export function madeOf({ now, standby, primary, lawful, probes }: Then, finding: Finding): 'made' | 'not-made' | 'unclear' {
  const { findings, judged } = judgeFully({
    now,
    subject: snapshotThen(standby, now),
    twin: primary === null ? null : snapshotThen(primary, now),
    earlier: [],
    probes,
    lawful,
    mode: primary === null ? 'alone' : 'pair',
    primaryMaxAgeMs: Number.MAX_SAFE_INTEGER,
  });
  if (findings.some(({ id }) => id === finding.id)) return 'made';
  return judged.has(judgedKey(finding.check, finding.kind)) ? 'not-made' : 'unclear';
}

/** As if it had been seen just now. */
const snapshotThen = ({ node, watched, row }: SideThen, now: number): Snapshot => ({
  format: 'understudy-snapshot/1',
  node,
  takenAt: now,
  seq: row.seq,
  checks: [{ ...watched, staleAfterMs: Number.MAX_SAFE_INTEGER, current: row, lastObserved: null }],
  notTold: [],
});
