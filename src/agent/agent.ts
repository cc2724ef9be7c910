// Ties schedule, looks, history and judgement together on one machine. Built, not started; nothing is global.
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { AgentConfig } from '../config/agent-config.ts';
import type { Judgement } from '../contract/finding.ts';
import type { NodeIdentity } from '../contract/node.ts';
import type { CheckState, Snapshot } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';
import type { Terms } from '../contract/twin.ts';
import type { Clock } from '../daemon/clock.ts';
import type { Log } from '../daemon/log.ts';
import { type DaemonUsage, usageMeter } from '../daemon/usage.ts';
import { machineLooks } from '../machine/recording.ts';
import type { MachineSource } from '../machine/source.ts';
import { cronTimesFor } from '../watch/cron-times.ts';
import type { Ledger } from '../watch/ledger.ts';
import type { Schedule } from '../watch/schedule.ts';
import { checkState, takeSnapshot } from '../watch/snapshot.ts';
import { createWatch, type Watch } from '../watch/watch.ts';
import { nodeIdentity } from './identity.ts';
import { createReceiptKey, type ReceiptKey } from './receipt-key.ts';
import { createReview, type Review } from './review.ts';

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
  /** Resolves when something is known of every check: looked at since the start, or seen before and not stale yet; then what comes of it. */
  firstJudgement(): Promise<Judgement>;
}

export async function createAgent(parts: AgentParts): Promise<Agent> {
  const { clock, log, probes, source } = parts;
  let config = parts.config;
  let node = await nodeIdentity(source, config.node, parts.version);
  const first = Promise.withResolvers<Judgement>();
  let notLookedAt: Set<string> | null = new Set();
  let revision = 0;

  const tellFirst = (looked: string | null): void => {
    if (notLookedAt === null) return;
    if (looked !== null) notLookedAt.delete(looked);
    if (notLookedAt.size > 0) return;
    notLookedAt = null;
    first.resolve(review.judgeNow());
  };

  const looks = machineLooks(source);
  const watch = createWatch({
    file: config.store.file,
    limits: config.store,
    checks: config.checks,
    cronTimes: await cronTimesFor(config.checks),
    sourceOf: () => looks,
    probes,
    clock,
    log,
    watcher: 'agent',
    subject: () => node,
    onKept: (isNews) => {
      revision++;
      if (isNews) review.judgeSoon();
    },
    onLooked: ({ check }) => tellFirst(check),
  });
  const { ledger, schedule } = watch;
  const snapshot = (): Snapshot => takeSnapshot({ node, checks: config.checks, notTold: config.notTold }, ledger, clock.now());
  const review = createReview({ clock, log, ledger, probes, snapshot });

  let opened: Started | null = null;
  const open = (): Started => {
    opened = takeHistory(watch, config.store.file);
    return opened;
  };

  return {
    open,
    start: async () => {
      const started = opened ?? open();
      if (started.kind === 'refused') return started;
      watch.start();
      notLookedAt = new Set(config.checks.filter((check) => !isKnown(ledger, check, clock.now())).map(({ id }) => id));
      tellFirst(null);
      return started;
    },
    stop: async () => {
      await watch.stop();
      review.stop();
      ledger.close();
    },
    reload: async (next) => {
      const [nextNode, cronTimes] = await Promise.all([nodeIdentity(source, next.node, parts.version), cronTimesFor(next.checks)]);
      if (next.store.file !== config.store.file) log.warn({ file: next.store.file }, 'another store.file is used after a restart');
      config = next;
      node = nextNode;
      ledger.setLimits(next.store);
      dropForeignTwin(ledger, node);
      watch.replace({ checks: next.checks, cronTimes });
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

function takeHistory(watch: Watch, file: string): Started {
  switch (watch.open()) {
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
      return { kind: 'refused', reason: 'newer', detail: watch.ledger.refusal() };
  }
}

/** A start does not look again at what is not due: whoever starts it twice in a minute would else be told nothing for as long. */
function isKnown(ledger: Ledger, { id, staleAfterMs }: AgentConfig['checks'][number], now: number): boolean {
  const current = ledger.sight(id)?.current ?? null;
  return current !== null && current.outcome.kind !== 'unseen' && now - current.lastAt <= staleAfterMs;
}

/** A twin from before the pair was arranged otherwise is no reference. */
function dropForeignTwin(ledger: Ledger, node: NodeIdentity): void {
  ledger.ask((store) => {
    const kept = store.twins.get();
    if (kept !== null && (node.role === 'primary' || kept.snapshot.node.twin !== node.twin)) store.twins.drop();
  });
}
