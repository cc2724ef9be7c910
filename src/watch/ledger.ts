// Stands between the agent and its disk: a full, read-only or damaged one degrades the agent, and is never a probe's result.

import type { Clock } from '../daemon/clock.ts';
import type { Log } from '../daemon/log.ts';
import { isDamage, type Opened } from '../store/database.ts';
import type { CheckSight } from '../store/observations.ts';
import { openStore } from '../store/open.ts';
import type { Recorded, RecordedLook } from '../store/record.ts';
import type { Limits } from '../store/retention.ts';
import type { Store } from '../store/store.ts';
import { waitingLooks } from './waiting-looks.ts';

export interface LedgerParts {
  readonly file: string;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly log: Log;
  /** What is known of a check that is configured stays, whatever its age. All are unless given. */
  readonly isConfigured?: (check: string) => boolean;
  /** What waited in memory is on disk now, with numbers of its own. */
  readonly onWritten?: () => void;
}

export interface Ledger {
  /** Anything but `locked` and `newer` lets the agent run; what fails now is tried again. */
  open(): Exclude<Opened<Store>['kind'], 'failed'> | 'degraded';
  /** Why `open` said `newer`. */
  refusal(): string;
  /** What is on disk when this returns; null for looks that wait in memory. */
  record(looks: readonly RecordedLook[]): readonly Recorded[] | null;
  sight(check: string): CheckSight | null;
  /** Asks the store; null when there is none at present. */
  ask<T>(question: (store: Store) => T): T | null;
  health(): LedgerHealth;
  setLimits(limits: Limits): void;
  close(): void;
}

export interface LedgerHealth {
  readonly state: 'ok' | 'degraded';
  /** Why, and since when; null when all is well. */
  readonly trouble: { readonly detail: string; readonly since: number } | null;
  readonly file: string;
  readonly sizeBytes: number;
  /** Somebody reads the history without end, so that what is written cannot be put into the file. */
  readonly isHeldUp: boolean;
  /** Random id of the history; null while there is none. */
  readonly instanceId: string | null;
  readonly waitingLooks: number;
  readonly droppedLooks: number;
  /** The damaged or foreign file that was moved away in this run. */
  readonly setAside: { readonly to: string; readonly reason: string; readonly at: number } | null;
}

const retryMs = { first: 1_000, max: 60_000 };
/** A checkpoint comes each MiB; this much is a reader that does not end. */
const logBytesMax = 32 * 1024 ** 2;
const maintainEveryMs = 60_000;
/** Between two steps of retention, for probes to have the loop. */
const betweenStepsMs = 50;
/** A round ends after this many steps, or a shrunk limit would keep the disk busy for minutes. */
const stepsMax = 200;

export function createLedger(parts: LedgerParts): Ledger {
  const { file, clock, log } = parts;
  const waiting = waitingLooks();
  let limits = parts.limits;
  let store: Store | null = null;
  let trouble: LedgerHealth['trouble'] = null;
  let setAside: LedgerHealth['setAside'] = null;
  let refusal = '';
  let backoffMs = retryMs.first;
  let isClosed = false;
  let cancelRetry = (): void => {};
  let cancelMaintain = (): void => {};

  const take = (opened: Opened<Store>): void => {
    if (opened.kind !== 'opened') return;
    store = opened.store;
    store.limitSize(limits.bytesMax);
    if (opened.setAside === null) return;
    setAside = { ...opened.setAside, at: clock.now() };
    log.error({ file, ...opened.setAside }, 'the history was damaged or not ours: it was set aside and a new one begun');
  };

  const degrade = (detail: string): void => {
    if (trouble === null) log.error({ file, detail }, 'the history cannot be written; looks are kept in memory until it can');
    trouble = { detail, since: trouble?.since ?? clock.now() };
    cancelRetry();
    if (!isClosed) cancelRetry = clock.setTimer(backoffMs, retry);
    backoffMs = Math.min(backoffMs * 2, retryMs.max);
  };

  const recovered = (): void => {
    if (trouble !== null) log.info({ file, afterMs: clock.now() - trouble.since }, 'the history is written again');
    trouble = null;
    backoffMs = retryMs.first;
  };

  /** Runs a question; damage ends this history and begins another. */
  const guarded = <T>(question: (store: Store) => T): { readonly answer: T } | { readonly error: unknown } => {
    if (store === null) return { error: new Error(trouble?.detail ?? 'there is no history') };
    try {
      return { answer: question(store) };
    } catch (error) {
      if (isDamage(error)) replaceDamaged();
      return { error };
    }
  };

  const shut = (): void => {
    try {
      store?.close();
    } catch (error) {
      log.warn({ file, detail: messageOf(error) }, 'the history could not be closed');
    }
    store = null;
  };

  const replaceDamaged = (): void => {
    shut();
    const opened = openStore({ file, now: clock.now(), isDistrusted: true });
    take(opened);
    if (opened.kind !== 'opened') degrade(opened.kind === 'locked' ? 'another agent has it' : opened.detail);
  };

  const reopen = (): void => {
    const opened = openStore({ file, now: clock.now() });
    take(opened);
    if (opened.kind !== 'opened') degrade(opened.kind === 'locked' ? 'another agent has it' : opened.detail);
  };

  const flush = (): void => {
    const looks = waiting.all();
    const done = guarded((held) => (looks.length === 0 ? [] : held.record(looks)));
    if ('error' in done) {
      degrade(messageOf(done.error));
      return;
    }
    waiting.clear();
    if (looks.length > 0) parts.onWritten?.();
    recovered();
  };

  const retry = (): void => {
    if (isClosed) return;
    if (store === null) reopen();
    if (store !== null) flush();
  };

  const noticeRemoval = (): void => {
    if (store === null || store.isInPlace()) return;
    log.error({ file }, 'the history was removed or replaced while it was in use: what is there now is used, or a new one begun');
    shut();
    reopen();
  };

  const maintain = (steps: number): void => {
    noticeRemoval();
    const more = guarded((held) => held.maintain(clock.now(), limits, parts.isConfigured));
    if ('error' in more && trouble === null && store !== null)
      log.warn({ file, detail: messageOf(more.error) }, 'old rows could not be removed');
    const again = 'answer' in more && more.answer && steps < stepsMax;
    if (!isClosed) cancelMaintain = clock.setTimer(again ? betweenStepsMs : maintainEveryMs, () => maintain(again ? steps + 1 : 0));
  };

  return {
    open: () => {
      const opened = openStore({ file, now: clock.now() });
      take(opened);
      if (opened.kind === 'newer') refusal = opened.detail;
      if (opened.kind === 'failed') degrade(opened.detail);
      if (opened.kind === 'opened' || opened.kind === 'failed') cancelMaintain = clock.setTimer(maintainEveryMs, () => maintain(0));
      return opened.kind === 'failed' ? 'degraded' : opened.kind;
    },
    refusal: () => refusal,
    record: (looks) => {
      if (trouble === null) {
        const done = guarded((held) => held.record(looks));
        if ('answer' in done) return done.answer;
        // A history that was begun anew takes them; a disk that is full does not.
        const second = isDamage(done.error) ? guarded((held) => held.record(looks)) : done;
        if ('answer' in second) return second.answer;
        degrade(messageOf(second.error));
      }
      for (const look of looks) waiting.add(look);
      return null;
    },
    sight: (check) => {
      const stored = guarded((held) => held.observations.sight(check));
      return waiting.over(check, 'answer' in stored ? stored.answer : null);
    },
    ask: (question) => {
      const done = guarded(question);
      if ('answer' in done) return done.answer;
      // Where there is none, or its trouble has been told, a line for each question says nothing new.
      if (store !== null && trouble === null) log.warn({ file, detail: messageOf(done.error) }, 'the history did not answer');
      return null;
    },
    health: () => ({
      state: trouble === null ? 'ok' : 'degraded',
      trouble,
      file,
      sizeBytes: store?.sizeBytes() ?? 0,
      isHeldUp: (store?.logBytes() ?? 0) > logBytesMax,
      instanceId: store?.instanceId ?? null,
      waitingLooks: waiting.count(),
      droppedLooks: waiting.dropped(),
      setAside,
    }),
    setLimits: (next) => {
      limits = next;
      store?.limitSize(next.bytesMax);
    },
    close: () => {
      isClosed = true;
      cancelRetry();
      cancelMaintain();
      // A last attempt: the disk may have room by now.
      if (waiting.count() > 0 && store !== null) flush();
      if (waiting.count() > 0) log.error({ file, looks: waiting.count() }, 'looks that waited for the disk are lost with this end');
      cancelRetry();
      store?.close();
      store = null;
    },
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
