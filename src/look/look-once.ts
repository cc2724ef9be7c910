// Looks through every check once, for a command line that has no agent behind it.
import type { Check, Look } from '../contract/check.ts';
import type { LookSource } from '../contract/look-source.ts';
import type { NodeIdentity } from '../contract/node.ts';
import type { CheckState, Observation, Snapshot } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { runCheck } from './run-check.ts';
import { shownSettings } from './shown-settings.ts';

export interface LookOnce {
  readonly checks: readonly Check[];
  readonly probes: ReadonlyMap<string, AnyProbe>;
  readonly source: LookSource;
  readonly node: NodeIdentity;
  readonly notTold?: readonly Snapshot['notTold'][number][];
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LookProgress) => void;
}

export interface LookProgress {
  readonly done: number;
  readonly total: number;
  /** Ids of the checks that are being looked at. */
  readonly underWay: readonly string[];
}

/** Enough to hide the waiting, few enough that two TLS handshakes hardly spoil each other's timing. */
const underWayMax = 4;

export async function lookOnce(given: LookOnce): Promise<Snapshot> {
  const looks = new Map<string, Look>();
  const waiting = [...given.checks];
  const underWay = new Set<string>();
  const tell = (): void => given.onProgress?.({ done: looks.size, total: given.checks.length, underWay: [...underWay] });
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      underWay.add(check.id);
      tell();
      looks.set(check.id, await lookAt(given, check));
      underWay.delete(check.id);
      tell();
    }
  };
  await Promise.all(Array.from({ length: underWayMax }, work));
  const checks = given.checks.map((check, index) => stateOf(check, looks.get(check.id)!, index + 1));
  return {
    format: 'understudy-snapshot/1',
    node: given.node,
    takenAt: given.source.now(),
    seq: checks.length,
    checks,
    notTold: [...(given.notTold ?? [])],
  };
}

async function lookAt(given: LookOnce, check: Check): Promise<Look> {
  const { source } = given;
  const signal = given.signal ?? new AbortController().signal;
  const { site } = given.node;
  const probe = given.probes.get(check.probe);
  const ran = await runCheck({ check, probe, source, earlier: null, site, signal, now: () => source.now() });
  return ran.look;
}

/** There is no history here: the looks are numbered in the order of the configuration. */
function stateOf(check: Check, look: Look, seq: number): CheckState {
  const { probe, factsVersion, outcome, readings, trail, at, tookMs } = look;
  const current: Observation = {
    seq,
    check: check.id,
    probe,
    factsVersion,
    outcome,
    firstAt: at,
    lastAt: at,
    count: 1,
    tookMs,
    readings: [...readings],
    trail: [...trail],
  };
  const { staleAfterMs, isRequired } = check;
  return { check: check.id, probe, settings: shownSettings(check), staleAfterMs, isRequired, current, lastObserved: null };
}
