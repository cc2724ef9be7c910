// What a view shows of the collector: asked when it is first needed and again when it may have changed, one question at a time.
import { type ReadonlySignal, signal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo } from 'preact/hooks';
import { AskFailed, askAgain } from './ask.ts';
import { collectorNow } from './clock.ts';
import { noteFailing } from './failing.ts';
import { connection, doubt, noteHeard, onChanged } from './live.ts';
import { isSignInNeeded } from './session.ts';

export interface Loading {
  readonly state: 'loading';
}

export interface Failed {
  readonly state: 'failed';
  readonly error: AskFailed;
}

export interface Shown<T> {
  readonly state: 'shown';
  readonly value: T;
  /** When it was last known to be so, by the collector's clock. */
  readonly at: number;
  /** Why it could not be asked again since. */
  readonly error: AskFailed | null;
  /** It is of another address than the one that is asked for now: of the moment before, while the next one is on its way. */
  readonly isPending: boolean;
  /** The collector cannot be asked at present, so that it may be otherwise by now. */
  readonly isStale: boolean;
}

export type Resource<T> = (Loading | Failed | Shown<T>) & { readonly again: () => void };

export interface ResourceOptions {
  /** Only a change of this group matters. */
  readonly group?: string;
  /** Shows what was there until the next address is answered: for the same thing at another moment, never for another thing. */
  readonly keeps?: boolean;
  /** Asked again so often although no change is told: for what ages, such as when something was last seen. */
  readonly everyMs?: number;
  /** Never changes any more: it is of the past. */
  readonly isPast?: boolean;
}

/** With null, nothing is asked yet. */
export function useResource<T>(address: string | null, options: ResourceOptions = {}): Resource<T> {
  const asking = useMemo(() => createAsking<T>(), []);
  const { group, keeps = false, everyMs, isPast = false } = options;
  useEffect(() => asking.end, [asking]);
  // Before it is painted: the question is on its way while the browser draws.
  useLayoutEffect(() => asking.show(address, keeps), [asking, address, keeps]);
  useEffect(() => {
    if (isPast) return;
    const stop = onChanged((groups) => {
      if (groups === null || group === undefined || groups.includes(group)) asking.again();
    });
    const timer = everyMs === undefined ? undefined : setInterval(asking.again, everyMs);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [asking, group, everyMs, isPast]);
  const known = asking.known.value;
  const isOther = known.state !== 'loading' && known.address !== address;
  if (known.state === 'loading' || (isOther && !(keeps && known.state === 'shown'))) return { state: 'loading', again: asking.again };
  if (known.state === 'failed') return { state: 'failed', error: known.error, again: asking.again };
  const isStale = connection.value.kind === 'lost' || known.error !== null;
  return { state: 'shown', value: known.value, at: known.at, error: known.error, isPending: isOther, isStale, again: asking.again };
}

type Known<T> =
  | Loading
  | { readonly state: 'failed'; readonly address: string; readonly error: AskFailed }
  | {
      readonly state: 'shown';
      readonly address: string;
      readonly value: T;
      readonly etag: string | null;
      readonly at: number;
      readonly error: AskFailed | null;
    };

interface Asking<T> {
  readonly known: ReadonlySignal<Known<T>>;
  show(address: string | null, keeps: boolean): void;
  again(): void;
  end(): void;
}

/** However much changes: what is shown is asked for again at most so often. */
const pauseMs = 1_000;
/** What could not be answered is asked again so much later. */
const retryMs = 15_000;

function createAsking<T>(): Asking<T> {
  const known = signal<Known<T>>({ state: 'loading' });
  let address: string | null = null;
  let running: AbortController | null = null;
  let isWanted = false;
  let askedAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const again = (): void => {
    isWanted = true;
    next();
  };
  /** Does not wait for what a failure is waiting for. */
  const atOnce = (): void => {
    clearTimeout(timer);
    timer = undefined;
    again();
  };
  const next = (): void => {
    if (!isWanted || address === null || running !== null || timer !== undefined) return;
    if (document.visibilityState === 'hidden') return;
    const waitMs = askedAt + pauseMs - performance.now();
    if (waitMs <= 0) return void run(address);
    timer = setTimeout(() => {
      timer = undefined;
      next();
    }, waitMs);
  };
  const run = async (asked: string): Promise<void> => {
    const controller = new AbortController();
    running = controller;
    isWanted = false;
    askedAt = performance.now();
    const told = await answerOf(asked, known.peek(), controller.signal);
    if (running !== controller) return;
    running = null;
    if (told !== null) known.value = told;
    if (told !== null) noteFailing(known, isFailing(told));
    if (told !== null && 'error' in told && told.error !== null) timer = setTimeout(retry, Math.max(retryMs, told.error.retryAfterMs ?? 0));
    next();
  };
  const retry = (): void => {
    timer = undefined;
    again();
  };
  const stop = (): void => {
    running?.abort();
    running = null;
    clearTimeout(timer);
    timer = undefined;
  };
  document.addEventListener('visibilitychange', next);
  const stopSession = isSignInNeeded.subscribe((isNeeded) => !isNeeded && known.peek().state === 'failed' && atOnce());
  return {
    known,
    again: atOnce,
    show: (asked, keeps) => {
      if (asked === address) return;
      stop();
      address = asked;
      if (!keeps) known.value = { state: 'loading' };
      if (!keeps) noteFailing(known, false);
      askedAt = Number.NEGATIVE_INFINITY;
      again();
    },
    end: () => {
      stop();
      address = null;
      noteFailing(known, false);
      stopSession();
      document.removeEventListener('visibilitychange', next);
    },
  };
}

/** That there is no such thing, or that it must not be seen, is an answer; that it cannot be told is none. */
function isFailing(told: Known<unknown>): boolean {
  if (told.state === 'loading') return false;
  if (told.state === 'shown') return told.error !== null;
  const { kind, status } = told.error;
  return kind !== 'refused' || status === null || status >= 500 || status === 429;
}

/** Null when it was called off. */
async function answerOf<T>(address: string, before: Known<T>, signal: AbortSignal): Promise<Known<T> | null> {
  const held = before.state === 'shown' && before.address === address ? before : null;
  try {
    const { value, etag } = await askAgain<T>(address, { etag: held?.etag ?? null, signal });
    noteHeard();
    const at = collectorNow();
    if (value !== null) return { state: 'shown', address, value, etag, at, error: null };
    return held === null ? null : { ...held, at, error: null };
  } catch (error) {
    if (!(error instanceof AskFailed)) return null;
    if (error.kind === 'unreachable' || error.kind === 'late') doubt();
    else noteHeard();
    return held === null || error.status === 404 ? { state: 'failed', address, error } : { ...held, error };
  }
}
