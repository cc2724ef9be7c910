// What is wrong with a node, and for how long that is shown.
import type { FleetConfig, Thresholds } from '../../config/fleet-config.ts';
import type { NodeDescription } from '../../contract/changes.ts';
import { formatDuration } from '../../contract/duration.ts';
import { type NodeTrouble, type NodeTroubleKind, nodeTroubleKinds } from '../../contract/fleet.ts';
import type { NodeEvent } from '../../store/fleet/store.ts';
import type { Told } from '../inventory/roster.ts';
import { thresholdsOf } from '../thresholds.ts';
import type { Seen } from './sight.ts';

/** What happened once is shown for so long; what lasts, while it does. */
const shownMs = 24 * 3_600_000;
const once: readonly NodeTroubleKind[] = ['reinstalled', 'rolled-back', 'history-cut', 'stranger'];

/**
 * Of two that cannot be told apart, or answer in turn, one is gone for good when it was not heard for so long: longer than a boot and the
 * checks of a file system after it.
 */
export const goneForGoodMs = 3_600_000;

export interface Moment {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly monotonicMs: number;
}

/** In the order of their declaration. */
export function troublesOf(seen: Seen, thresholds: Thresholds, moment: Moment): readonly NodeTrouble[] {
  const silence = silenceOf(seen, thresholds, moment);
  const shown = [...seen.said.values()].filter(({ kind, since }) => !once.includes(kind) || Math.abs(moment.now - since) < shownMs);
  return [...(silence === null ? [] : [silence]), ...shown].sort(
    (a, b) => nodeTroubleKinds.indexOf(a.kind) - nodeTroubleKinds.indexOf(b.kind),
  );
}

/** Both clocks are asked: one stands still while the collector's machine is suspended, the other may be set back. */
export function silenceOf(seen: Seen, { silentAfterMs }: Thresholds, { now, monotonicMs }: Moment): NodeTrouble | null {
  const since = seen.known.heardAt ?? seen.namedAt;
  const age = Math.max(now - since, monotonicMs - seen.heardMs);
  if (age <= silentAfterMs) return null;
  const never = seen.known.heardAt === null;
  return {
    kind: 'silent',
    detail: never ? 'has never answered' : `has not answered for more than ${formatDuration(silentAfterMs)}`,
    since,
  };
}

export const thresholdsFor = (config: FleetConfig, { target: { told }, known }: Pick<Seen, 'target' | 'known'>): Thresholds =>
  thresholdsOf(config, told.group ?? known.description?.identity.group ?? null, told.pair ?? known.description?.identity.twin ?? null);

/** Fields of a heard node that lasting troubles are told from. */
export interface Heard {
  readonly told: Told;
  readonly description: NodeDescription | null;
  readonly clockOffsetMs: number | null;
  readonly clockErrorMs: number | null;
}

/** Those that hold as long as what was heard is like this; null for one that does not. */
export function lasting(heard: Heard, thresholds: Thresholds, said: ReadonlyMap<NodeTroubleKind, NodeTrouble>) {
  return { clock: clockTrouble(heard, thresholds, said.has('clock')), role: roleTrouble(heard) };
}

function clockTrouble({ clockOffsetMs, clockErrorMs }: Heard, { clockOffsetMaxMs }: Thresholds, isSaid: boolean): string | null {
  if (clockOffsetMs === null) return null;
  // Surely beyond; and said until it is well within, or one at the threshold would come and go.
  const surely = Math.abs(clockOffsetMs) - (clockErrorMs ?? 0);
  if (surely <= (isSaid ? clockOffsetMaxMs / 2 : clockOffsetMaxMs)) return null;
  const way = clockOffsetMs > 0 ? 'ahead' : 'behind';
  return `its clock is more than ${formatDuration(clockOffsetMaxMs)} ${way} of the collector’s: look at chrony or ntpd on both`;
}

function roleTrouble({ told, description }: Heard): string | null {
  const own = description?.identity.role ?? null;
  if (told.role === null || own === null || own === told.role) return null;
  return `it says that it is the ${own}, and the fleet that it is the ${told.role}: the fleet’s word counts, mend node.role there`;
}

export interface Restored {
  readonly heard: Heard;
  readonly thresholds: Thresholds;
  /** By what is kept of it and of its namesakes. */
  readonly isCloned: boolean;
  readonly isAlias: boolean;
}

/** What was said of a node before the collector stopped, and what of it still shows. */
export function restore(seen: Seen, events: readonly NodeEvent[], { heard, thresholds, isCloned, isAlias }: Restored, now: number): void {
  const newest = new Map(events.map((event) => [event.kind, event]));
  const silence = events.findLast(({ kind }) => kind === 'silent' || kind === 'heard-again');
  seen.isSilenceSaid = silence?.kind === 'silent';
  const lasts = lasting(heard, thresholds, new Map());
  const holds: Readonly<Partial<Record<NodeTroubleKind, boolean>>> = {
    ...Object.fromEntries(once.map((kind) => [kind, now - (newest.get(kind)?.at ?? 0) < shownMs])),
    cloned: isCloned,
    alias: isAlias,
    'two-agents': isTwo(seen.known.runIds),
    clock: lasts.clock !== null,
    role: lasts.role !== null,
  };
  for (const kind of nodeTroubleKinds) {
    const event = newest.get(kind);
    if (holds[kind] === true && event !== undefined) seen.said.set(kind, { kind, detail: event.detail, since: event.at });
  }
}

/** A start that came back after another one. */
export const isTwo = (runIds: readonly string[]): boolean => new Set(runIds).size < runIds.length;
