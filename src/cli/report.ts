// One judgement with what it rests on: what every output format is written from.
import type { Judgement } from '../contract/finding.ts';
import type { Snapshot } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';
import type { WaivedFinding } from '../contract/standing.ts';

export interface Report {
  /** The machine that was judged: the standby, or a machine by itself. */
  readonly subject: Snapshot;
  /** Its primary, where it was compared with one. */
  readonly primary: Snapshot | null;
  readonly judgement: Judgement;
  /** Found as well, and accepted by somebody; only an agent that a collector told of them knows any. */
  readonly waived?: readonly WaivedFinding[];
  readonly probes: ReadonlyMap<string, AnyProbe>;
  /** Epoch milliseconds. Ages are counted from here. */
  readonly judgedAt: number;
  /** The machine was judged by itself: rules that need a primary were not asked. */
  readonly isAlone: boolean;
  /** What judges it by itself; null or left out for this machine. */
  readonly aloneCommand?: string | null;
}
