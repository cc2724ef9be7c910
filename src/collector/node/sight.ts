// What the collector knows of one target, as it stands in memory.
import type { NodeDescription, StandingNumbers, StandingRow } from '../../contract/changes.ts';
import type { NodeTrouble, NodeTroubleKind, NodeView } from '../../contract/fleet.ts';
import type { NodeIdentity } from '../../contract/node.ts';
import { namesIn, packStanding, type ReadingNames, unpackStanding } from '../../formats/standing-rows.ts';
import type { KeptNode } from '../../store/fleet/store.ts';
import type { Target } from '../inventory/roster.ts';
import { type KeptText, keptText } from './kept-text.ts';

export interface NodeSight {
  readonly target: Target;
  /** The fleet's word over the agent's own; null until it was heard. `twin` is the pair. */
  readonly identity: NodeIdentity | null;
  /** The last answer that was understood, by the collector's clock. */
  readonly heardAt: number | null;
  /** Node's clock minus ours, and how wrong that can be. */
  readonly clockOffsetMs: number | null;
  readonly clockErrorMs: number | null;
  /** As they are now: a node falls silent without anything being heard. */
  readonly troubles: readonly NodeTrouble[];
  /** Key of the target where the same agent answers already: it stands in no pair a second time. */
  readonly aliasOf: string | null;
  readonly poll: NodeView['poll'];
}

/**
 * What is kept, but for standing: as JSON, 400,000 rows are 40 MiB of text or thrice that as objects, and ten thousand nodes have a few
 * kinds of names.
 */
export interface Known extends Omit<KeptNode, 'standing'> {
  /** StandingNumbers. */
  readonly standing: string;
  readonly names: ReadingNames;
}

/** The same in memory, where the text has a place of its own. */
export type Remembered = Omit<Known, 'standing'>;

/** A start of an agent, and between which moments (monotonic) it was surely alive: first answer, last request that it answered. */
export interface Run {
  readonly id: string;
  readonly firstAnswerMs: number;
  readonly lastAskedMs: number;
}

/** The same for whoever writes it: poller and roster. */
export interface Seen extends NodeSight {
  target: Target;
  known: Remembered;
  /** StandingNumbers as JSON. */
  readonly standing: KeptText;
  aliasOf: string | null;
  poll: NodeView['poll'];
  /** Place in the roster: of two addresses of one agent the first counts. */
  order: number;
  /** When it was first named, by the collector's clock. */
  namedAt: number;
  /** Monotonic: the last answer, or else when it came into memory. */
  heardMs: number;
  /** Monotonic: when it was last written. */
  keptMs: number;
  /** Null until this collector heard it. */
  run: Run | null;
  /** Monotonic: since when one agent alone answers here. */
  turnedMs: number;
  /** What was said of it and still holds, but for silence, which is told from the time. */
  readonly said: Map<NodeTroubleKind, NodeTrouble>;
  isSilenceSaid: boolean;
  /** The best measurement since the start. */
  clock: { readonly offsetMs: number; readonly errorMs: number; readonly atMs: number } | null;
  /** Numbers of the rows that stood at the last poll; null where that was before the start. */
  rows: string | null;
  /** Monotonic: when its last few streams were begun. */
  begunMs: readonly number[];
  /** First look of the row at the cursor; null where that row is not here, undefined where it was not looked for yet. */
  cursorFirstAt: number | null | undefined;
  /** Up to which row it was said that retention was faster. */
  cutSaidTo: number;
  /** What the last failure was, as it was logged. */
  failureLogged: string | null;
}

export const neverHeard = (target: string): KeptNode => ({
  target,
  stream: null,
  instanceId: null,
  nodeId: null,
  runIds: [],
  cursor: 0,
  newestSeq: 0,
  heardAt: null,
  clockOffsetMs: null,
  clockErrorMs: null,
  revision: null,
  description: null,
  standing: [],
});

/** All that is known of it now. */
export const knownOf = ({ known, standing }: Pick<Seen, 'known' | 'standing'>): Known => ({ ...known, standing: standing.get() });

export function know(seen: Seen, { standing, ...known }: Known): void {
  seen.known = known;
  seen.standing.put(standing);
}

export const keptOf = ({ names, ...known }: Known): KeptNode => ({ ...known, standing: standingOf({ ...known, names }) });

export const standingOf = ({ standing, names }: Pick<Known, 'standing' | 'names'>): StandingRow[] =>
  unpackStanding(JSON.parse(standing) as StandingNumbers[], names);

/** What a sight asks when it is looked at. */
export interface SightParts {
  readonly troublesOf: (seen: Seen) => readonly NodeTrouble[];
  readonly identityOf: (description: NodeDescription, target: Target) => NodeIdentity;
  readonly shareNames: (names: ReadingNames) => ReadingNames;
}

export interface SightBegun {
  readonly target: Target;
  readonly kept: KeptNode;
  readonly order: number;
  readonly namedAt: number;
  readonly nowMs: number;
}

export function createSight(parts: SightParts, { target, kept, order, namedAt, nowMs }: SightBegun): Seen {
  const { standing, ...known } = kept;
  const packed = packStanding(standing, null);
  return {
    target,
    known: { ...known, names: parts.shareNames(namesIn(packed, null)!) },
    standing: keptText(JSON.stringify(packed.current)),
    aliasOf: null,
    poll: { at: null, failures: 0, error: null, nextAt: null },
    order,
    namedAt,
    heardMs: nowMs,
    keptMs: nowMs,
    run: null,
    turnedMs: nowMs,
    said: new Map(),
    isSilenceSaid: false,
    clock: null,
    rows: null,
    begunMs: [],
    cursorFirstAt: undefined,
    cutSaidTo: 0,
    failureLogged: null,
    get identity() {
      const { description } = this.known;
      return description === null ? null : parts.identityOf(description, this.target);
    },
    get heardAt() {
      return this.known.heardAt;
    },
    get clockOffsetMs() {
      return this.known.clockOffsetMs;
    },
    get clockErrorMs() {
      return this.known.clockErrorMs;
    },
    get troubles() {
      return parts.troublesOf(this);
    },
  };
}
