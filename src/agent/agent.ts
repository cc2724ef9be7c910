// Ties schedule, looks, history and judgement together on one machine. Built, not started; nothing is global.
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { AgentConfig } from '../config/agent-config.ts';
import type { Check, Look } from '../contract/check.ts';
import type { Judgement } from '../contract/finding.ts';
import type { NodeIdentity } from '../contract/node.ts';
import type { CheckState, Snapshot } from '../contract/observation.ts';
import { unseen } from '../contract/outcome.ts';
import type { AnyProbe, EarlierLook } from '../contract/probe.ts';
import type { Terms } from '../contract/twin.ts';
import type { Clock } from '../daemon/clock.ts';
import type { Log } from '../daemon/log.ts';
import { type DaemonUsage, usageMeter } from '../daemon/usage.ts';
import { runCheck } from '../look/run-check.ts';
import { machineLooks } from '../machine/recording.ts';
import type { MachineSource } from '../machine/source.ts';
import type { RecordedLook } from '../store/record.ts';
import { loadCronTimes } from './cron-times.ts';
import { dueOf } from './due.ts';
import { nodeIdentity } from './identity.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createReceiptKey, type ReceiptKey } from './receipt-key.ts';
import { createReview, type Review } from './review.ts';
import { createSchedule, type Looked, type Schedule } from './schedule.ts';
import { checkState, takeSnapshot } from './snapshot.ts';

export interface AgentParts {
  readonly config: AgentConfig;
  readonly probes: ReadonlyMap<string, AnyProbe>;
  readonly source: MachineSource;
  readonly clock: Clock;
  readonly log: Log;
  /** Of Understudy. */
  readonly version: string;
}

/** `locked`: another agent has the history. `newer`: a later release wrote it. Else it runs, if degraded. */
export type Started =
  | { readonly kind: 'started' }
  | { readonly kind: 'refused'; readonly reason: 'locked' | 'newer'; readonly detail: string };

export interface Agent {
  /** Takes the history, and looks at nothing yet. */
  open(): Started;
  /** Opens if that was not done, and begins to look. */
  start(): Promise<Started>;
  /** Aborts what is under way, and leaves the history sound. */
  stop(): Promise<void>;
  /** Takes another configuration, which has been found valid. */
  reload(config: AgentConfig): Promise<void>;
  config(): AgentConfig;
  node(): NodeIdentity;
  /** Random, another one for each start: a collector tells two agents by it that give themselves out for one node. */
  readonly runId: string;
  readonly probes: ReadonlyMap<string, AnyProbe>;
  readonly clock: Clock;
  readonly log: Log;
  readonly startedAt: number;
  readonly schedule: Schedule;
  readonly ledger: Ledger;
  readonly review: Review;
  readonly usage: () => DaemonUsage;
  snapshot(): Snapshot;
  /** Null for a check that is not configured. */
  checkState(check: string): CheckState | null;
  /** Grows with everything that changes what is served. */
  revision(): number;
  /** Null for a check that is not configured. */
  lookNow(check: string): Promise<'looked' | 'stuck'> | null;
  takeTwin(snapshot: Snapshot, terms: Terms | null): boolean;
  /** What the receipts of this agent are signed with. */
  readonly receiptKey: ReceiptKey;
  /** Resolves when every check has been looked at once since the start; then what came of it. */
  firstJudgement(): Promise<Judgement>;
}

/** For looks that were told to stop; probes themselves get less (`look/run-check.ts`). */
const stopGraceMs = 3_000;

export async function createAgent(parts: AgentParts): Promise<Agent> {
  const { clock, log, probes, source } = parts;
  const looks = machineLooks(source);
  let config = parts.config;
  let node = await nodeIdentity(source, config.node, parts.version);
  const cron = await cronTimesFor(config);
  let cronTimes = cron;
  const isConfigured = (id: string): boolean => config.checks.some((check) => check.id === id);
  const ledger = createLedger({ file: config.store.file, limits: config.store, clock, log, isConfigured, onWritten: () => revision++ });
  const stopping = new AbortController();
  const underWay = new Set<Promise<unknown>>();
  const lastLookAt = new Map<string, number>();
  const first = Promise.withResolvers<Judgement>();
  let notLookedAt: Set<string> | null = new Set();
  const recording = batches(clock, (looks) => keep(looks));
  let revision = 0;

  const snapshot = (): Snapshot => takeSnapshot({ node, checks: config.checks, notTold: config.notTold }, ledger, clock.now());
  const review = createReview({ clock, log, ledger, probes, snapshot });

  const keep = (looks: readonly RecordedLook[]): void => {
    const recorded = ledger.record(looks);
    revision++;
    for (const [index, look] of looks.entries()) {
      lastLookAt.set(look.check, look.until ?? look.at);
      if (recorded === null || recorded[index]!.isNew) tellChange(log, look, recorded?.[index]?.seq ?? null);
    }
    if (recorded === null || recorded.some(({ isNew }) => isNew)) review.judgeSoon();
  };

  const look = async (check: Check): Promise<Looked> => {
    const running = lookAt(check);
    underWay.add(running);
    return running.finally(() => underWay.delete(running));
  };

  const lookAt = async (check: Check): Promise<Looked> => {
    const earlier = earlierLook(ledger.sight(check.id));
    const probe = probes.get(check.probe);
    const { site } = node;
    const ran = await runCheck({ check, probe, source: looks, earlier, site, signal: stopping.signal, now: clock.now });
    // A look that the end of the agent cut short says nothing about the machine.
    if (!stopping.signal.aborted) await recording.add(ran.look);
    tellFirst(check.id);
    return { letGo: ran.letGo };
  };

  const tellFirst = (looked: string | null): void => {
    if (notLookedAt === null || stopping.signal.aborted) return;
    if (looked !== null) notLookedAt.delete(looked);
    if (notLookedAt.size > 0) return;
    notLookedAt = null;
    first.resolve(review.judgeNow());
  };

  const schedule = createSchedule(
    {
      clock,
      dueOf: (check) => dueOf(check.schedule, node.id, check.id, cronTimes),
      lastLookAt: (check) => lastLookAt.get(check) ?? null,
      look,
      onMissed: (check, from) => keep([scheduled(check, probes, 'missed', missedDetail, from, clock.now())]),
      onOverlapped: (check) => keep([scheduled(check, probes, 'overlapped', overlappedDetail, clock.now(), clock.now())]),
      onClockJump: (ms) => log.warn({ jumpedMs: Math.round(ms) }, 'the clock jumped: the machine was suspended, or its clock was set'),
    },
    [],
  );

  let opened: Started | null = null;
  const open = (): Started => {
    opened = takeHistory(ledger, config.store.file);
    for (const { check, lastAt } of ledger.ask((store) => store.observations.currents()) ?? []) lastLookAt.set(check, lastAt);
    return opened;
  };

  return {
    open,
    start: async () => {
      const started = opened ?? open();
      if (started.kind === 'refused') return started;
      schedule.replace(config.checks);
      schedule.start();
      notLookedAt = new Set(config.checks.map(({ id }) => id));
      tellFirst(null);
      return started;
    },
    stop: async () => {
      schedule.stop();
      stopping.abort();
      await Promise.race([Promise.allSettled([...underWay]), new Promise<void>((resolve) => setTimeout(resolve, stopGraceMs).unref())]);
      recording.flush();
      review.stop();
      ledger.close();
    },
    reload: async (next) => {
      const [nextNode, nextCron] = await Promise.all([nodeIdentity(source, next.node, parts.version), cronTimesFor(next)]);
      if (next.store.file !== config.store.file) log.warn({ file: next.store.file }, 'another store.file is used after a restart');
      config = next;
      node = nextNode;
      cronTimes = nextCron;
      ledger.setLimits(next.store);
      dropForeignTwin(ledger, node);
      schedule.replace(next.checks);
      const ids = new Set(next.checks.map(({ id }) => id));
      for (const gone of [...(notLookedAt ?? [])].filter((id) => !ids.has(id))) tellFirst(gone);
      revision++;
      review.judgeNow();
    },
    config: () => config,
    node: () => node,
    runId: randomUUID(),
    probes,
    clock,
    log,
    startedAt: clock.now(),
    schedule,
    ledger,
    review,
    usage: usageMeter(clock),
    snapshot,
    checkState: (id) => {
      const check = config.checks.find((one) => one.id === id);
      return check === undefined ? null : checkState(check, ledger);
    },
    revision: () => revision,
    lookNow: (id) => schedule.runNow(id),
    takeTwin: (twin, terms) => {
      const isKept = ledger.ask((store) => store.twins.set({ snapshot: twin, terms, receivedAt: clock.now() }) ?? true) ?? false;
      if (isKept) {
        revision++;
        review.judgeNow();
      }
      return isKept;
    },
    receiptKey: createReceiptKey(join(dirname(config.store.file), 'agent-receipts.key'), log),
    firstJudgement: () => first.promise,
  };
}

function takeHistory(ledger: Ledger, file: string): Started {
  switch (ledger.open()) {
    case 'opened':
    case 'degraded':
      return { kind: 'started' };
    case 'locked':
      return {
        kind: 'refused',
        reason: 'locked',
        detail: `another agent is running on ${file}: stop it, or set store.file to another one`,
      };
    case 'newer':
      return { kind: 'refused', reason: 'newer', detail: ledger.refusal() };
  }
}

const missedDetail = 'no look was taken: the agent was not running, or the machine was suspended';
const overlappedDetail = 'the look before this one ignored its time limit and still has not ended';

const cronTimesFor = async (config: AgentConfig) => {
  if (config.checks.some(({ schedule }) => schedule.kind === 'cron')) return loadCronTimes();
  return (expression: string) => {
    throw new Error(`${expression} was not there when the configuration was read`);
  };
};

function scheduled(
  check: Check,
  probes: ReadonlyMap<string, AnyProbe>,
  reason: 'missed' | 'overlapped',
  detail: string,
  at: number,
  until: number,
): RecordedLook {
  const factsVersion = probes.get(check.probe)?.factsVersion ?? 0;
  return {
    check: check.id,
    probe: check.probe,
    factsVersion,
    outcome: unseen(reason, detail),
    readings: [],
    trail: [],
    at,
    until,
    tookMs: 0,
  };
}

/** What shows only between two looks is compared with the last look that saw something. */
function earlierLook(sight: ReturnType<Ledger['sight']>): EarlierLook<unknown> | null {
  const seen = sight?.current.outcome.kind === 'observed' ? sight.current : (sight?.lastObserved ?? null);
  if (seen === null || seen.outcome.kind !== 'observed') return null;
  return { at: seen.lastAt, facts: seen.outcome.facts, readings: seen.readings };
}

/** A twin from before the pair was arranged otherwise is no reference. */
function dropForeignTwin(ledger: Ledger, node: NodeIdentity): void {
  ledger.ask((store) => {
    const kept = store.twins.get();
    if (kept !== null && (node.role === 'primary' || kept.snapshot.node.twin !== node.twin)) store.twins.drop();
  });
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
