// The collector's events, kept open: says what has changed, and whether what is shown can still be believed to be of now.
import { signal } from '@preact/signals';
import { beatMs, type LiveEvent } from '../../contract/live.ts';
import { authorization } from './ask.ts';
import { backoffMs } from './backoff.ts';
import { collectorNow, noteCollectorTime } from './clock.ts';
import { createEventParser } from './event-parser.ts';
import { asksForToken, isSignInNeeded } from './session.ts';

/**
 * `live`: it says by itself what changes. `asking`: it does not push, so that it is asked again and again. `lost`: nothing has been heard
 * since, by the collector's clock; null where it never was heard at all.
 */
export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'lost'; readonly since: number | null };

export const connection = signal<Connection>({ kind: 'connecting' });

/** Two beats and a little more. */
const silenceMsMax = 2 * beatMs + 5_000;

/** Where it does not push: as often as it would beat. */
const askingMs = beatMs;
/** And so many of these later it is asked to push again: all places may have been taken. */
const askingRounds = 8;

/** Null: any group may have changed. */
type Listener = (groups: readonly string[] | null) => void;

const listeners = new Set<Listener>();

/** Called once for every change that is told, and after every time in which none could be. Answers how to stop it. */
export function onChanged(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const tellAll = (groups: readonly string[] | null): void => {
  for (const listener of listeners) listener(groups);
};

let heardAt: number | null = null;
let failures = 0;
let stream = new AbortController();
let wake = (): void => {};

/** Tries at once what would be tried later. */
export const tryNow = (): void => wake();

/** Something else could not be asked: the stream may be dead too and not know it. */
export function doubt(): void {
  if (connection.value.kind === 'live') stream.abort(new Error('A question was not answered'));
  else noteLost();
}

/** Something else was answered. */
export function noteHeard(): void {
  heardAt = collectorNow();
  if (connection.value.kind === 'lost') tryNow();
}

function noteLost(): void {
  if (connection.value.kind !== 'lost') connection.value = { kind: 'lost', since: heardAt };
}

/** Never ends. */
export async function stayConnected(): Promise<never> {
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && wake());
  addEventListener('online', () => wake());
  isSignInNeeded.subscribe((isNeeded) => !isNeeded && wake());
  for (;;) {
    const ended = await listen();
    switch (ended) {
      case 'broken':
        // The first try comes at once: a collector that is started anew is back within a second or two.
        if (failures > 0) noteLost();
        failures += 1;
        await pause(failures === 1 ? 200 : backoffMs(failures - 1, Math.random()));
        break;
      case 'no-stream':
        await askFromTimeToTime();
        break;
      case 'not-signed-in':
        await pause(askingMs);
        break;
    }
  }
}

async function askFromTimeToTime(): Promise<void> {
  connection.value = { kind: 'asking' };
  for (let round = 0; round < askingRounds && connection.value.kind === 'asking'; round++) {
    tellAll(null);
    await pause(askingMs);
  }
}

type Ended = 'broken' | 'no-stream' | 'not-signed-in';

async function listen(): Promise<Ended> {
  stream = new AbortController();
  const guard = guardedBy(stream);
  try {
    const response = await fetch(new URL('v1/events', document.baseURI), {
      headers: { accept: 'text/event-stream', ...authorization() },
      cache: 'no-store',
      signal: stream.signal,
    });
    if (asksForToken(response.status)) {
      isSignInNeeded.value = true;
      return 'not-signed-in';
    }
    if (response.status === 404 || response.status === 503 || response.status === 403) return 'no-stream';
    if (!response.ok || response.body === null) return 'broken';
    for await (const event of eventsOf(response.body)) {
      guard.heard();
      note(event);
    }
    return 'broken';
  } catch {
    return 'broken';
  } finally {
    guard.end();
  }
}

async function* eventsOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<LiveEvent> {
  const parser = createEventParser();
  // By its reader: not every browser can loop over a stream.
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (const data of parser.take(value)) yield liveEventIn(data);
  }
}

/** Throws where it is none: whatever sends that is no collector. */
function liveEventIn(data: string): LiveEvent {
  const event = JSON.parse(data) as LiveEvent | null;
  if (!Number.isFinite(event?.at) || (event?.kind === 'changed' && !Array.isArray(event.groups)))
    throw new Error('No event of a collector');
  return event!;
}

function note(event: LiveEvent): void {
  noteCollectorTime(event.at);
  heardAt = event.at;
  switch (event.kind) {
    case 'hello': {
      const wasNew = connection.value.kind === 'connecting';
      failures = 0;
      connection.value = { kind: 'live' };
      // What changed while nobody listened was told to nobody.
      if (!wasNew) tellAll(null);
      return;
    }
    case 'changed':
      tellAll(event.groups);
      return;
    case 'beat':
      return;
  }
}

/** Ends a stream that has gone silent. By a clock, not by one long timer: a browser that sleeps holds timers back. */
function guardedBy(controller: AbortController): { heard(): void; end(): void } {
  let lastAt = Date.now();
  const timer = setInterval(() => {
    if (Date.now() - lastAt > silenceMsMax) controller.abort(new Error('Silence'));
  }, 1_000);
  return {
    heard: () => {
      lastAt = Date.now();
    },
    end: () => clearInterval(timer),
  };
}

/** Ends early when something says that it may be worth while. */
const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
