// The collector's memory: what every node told, what was made of it, who was told, and what was asked at the gate.
import type { Changes, Moved, NodeDescription, StandingRow } from '../../contract/changes.ts';
import type { Verdict } from '../../contract/finding.ts';
import type { NodeTroubleKind } from '../../contract/fleet.ts';
import type { Observation } from '../../contract/observation.ts';
import type { Receipt } from '../../contract/receipt.ts';
import type { FindingEvent, StandingFinding } from '../../contract/standing.ts';
import type { Waiver } from '../../contract/waiver.ts';
import type { CheckSight } from '../observations.ts';

export interface FleetStore {
  /** Random; another one means that the collector's history was begun anew. */
  readonly instanceId: string;
  readonly file: string;
  readonly nodes: FleetNodes;
  readonly observations: FleetObservations;
  readonly findings: FleetFindings;
  readonly verdicts: Verdicts;
  readonly sights: Sights;
  readonly waivers: Waivers;
  readonly deliveries: Deliveries;
  readonly receipts: Receipts;
  /** All or nothing, one synced transaction. One inside another is part of the outer one. */
  together<T>(act: () => T): T;
  /** One step of retention, of some milliseconds; true when there is more to do. */
  maintain(now: number, limits: FleetLimits): boolean;
  sizeBytes(): number;
  /** False when somebody removed the file or put another in its place. */
  isInPlace(): boolean;
  close(): void;
}

export interface FleetLimits {
  /** Rows that ended longer ago than this go; what is current, open or unsent stays whatever its age. */
  readonly keepMs: number;
  readonly bytesMax: number;
  readonly receiptsKeepMs: number;
}

/** What is kept of a target over restarts. */
export interface KeptNode {
  readonly target: string;
  /** Which history of the node its rows belong to; null until it was heard. */
  readonly stream: number | null;
  readonly instanceId: string | null;
  readonly nodeId: string | null;
  /** Starts of the agent that answered here, newest last, a few of them. */
  readonly runIds: readonly string[];
  /** Last sequence number stored here. */
  readonly cursor: number;
  readonly newestSeq: number;
  /** Epoch milliseconds, collector's clock. */
  readonly heardAt: number | null;
  readonly clockOffsetMs: number | null;
  readonly clockErrorMs: number | null;
  readonly revision: string | null;
  readonly description: NodeDescription | null;
  /** Where the newest row of each check stood at the last poll that was kept. */
  readonly standing: readonly StandingRow[];
}

export interface FleetNodes {
  all(): readonly KeptNode[];
  /**
   * With another stream than before the target has left that one: its rows stay until retention takes them. The description is written
   * only where its revision is another.
   */
  keep(node: KeptNode): void;
  /** Its rows and events stay until retention takes them. */
  forget(target: string): void;
  /** Every history that rows are kept of, oldest first. */
  histories(): readonly History[];
  /** A history of a node that was not known before: its rows are numbered by themselves. */
  beginStream(target: string, of: { readonly instanceId: string; readonly nodeId: string; readonly at: number }): number;
  /** What happened to a node: reinstalled, cut, cloned. */
  note(event: NodeEvent): void;
  /** Ascending by time from `from` to `to`, both included, at most `limit`. */
  events(filter: { readonly target?: string; readonly from?: number; readonly to?: number; readonly limit: number }): readonly NodeEvent[];
}

export interface History {
  readonly stream: number;
  readonly target: string;
  /** When this collector began to read it, by its clock. */
  readonly begunAt: number;
}

export interface NodeEvent {
  readonly at: number;
  readonly target: string;
  readonly kind: NodeTroubleKind | 'heard-again' | 'found' | 'gone';
  readonly detail: string;
}

/** A page of one node's changes. */
export interface Page {
  readonly stream: number;
  readonly observations: Changes['observations'];
  /** Where rows stand or came to rest. */
  readonly moved: readonly Moved[];
}

export interface FleetObservations {
  /**
   * Each row once, however often it comes; a moved row only forward, and one that is not here is passed over. All of the page or nothing.
   * Throws `Contradiction` where a known sequence number comes with another look.
   */
  take(page: Page): void;
  /**
   * Newest row of a check and, where that is unseen, the newest that was seen; null for one that never came. Without readings, which stand
   * with the node, and without trails, which no judge reads: `history` has them.
   */
  sight(stream: number, check: string): CheckSight | null;
  /** The first look of a row; null where it is not here. */
  firstAt(stream: number, seq: number): number | null;
  /** Newest first, at most `limit`, older than `before` where given. With trails, as far as they are kept; without readings. */
  history(stream: number, check: string, options: { readonly before?: number; readonly limit: number }): readonly Observation[];
  /**
   * When looks saw and when not, without what they saw: of each check the last row that ended before `from`, and those that touch the time
   * until `to`, ascending by seq, at most `limit`, those after `after`. Times by the node's clock.
   */
  looks(
    stream: number,
    page: { readonly from: number; readonly to: number; readonly after: number; readonly limit: number },
  ): readonly LookRow[];
  /** How many rows of a stream are here, and up to which number. */
  count(stream: number): { readonly rows: number; readonly newestSeq: number };
}

/** Equal looks in a row, from the first to the newest. */
export interface LookRow {
  readonly seq: number;
  readonly check: string;
  readonly probe: string;
  readonly isSeen: boolean;
  readonly firstAt: number;
  readonly lastAt: number;
}

export interface FleetFindings {
  /** Those that are not resolved, and those resolved after `resolvedAfter`: what may come back. */
  ofPair(group: string, pair: string, resolvedAfter: number): readonly StandingFinding[];
  /** Writes those that changed; what is not named stays as it was. */
  save(group: string, pair: string, findings: readonly StandingFinding[]): void;
  /** A pair that is no more: its findings go, their events stay. */
  forgetPair(group: string, pair: string): void;
  pairs(): readonly { readonly group: string; readonly pair: string }[];
  record(events: readonly FindingEvent[]): void;
  /** Ascending by time from `from` to `to`, both included, at most `limit`. */
  events(filter: {
    readonly group?: string;
    readonly pair?: string;
    readonly from?: number;
    readonly to?: number;
    readonly limit: number;
  }): readonly FindingEvent[];
}

/** A time in which a verdict stood: known from `from` to `until`. Between two spans nothing was known. */
export interface VerdictSpan {
  readonly group: string;
  /** Null for the group as a whole. */
  readonly pair: string | null;
  readonly verdict: Verdict;
  readonly from: number;
  readonly until: number;
}

/** Of whom something was ever told, and from when until when: with holes, and as far as it is kept. */
export interface TimeTold extends Pick<VerdictSpan, 'group' | 'pair'> {
  readonly from: number;
  readonly until: number;
}

export interface Verdicts {
  /** Everybody of whom a verdict is kept, also those that are gone since. */
  subjects(): readonly TimeTold[];
  /**
   * The verdict stands at `at`. A last span that was confirmed at most `gapMs` before stood until then: it is lengthened, and where it has
   * another verdict, the next one begins there. Else the new one begins at `at`, and nothing is known of the time between.
   */
  confirm(subject: { readonly group: string; readonly pair: string | null }, verdict: Verdict, at: number, gapMs: number): VerdictSpan;
  /** The newest span; null where there is none. */
  latest(subject: { readonly group: string; readonly pair: string | null }): VerdictSpan | null;
  /**
   * Those that touch the time from `from` to `to`, ascending and none over another: where a clock that was set back made two tell of one
   * time, the one begun later does.
   */
  spans(subject: { readonly group: string; readonly pair: string | null }, from: number, to: number): readonly VerdictSpan[];
}

export interface Sights {
  /** What can be seen of a pair from `at` on, as text of whoever writes it; nothing is written where it is what stands already. */
  keep(subject: { readonly group: string; readonly pair: string }, at: number, sight: string): void;
  /** What stood at that moment; null where nothing is kept of it. */
  at(subject: { readonly group: string; readonly pair: string }, at: number): string | null;
}

export interface Waivers {
  add(waiver: Waiver): void;
  get(id: string): Waiver | null;
  /** It ends once: later ends change nothing. */
  end(id: string, at: number, because: NonNullable<Waiver['endedBecause']>): void;
  /** Those not ended. */
  standing(filter?: { readonly group?: string; readonly pair?: string }): readonly Waiver[];
  /** Newest first. */
  all(filter: { readonly group?: string; readonly pair?: string; readonly limit: number }): readonly Waiver[];
}

/** Something to be told to one channel, until it was or was given up. */
export interface Delivery {
  readonly id: number;
  readonly channel: string;
  /** What it is about; the same is never added twice to one channel. */
  readonly key: string;
  readonly group: string;
  readonly createdAt: number;
  readonly body: unknown;
  readonly attempts: number;
  /** Not before. */
  readonly nextAt: number;
  readonly lastError: string | null;
}

export interface Deliveries {
  /** False where that key was already added to that channel. */
  add(delivery: Omit<Delivery, 'id' | 'attempts' | 'lastError'>): boolean;
  /** Not yet delivered, oldest first. */
  waiting(channel: string, limit: number): readonly Delivery[];
  /** The newest whose key begins with that and that was not given up, delivered or not: what the channel was last told of something. */
  latest(channel: string, keyPrefix: string): Delivery | null;
  delivered(ids: readonly number[], at: number): void;
  failed(ids: readonly number[], nextAt: number, error: string): void;
  givenUp(ids: readonly number[], at: number, error: string): void;
  /** Waiting now, and delivered and given up since this history was begun: retention does not take from them. */
  counts(): readonly { readonly channel: string; readonly waiting: number; readonly delivered: number; readonly givenUp: number }[];
}

export interface Receipts {
  add(receipt: Receipt): void;
  get(id: string): Receipt | null;
  /** Newest first. */
  list(filter: { readonly group?: string; readonly limit: number }): readonly Receipt[];
  /** Of a group and a time, `to` excluded: newest first, at most `limit`, without the first `skip`. */
  within(filter: {
    readonly group: string;
    readonly from: number;
    readonly to: number;
    readonly skip: number;
    readonly limit: number;
  }): readonly Receipt[];
}
