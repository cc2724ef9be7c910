// Resolves a name the way applications do: getaddrinfo, with hosts file, nsswitch and the system's resolver.
import dns from 'node:dns';
import { isIP } from 'node:net';
import type { LookupAnswer } from '../contract/machine.ts';
import { addressesByProgram } from './lookup-program.ts';

/**
 * getaddrinfo holds one of libuv's four threads until the resolver gives up (5 s times attempts times servers by
 * default), and reading files needs those threads too: with a dead resolver two of them stay free.
 */
const runningMax = 2;

/** A look asks for tens of names. Past this, something calls in a loop. */
const waitingMax = 256;

/** No service has more; a hostile answer of 64 KiB could carry about four thousand. */
const addressesMax = 64;

/**
 * A name in a zone whose servers are dead holds its thread for ten seconds and more: two such names would keep forty healthy
 * ones from being asked in time. A lookup that has waited this long is asked in a process of its own.
 */
const patienceMs = 250;

/** Each sleeps in the resolver and takes about a megabyte meanwhile. */
const programsMax = 16;

const waiting: (() => void)[] = [];
let running = 0;
/** Those that have waited for a thread long enough, and now wait for a program. */
const waitingAside: (() => void)[] = [];
let programs = 0;

/**
 * All addresses of a name, in the resolver's order. The time limit includes waiting behind other lookups; `tookMs` does
 * not. A lookup that is given up goes on in its thread, since getaddrinfo cannot be stopped, and its answer is dropped.
 */
export function lookup(
  name: string,
  options: { readonly family: 0 | 4 | 6; readonly timeoutMs: number },
  signal: AbortSignal,
): Promise<LookupAnswer> {
  return new Promise((resolve) => {
    let hasBegun = false;
    const isOver = new AbortController();
    const answer = (value: LookupAnswer): void => {
      clearTimeout(timer);
      clearTimeout(patience);
      isOver.abort();
      signal.removeEventListener('abort', giveUp);
      const place = waiting.indexOf(begin);
      if (place >= 0) waiting.splice(place, 1);
      resolve(value);
    };
    const giveUp = (): void => answer(hasBegun ? timedOut(name) : crowdedOut(name));
    const begin = (): void => {
      hasBegun = true;
      running += 1;
      ask(name, options.family, (value) => {
        running -= 1;
        waiting.shift()?.();
        answer(value);
      });
    };
    const timer = setTimeout(giveUp, options.timeoutMs);
    const askElsewhere = (): void => {
      if (hasBegun || isOver.signal.aborted) waitingAside.shift()?.();
      else if (programs < programsMax) askAside(name, options, isOver.signal, answer);
      else waitingAside.push(askElsewhere);
    };
    const patience = setTimeout(askElsewhere, patienceMs);
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    if (running < runningMax) begin();
    else if (waiting.length < waitingMax) waiting.push(begin);
    else answer(crowdedOut(name));
  });
}

/** Without addresses from there, the lookup waits on for its turn. */
function askAside(
  name: string,
  options: { readonly family: 0 | 4 | 6; readonly timeoutMs: number },
  isOver: AbortSignal,
  done: (answer: LookupAnswer) => void,
): void {
  const startedMs = performance.now();
  programs += 1;
  void addressesByProgram(name, options, isOver).then((addresses) => {
    programs -= 1;
    waitingAside.shift()?.();
    if (addresses !== null && !isOver.aborted)
      done({ kind: 'addresses', addresses: addresses.slice(0, addressesMax), tookMs: performance.now() - startedMs });
  });
}

function ask(name: string, family: 0 | 4 | 6, done: (answer: LookupAnswer) => void): void {
  const startedMs = performance.now();
  const answered = (error: NodeJS.ErrnoException | null, found: readonly dns.LookupAddress[]): void => {
    const tookMs = performance.now() - startedMs;
    // Node gives an IP address back whatever family was asked for.
    const isWanted = (entry: dns.LookupAddress): boolean => family === 0 || entry.family === family;
    done(error === null ? addressesOf(found.filter(isWanted), tookMs) : explain(name, error, tookMs));
  };
  try {
    dns.lookup(name, { all: true, family, order: 'verbatim' }, answered);
  } catch (error) {
    // Names that cannot be asked (a zero byte, over-long labels) are refused before they reach the resolver.
    process.nextTick(done, explain(name, error as NodeJS.ErrnoException, 0));
  }
}

function addressesOf(found: readonly dns.LookupAddress[], tookMs: number): LookupAnswer {
  const addresses = [...new Set(found.map((entry) => entry.address).filter((address) => isIP(address) !== 0))];
  return addresses.length === 0
    ? { kind: 'no-such-name', tookMs }
    : { kind: 'addresses', addresses: addresses.slice(0, addressesMax), tookMs };
}

/**
 * Node says ENOTFOUND for EAI_NONAME and EAI_NODATA: both are answers. EAI_AGAIN is what glibc says when no server
 * answered or one said SERVFAIL: nothing is known about the name then.
 */
function explain(name: string, error: NodeJS.ErrnoException, tookMs: number): LookupAnswer {
  const code = error.code ?? 'UNKNOWN';
  if (code === 'ENOTFOUND' || code === 'EAI_ADDRFAMILY') return { kind: 'no-such-name', tookMs };
  const detail = `the resolver gave no answer for ${name} (${code})`;
  return { kind: 'failed', reason: code === 'EACCES' || code === 'EPERM' ? 'denied' : 'unreadable', detail, code };
}

/** What the C library says when no server answers; which of the two gives up first is chance. */
const noAnswerCode = 'EAI_AGAIN';

const timedOut = (name: string): LookupAnswer => ({
  kind: 'failed',
  reason: 'timeout',
  detail: `the resolver did not answer for ${name} in time`,
  code: noAnswerCode,
});

const crowdedOut = (name: string): LookupAnswer => ({
  kind: 'failed',
  reason: 'timeout',
  detail: `earlier lookups still hang in the resolver, so ${name} was not asked for in time`,
  code: noAnswerCode,
});
