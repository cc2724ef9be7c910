// Keeps every pair of the fleet judged: when something was heard of it, and when time itself changes what is known.
import type { FleetConfig } from '../../config/fleet-config.ts';
import type { GroupReview, NodeView, PairReview } from '../../contract/fleet.ts';
import type { Clock } from '../../daemon/clock.ts';
import type { NodeSight, Nodes } from '../nodes.ts';
import { createDocket } from './docket.ts';
import type { PairJudged } from './judge-pair.ts';
import { createJudging, type JudgedPair, type JudgingParts, type PairToJudge } from './judging.ts';
import { createPairing, type FleetPair } from './pairing.ts';
import { pairKey } from './pairs.ts';
import { createRetiring } from './retiring.ts';
import { groupReview, groupSum, pairReview, type SideView } from './views.ts';

export type { FleetPair } from './pairing.ts';

export interface ReviewParts extends Omit<JudgingParts, 'groupNow' | 'pairsOf'> {
  readonly config: () => FleetConfig;
  readonly nodes: Nodes;
  /** Of the primary's snapshot that was left on the standby. */
  readonly twin: (pair: FleetPair) => PairReview['twin'];
  /** After a judgement was written. */
  readonly onJudged: (pair: FleetPair) => void;
}

export interface Review {
  start(): void;
  /** What was heard of a target, by its key. */
  heard(target: string, heard: { readonly hasRows: boolean; readonly hasDescription: boolean; readonly hasLooks: boolean }): void;
  /** Roster, configuration or roles are others: pairs are made anew, and judged where they are others. */
  repair(): void;
  /** Judges what was asked for at once; everything unless told. */
  judgeNow(group?: string, pair?: string): void;
  groups(): readonly GroupReview[];
  groupNames(): readonly string[];
  /** Null for one that the fleet does not have. */
  group(name: string): GroupReview | null;
  pair(group: string, pair: string): PairReview | null;
  /** The latest judgement, by the pair's key; null for one that was not judged since the start. */
  judged(key: string): JudgedPair | null;
  /** Who stands there, for whoever needs more than the review. */
  standing(group: string, pair?: string): readonly FleetPair[];
  /** Heard, but in no pair. */
  unassigned(): readonly NodeView[];
  /** Why judgements cannot be written; null when they can. */
  trouble(): string | null;
  stop(): void;
}

const tickMs = 500;
/** For what no pair asks for by itself. */
const roundMs = 60_000;

export function createReview(parts: ReviewParts): Review {
  const { clock, nodes, config } = parts;
  const pairing = createPairing(config, nodes);
  let startedAtMs: number | null = null;
  let cancelRepair: (() => void) | null = null;

  const judging = createJudging({
    ...parts,
    groupNow: (group) => groupOfJudged(group),
    pairsOf: (group) => pairing.ofGroup(group).map(({ pair }) => pair),
  });
  const docket = createDocket({
    clock,
    isReady: (key) => isReady(pairing.get(key)),
    judge: (keys, untilMs) => judgeSome(keys, untilMs),
  });
  const retire = createRetiring({ ...parts, isThere: (key) => pairing.get(key) !== null });
  const cancelTick = ticking(clock, tickMs, () => {
    if (startedAtMs !== null) docket.add(turned(clock.now()));
  });
  const cancelRounds = ticking(clock, roundMs, () => {
    if (startedAtMs === null || judging.trouble() !== null) return;
    retire();
    judging.judgeGroups(config().groups.flatMap(({ name }) => (pairing.ofGroup(name).length === 0 ? [name] : [])));
  });

  /** Before both sides were asked since the start, silence would be our own. */
  const isReady = (pair: FleetPair | null): boolean => {
    if (startedAtMs === null) return false;
    const { everyMs, timeoutMs } = config().poll;
    const isAsked = (sight: NodeSight | null): boolean => sight === null || sight.poll.at !== null;
    return pair === null || clock.monotonicMs() - startedAtMs > everyMs + timeoutMs || (isAsked(pair.standby) && isAsked(pair.primary));
  };

  const judgeSome = (keys: readonly string[], untilMs: number): readonly string[] | null => {
    const [known, gone] = [keys.filter((key) => pairing.get(key) !== null), keys.filter((key) => pairing.get(key) === null)];
    const judged = judging.judge(casesOf(known), untilMs);
    for (const key of judged ?? []) parts.onJudged(pairing.get(key)!);
    return judged === null ? null : [...judged, ...gone];
  };

  /** One after the other: what is known of a node is read from the store only when its pair is judged. */
  function* casesOf(keys: readonly string[]): Generator<PairToJudge> {
    for (const key of keys) yield toJudge(pairing.get(key)!, nodes);
  }

  const turned = (now: number): readonly string[] =>
    [...pairing.keys()].filter((key) => {
      const last = judging.get(key);
      // A clock that was set back would put the next judging off for as long.
      return last === null || last.turnsAt <= now || last.judgedAt > now;
    });

  const sideView = (sight: NodeSight | null): SideView | null =>
    sight === null ? null : { node: nodes.view(sight), lastLookAt: (check) => nodes.lastLookAt(sight, check) };

  const pairView = (pair: FleetPair): PairReview =>
    pairReview(pair, judging.get(pair.key), sideView(pair.standby), sideView(pair.primary), parts.twin(pair), clock.now());

  const groupOf = (name: string): GroupReview | null => {
    const own = pairing.ofGroup(name);
    if (own.length === 0 && !config().groups.some((group) => group.name === name)) return null;
    return groupReview(name, own.map(pairView), judging.groupSince(name), clock.now());
  };

  const groupOfJudged = (name: string): ReturnType<JudgingParts['groupNow']> => {
    const judged = pairing.ofGroup(name).map(({ key }) => judging.get(key));
    return judged.every((one) => one !== null) ? groupSum(judged.map(({ verdict, judged: pair }) => ({ verdict, ...pair }))) : null;
  };

  const standing = (group?: string, name?: string): readonly FleetPair[] => {
    const asked = group === undefined ? [...pairing.keys()].map((key) => pairing.get(key)!) : pairing.ofGroup(group);
    return asked.filter(({ pair }) => name === undefined || pair === name);
  };

  const repair = (): void => {
    cancelRepair?.();
    cancelRepair = null;
    const others = pairing.again();
    for (const key of judging.keys()) if (pairing.get(key) === null) judging.forget(key);
    docket.add(others);
  };

  return {
    start: () => {
      startedAtMs = clock.monotonicMs();
      repair();
    },
    heard: (target, { hasRows, hasDescription, hasLooks }) => {
      // Who answers decides where it stands. Once for all that are heard in this moment.
      if (hasDescription && pairing.hasMoved(target)) cancelRepair ??= clock.setTimer(0, repair);
      const key = pairing.ofTarget(target);
      if (key === null) return;
      const last = judging.get(key);
      if (hasRows || hasDescription || last === null || (hasLooks && isWaitingForLooks(last.judged))) docket.add([key]);
    },
    repair,
    judgeNow: (group, pair) => {
      docket.add(standing(group, pair).map(({ key }) => key));
      docket.clear();
    },
    groups: () => pairing.groupNames().flatMap((name) => groupOf(name) ?? []),
    groupNames: pairing.groupNames,
    group: groupOf,
    pair: (group, name) => {
      const pair = pairing.get(pairKey(group, name));
      return pair === null ? null : pairView(pair);
    },
    judged: judging.get,
    standing,
    unassigned: () => pairing.unassigned().map((sight) => nodes.view(sight)),
    trouble: judging.trouble,
    stop: () => {
      cancelTick();
      cancelRounds();
      cancelRepair?.();
      docket.stop();
    },
  };
}

function toJudge({ key, group, pair, contested, terms, standby, primary }: FleetPair, nodes: Nodes): PairToJudge {
  const side = (sight: NodeSight) => ({
    target: sight.target.key,
    snapshot: nodes.snapshot(sight),
    troubles: sight.troubles,
    heardAt: sight.heardAt,
  });
  return {
    key,
    group,
    pair,
    contested,
    terms,
    standby: standby === null ? null : side(standby),
    primary: primary === null ? null : side(primary),
  };
}

/** A look like the last one changes nothing, but for findings that wait to be confirmed and for what had grown stale. */
const isWaitingForLooks = ({ findings, blindSpots }: PairJudged): boolean =>
  blindSpots.length > 0 || findings.some(({ state, isUnconfirmed }) => state !== 'open' || isUnconfirmed);

function ticking(clock: Clock, everyMs: number, call: () => void): () => void {
  let cancel = (): void => {};
  const again = (): void => {
    cancel = clock.setTimer(everyMs, () => {
      call();
      again();
    });
  };
  again();
  return () => cancel();
}
