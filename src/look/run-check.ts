// One look, from start to a checked outcome: whatever the probe does, it ends in time and never throws.
import type { Check, Look } from '../contract/check.ts';
import type { LookSource } from '../contract/look-source.ts';
import type { Site } from '../contract/node.ts';
import { type Outcome, type Reading, unseen } from '../contract/outcome.ts';
import type { AnyProbe, EarlierLook } from '../contract/probe.ts';
import { schemaProblems } from '../contract/schema.ts';
import { redactText } from '../redaction/redact.ts';

export interface CheckRun {
  readonly check: Check;
  /** Undefined where the configuration names a probe that this release does not have. */
  readonly probe: AnyProbe | undefined;
  readonly source: LookSource;
  readonly earlier: EarlierLook<unknown> | null;
  /** The own side, as its configuration says. */
  readonly site: Site;
  /** Ends the look early; what it then says is not worth recording. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds for the look. */
  readonly now: () => number;
}

export interface Ran {
  readonly look: Look;
  /** Settles when a probe that ignored the end of its time lets go at last; null for one that ended. */
  readonly letGo: Promise<void> | null;
}

/** For a probe that was told to stop to gather what it has. */
const graceMs = 2_000;
/** More numbers than this from one look is a probe gone wrong, and would fill the store. */
const readingsMax = 2_000;

export async function runCheck(run: CheckRun): Promise<Ran> {
  const { check, probe, source, signal } = run;
  const at = run.now();
  const began = performance.now();
  const ended = new AbortController();
  const looking = AbortSignal.any([signal, ended.signal]);
  const { port, trail } = source.open(looking);
  const observing = observe(run, port, looking);
  const cut = cutLoose(check.timeoutMs, looking, () => ended.abort());
  const first = await Promise.race([observing, cut.happened]);
  cut.cancel();
  const { outcome, readings } = first === null ? overdue(check.timeoutMs) : checked(probe, first);
  const factsVersion = probe?.factsVersion ?? 0;
  const look = withTrail(
    { check: check.id, probe: check.probe, factsVersion, outcome, readings, at, tookMs: tenths(performance.now() - began) },
    trail,
  );
  return { look, letGo: first === null ? observing.then(() => undefined) : null };
}

/** Made when it is asked for: taking the secrets out of a long trail costs milliseconds, and most looks say nothing new. */
function withTrail(look: Omit<Look, 'trail'>, make: () => Look['trail']): Look {
  let trail: Look['trail'] | undefined;
  return Object.defineProperty(look as Look, 'trail', { enumerable: true, get: () => (trail ??= make()) });
}

const tenths = (ms: number): number => Math.round(ms * 10) / 10;

async function observe(run: CheckRun, port: unknown, looking: AbortSignal): Promise<Outcome> {
  const { check, probe, earlier, site } = run;
  if (probe === undefined) return unseen('crashed', `there is no probe named ${check.probe} in this release`);
  try {
    return await probe.observe(port, check.settings, looking, earlier ?? undefined, site);
  } catch (error) {
    const [line] = String(error instanceof Error ? error.message : error).split('\n');
    return unseen('crashed', `the probe failed: ${redactText(line ?? '').slice(0, 200)}`);
  }
}

/** Tells the look to stop when its time is over, and gives it up a little later. */
function cutLoose(
  timeoutMs: number,
  looking: AbortSignal,
  abort: () => void,
): { readonly happened: Promise<null>; readonly cancel: () => void } {
  const { promise, resolve } = Promise.withResolvers<null>();
  let giveUp: NodeJS.Timeout | undefined;
  const limit = setTimeout(abort, timeoutMs);
  const onAbort = (): void => {
    giveUp = setTimeout(() => resolve(null), graceMs);
  };
  if (looking.aborted) onAbort();
  else looking.addEventListener('abort', onAbort, { once: true });
  const cancel = (): void => {
    clearTimeout(limit);
    clearTimeout(giveUp);
    looking.removeEventListener('abort', onAbort);
  };
  return { happened: promise, cancel };
}

interface Checked {
  readonly outcome: Outcome;
  readonly readings: readonly Reading[];
}

function overdue(timeoutMs: number): Checked {
  const detail = `the look did not end within its ${timeoutMs} ms, nor when it was told to stop`;
  return { outcome: unseen('timeout', detail), readings: [] };
}

/** A probe that gives something else than it promised has seen nothing that could be compared. */
function checked(probe: AnyProbe | undefined, outcome: Outcome): Checked {
  if (outcome.kind !== 'observed' || probe === undefined) return { outcome, readings: [] };
  const [problem] = schemaProblems(probe.facts, outcome.facts);
  if (problem !== undefined) {
    const where = problem.instancePath === '' ? 'they' : problem.instancePath;
    return {
      outcome: unseen('crashed', `facts do not match the probe’s schema: ${where} ${problem.message ?? problem.keyword}`),
      readings: [],
    };
  }
  const readings = outcome.readings ?? [];
  if (readings.length > readingsMax)
    return { outcome: unseen('crashed', `the probe gave more than ${readingsMax} readings`), readings: [] };
  return { outcome: { kind: 'observed', facts: outcome.facts }, readings: readings.filter(({ value }) => Number.isFinite(value)) };
}
