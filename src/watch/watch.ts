// Looks at one subject again and again, whether a machine or a region, and keeps what was seen. Built, not started.
import type { Check, Look } from '../contract/check.ts';
import type { LookSource } from '../contract/look-source.ts';
import type { NodeIdentity } from '../contract/node.ts';
import { type Outcome, unseen } from '../contract/outcome.ts';
import type { AnyProbe, EarlierLook } from '../contract/probe.ts';
import type { Clock } from '../daemon/clock.ts';
import type { Log } from '../daemon/log.ts';
import { runCheck } from '../look/run-check.ts';
import type { RecordedLook } from '../store/record.ts';
import type { Limits } from '../store/retention.ts';
import type { CronTimes } from './cron-times.ts';
import { dueOf } from './due.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createSchedule, type Looked, type Schedule } from './schedule.ts';

export interface WatchParts extends Watched {
  /** Of the history. */
  readonly file: string;
  readonly limits: Limits;
  /** Where the looks of a check get their port from. */
  readonly sourceOf: (check: string) => LookSource;
  readonly probes: ReadonlyMap<string, AnyProbe>;
  /** Settings of the next look, where they are more than its configuration says. */
  readonly settingsOf?: (check: Check) => unknown;
  readonly clock: Clock;
  readonly log: Log;
  /** Who looks: named where no look could be taken. */
  readonly watcher: 'agent' | 'collector';
  /** Its id spreads looks over their period, its site is what probes take out of what they see. */
  readonly subject: () => Pick<NodeIdentity, 'id' | 'site'>;
  /** Looks were kept, or those that had waited for the disk are on it; `isNews` where one of them saw something else than before. */
  readonly onKept?: (isNews: boolean) => void;
  /** A look has ended and is kept. */
  readonly onLooked?: (look: Pick<Look, 'check' | 'outcome'>) => void;
}

export interface Watched {
  readonly checks: readonly Check[];
  /** For those among `checks` that have an expression (cron-times.ts). */
  readonly cronTimes: (expression: string) => CronTimes;
}

export interface Watch {
  /** Takes the history, and looks at nothing yet. */
  open(): ReturnType<Ledger['open']>;
  /** Begins to look. */
  start(): void;
  /** Aborts what is under way, and keeps what has ended. The history stays open. */
  stop(): Promise<void>;
  /** Looks under way go on; checks whose schedule is unchanged keep their time. */
  replace(watched: Watched): void;
  readonly ledger: Ledger;
  readonly schedule: Schedule;
}

/** For looks that were told to stop; probes themselves get less (`look/run-check.ts`). */
const stopGraceMs = 3_000;

export function createWatch(parts: WatchParts): Watch {
  const { clock, log, probes, sourceOf, subject } = parts;
  let watched: Watched = parts;
  const isConfigured = (id: string): boolean => watched.checks.some((check) => check.id === id);
  const onWritten = (): void => parts.onKept?.(false);
  const ledger = createLedger({ file: parts.file, limits: parts.limits, clock, log, isConfigured, onWritten });
  const stopping = new AbortController();
  const underWay = new Set<Promise<unknown>>();
  const lastLookAt = new Map<string, number>();
  const recording = batches(clock, (looks) => keep(looks));

  const keep = (looks: readonly RecordedLook[]): void => {
    const recorded = ledger.record(looks);
    for (const [index, look] of looks.entries()) {
      lastLookAt.set(look.check, look.until ?? look.at);
      if (recorded === null || recorded[index]!.isNew) tellChange(log, look, recorded?.[index]?.seq ?? null);
    }
    parts.onKept?.(recorded === null || recorded.some(({ isNew }) => isNew));
  };

  const look = (check: Check): Promise<Looked> => {
    const running = lookAt(check);
    underWay.add(running);
    return running.finally(() => underWay.delete(running));
  };

  const lookAt = async (check: Check): Promise<Looked> => {
    const earlier = earlierLook(ledger.sight(check.id));
    const probe = probes.get(check.probe);
    const { site } = subject();
    const source = sourceOf(check.id);
    const told = parts.settingsOf === undefined ? check : { ...check, settings: parts.settingsOf(check) };
    const ran = await runCheck({ check: told, probe, source, earlier, site, signal: stopping.signal, now: clock.now });
    // A look that the end of the watch cut short says nothing about its subject.
    if (stopping.signal.aborted) return { letGo: ran.letGo };
    await recording.add(ran.look);
    if (!stopping.signal.aborted) parts.onLooked?.(ran.look);
    return { letGo: ran.letGo };
  };

  const notLooked = ({ id, probe }: Check, outcome: Outcome, at: number, until: number): RecordedLook => {
    const factsVersion = probes.get(probe)?.factsVersion ?? 0;
    return { check: id, probe, factsVersion, outcome, readings: [], trail: [], at, until, tookMs: 0 };
  };

  const schedule = createSchedule(
    {
      clock,
      dueOf: (check) => dueOf(check.schedule, subject().id, check.id, watched.cronTimes),
      lastLookAt: (check) => lastLookAt.get(check) ?? null,
      look,
      onMissed: (check, from) => keep([notLooked(check, unseen('missed', missedDetail(parts.watcher)), from, clock.now())]),
      onOverlapped: (check) => keep([notLooked(check, unseen('overlapped', overlappedDetail), clock.now(), clock.now())]),
      onClockJump: (ms) => log.warn({ jumpedMs: Math.round(ms) }, 'the clock jumped: the machine was suspended, or its clock was set'),
    },
    [],
  );

  return {
    open: () => {
      const opened = ledger.open();
      for (const { check, lastAt } of ledger.ask((store) => store.observations.currents()) ?? []) lastLookAt.set(check, lastAt);
      return opened;
    },
    start: () => {
      schedule.replace(watched.checks);
      schedule.start();
    },
    stop: async () => {
      schedule.stop();
      stopping.abort();
      await Promise.race([Promise.allSettled([...underWay]), new Promise<void>((resolve) => setTimeout(resolve, stopGraceMs).unref())]);
      recording.flush();
    },
    replace: (next) => {
      watched = next;
      schedule.replace(next.checks);
    },
    ledger,
    schedule,
  };
}

const missedDetail = (watcher: WatchParts['watcher']): string =>
  `no look was taken: the ${watcher} was not running, or the machine was suspended`;
const overlappedDetail = 'the look before this one ignored its time limit and still has not ended';

/** What shows only between two looks is compared with the last look that saw something. */
function earlierLook(sight: ReturnType<Ledger['sight']>): EarlierLook<unknown> | null {
  const seen = sight?.current.outcome.kind === 'observed' ? sight.current : (sight?.lastObserved ?? null);
  if (seen === null || seen.outcome.kind !== 'observed') return null;
  return { at: seen.lastAt, facts: seen.outcome.facts, readings: seen.readings };
}

function tellChange(log: Log, { check, outcome }: Look, seq: number | null): void {
  const { kind } = outcome;
  switch (kind) {
    case 'observed':
      log.info({ check, kind, seq }, 'a check changed');
      break;
    case 'absent':
      log.info({ check, kind, seq, detail: outcome.detail }, 'a check changed');
      break;
    case 'unseen':
      log.warn({ check, kind, seq, reason: outcome.reason, detail: outcome.detail }, 'a check cannot be seen');
      break;
  }
}

/** Looks that end in one moment share a transaction, and so one wait for the disk. */
function batches(clock: Clock, write: (looks: readonly RecordedLook[]) => void) {
  let waiting: { readonly look: RecordedLook; readonly done: () => void }[] = [];
  const flush = (): void => {
    const batch = waiting;
    waiting = [];
    if (batch.length > 0) write(batch.map(({ look }) => look));
    for (const { done } of batch) done();
  };
  return {
    add: (look: RecordedLook): Promise<void> => {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push({ look, done: resolve });
      if (waiting.length === 1) clock.setTimer(0, flush);
      return promise;
    },
    flush,
  };
}
