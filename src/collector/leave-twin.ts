// Leaves the primary's last good snapshot on the standby, with what the fleet agreed on, so that the standby can judge itself when primary,
// collector and network are gone.
import { createHash } from 'node:crypto';
import type { FleetConfig } from '../config/fleet-config.ts';
import { canonicalJson } from '../contract/canonical.ts';
import type { PairReview } from '../contract/fleet.ts';
import type { Terms, TwinBody } from '../contract/twin.ts';
import type { Clock } from '../daemon/clock.ts';
import type { Log } from '../daemon/log.ts';
import type { FleetStore } from '../store/fleet/store.ts';
import type { HttpClient } from './http/client.ts';
import type { Nodes } from './nodes.ts';
import { isRegionAddress } from './regions/address.ts';
import type { FleetPair } from './review/review.ts';

export interface TwinLeavingParts {
  readonly config: () => FleetConfig;
  readonly nodes: Nodes;
  readonly store: FleetStore;
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly log: Log;
}

export interface TwinLeaving {
  /** A pair was judged: what lies on its standby may be out of date. */
  judged(pair: FleetPair): void;
  status(pair: FleetPair): PairReview['twin'];
  stop(): void;
}

/** While nothing changes it is left again so often: the age of the primary's looks is part of what it says. */
const againMs = 30 * 60_000;
const retryMs = { first: 30_000, max: 15 * 60_000 };
/** A snapshot may be a megabyte; a few at once. */
const underWayMax = 4;
const timeoutMs = 30_000;
const answerBytesMax = 64 * 1024;

interface Left {
  /** Of what was left, as `printOf` makes it. */
  readonly print: string | null;
  readonly leftAt: number | null;
  readonly triedAt: number | null;
  readonly failures: number;
  readonly error: string | null;
}

const never: Left = { print: null, leftAt: null, triedAt: null, failures: 0, error: null };

export function createTwinLeaving(parts: TwinLeavingParts): TwinLeaving {
  const { clock, log } = parts;
  const left = new Map<string, Left>();
  const waiting = new Map<string, FleetPair>();
  const stopping = new AbortController();
  let underWay = 0;

  const isDue = (key: string, print: string): boolean => {
    const { print: before, leftAt, triedAt, failures } = left.get(key) ?? never;
    const now = clock.now();
    if (failures > 0 && triedAt !== null) return now - triedAt >= Math.min(retryMs.max, retryMs.first * 2 ** (failures - 1));
    return before !== print || leftAt === null || Math.abs(now - leftAt) >= againMs;
  };

  const duePrint = (pair: FleetPair): string | null => {
    const print = printOf(parts, pair);
    return print !== null && isDue(leftKey(pair), print) ? print : null;
  };

  const leave = async (pair: FleetPair): Promise<void> => {
    const print = duePrint(pair);
    const body = print === null ? null : twinBody(parts, pair);
    if (print === null || body === null) return;
    const key = leftKey(pair);
    const before = left.get(key) ?? never;
    const error = await put(parts, pair, body, stopping.signal);
    if (stopping.signal.aborted) return;
    const triedAt = clock.now();
    const { group, pair: name } = pair;
    if (error === null) {
      if (before.failures > 0) log.info({ group, pair: name }, 'the primary’s snapshot was left on the standby again');
      left.set(key, { print, leftAt: triedAt, triedAt, failures: 0, error: null });
    } else {
      // Once, not with every attempt: what goes on failing is shown with the pair.
      if (before.error !== error) log.warn({ group, pair: name, detail: error }, 'the primary’s snapshot could not be left on the standby');
      left.set(key, { ...before, triedAt, failures: before.failures + 1, error });
    }
  };

  const next = (): void => {
    while (underWay < underWayMax && waiting.size > 0) {
      const [[key, pair]] = waiting as unknown as [[string, FleetPair]];
      waiting.delete(key);
      underWay++;
      void leave(pair).finally(() => {
        underWay--;
        next();
      });
    }
  };

  return {
    judged: (pair) => {
      // A pair is judged far more often than anything of it has to be left.
      if (stopping.signal.aborted || duePrint(pair) === null) return;
      waiting.set(pair.key, pair);
      // Not within the transaction of whoever calls.
      clock.setTimer(0, next);
    },
    status: (pair) => {
      const { leftAt, error } = left.get(leftKey(pair)) ?? never;
      return { leftAt, error };
    },
    stop: () => {
      stopping.abort();
      waiting.clear();
    },
  };
}

/** After a switchover another machine is the standby, on which nothing was left yet. */
const leftKey = ({ key, standby, primary }: FleetPair): string => [key, standby?.target.key, primary?.target.key].join('\n');

/** Of what there is to leave, without what moves with every look; null where there is nothing, or nobody to leave it with. */
function printOf(parts: TwinLeavingParts, pair: FleetPair): string | null {
  const { standby, primary } = pair;
  if (standby === null || primary === null || standby.identity === null) return null;
  // A region judges nothing by itself.
  if (isRegionAddress(standby.target.key)) return null;
  if (standby.troubles.some(({ kind }) => kind === 'silent' || kind === 'cloned')) return null;
  const mark = parts.nodes.mark(primary);
  if (mark === null) return null;
  return createHash('sha256')
    .update(canonicalJson([mark, termsOf(parts, pair)]))
    .digest('base64');
}

function twinBody(parts: TwinLeavingParts, pair: FleetPair): string | null {
  const snapshot = parts.nodes.snapshot(pair.primary!);
  // The standby compares these times with its own clock.
  return snapshot === null
    ? null
    : JSON.stringify({ ...parts.nodes.asClockOf(pair.standby!, snapshot), terms: termsOf(parts, pair) } satisfies TwinBody);
}

function termsOf({ store, config }: TwinLeavingParts, { standby, group, pair, terms }: FleetPair): Terms {
  const site = standby?.target.told.site ?? null;
  return {
    lawful: [...terms.lawful],
    waivers: [...store.waivers.standing({ group, pair })],
    site: (site === null ? undefined : config().sites[site]) ?? null,
    expectedChecks: [...terms.expectedChecks],
    primaryMaxAgeMs: terms.thresholds.primaryMaxAgeMs,
  };
}

/** Null when it was kept; else one sentence. */
async function put({ http }: TwinLeavingParts, { standby }: FleetPair, body: string, signal: AbortSignal): Promise<string | null> {
  const headers = { 'content-type': 'application/json' };
  const answer = await http.request(standby!.target.contact, {
    method: 'PUT',
    path: '/v1/twin',
    headers,
    body,
    timeoutMs,
    bytesMax: answerBytesMax,
    signal,
  });
  if (answer.kind === 'failed') return answer.reason;
  if (answer.status === 204) return null;
  return refusalWords(answer.status, detailOf(answer.body.toString()));
}

function refusalWords(status: number, detail: string): string {
  switch (status) {
    case 401:
    case 403:
      return 'the standby’s agent does not let this collector leave it: give its token or certificate the right `twin` under access';
    default:
      return `the standby’s agent answered ${status}${detail === '' ? '' : `: ${detail}`}`;
  }
}

const detailLengthMax = 200;

function detailOf(body: string): string {
  try {
    const { detail } = JSON.parse(body) as { readonly detail?: unknown };
    return typeof detail === 'string' ? detail.slice(0, detailLengthMax) : '';
  } catch {
    return '';
  }
}
