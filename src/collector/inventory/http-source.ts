// Prometheus' http_sd: a service that answers with the list.
import { createHash } from 'node:crypto';
import type { DiscoveryConfig } from '../../config/fleet-config.ts';
import type { Clock } from '../../daemon/clock.ts';
import type { HttpClient } from '../http/client.ts';
import { type FoundList, unreadList } from './found.ts';
import { jsonList } from './list-text.ts';
import type { Source } from './source.ts';
import { readTargetList } from './target-list.ts';

/** A service may have to ask a slow inventory first. */
const timeoutMs = 20_000;
/** A hundred thousand targets. */
const bytesMax = 16 * 1024 ** 2;

export interface HttpSourceParts {
  readonly discovery: Extract<DiscoveryConfig, { kind: 'http' }>;
  readonly http: Pick<HttpClient, 'request'>;
  readonly clock: Clock;
  /** Lists as they were when they were last known, of whatever source. */
  readonly known: readonly FoundList[];
}

export function httpSource({ discovery, http, clock, known }: HttpSourceParts): Source {
  const { pathname, search, origin } = new URL(discovery.url);
  const source = `${origin}${pathname}`;
  const asked = { method: 'GET', path: `${pathname}${search}`, headers: { accept: 'application/json' }, timeoutMs, bytesMax };
  let list = unreadList(search === '' ? source : `${source}?${digest(search)}`, source, known);
  /** Of the answer that the list was read from. */
  let digestBefore: string | null = null;
  return {
    lists: () => [list],
    problems: () => [],
    refresh: async (signal) => {
      const answer = await http.request(discovery.contact, { ...asked, signal });
      // Whoever gave it up does not want to know.
      if (signal.aborted) return;
      if (answer.kind === 'failed') list = { ...list, trouble: answer.reason };
      else if (answer.status !== 200) list = { ...list, trouble: `${source} answered with status ${answer.status}` };
      else if (digestBefore === digest(answer.body)) list = { ...list, goodAt: clock.now(), trouble: null };
      else {
        list = listOf(answer.body, list, clock.now());
        digestBefore = list.trouble === null ? digest(answer.body) : null;
      }
    },
  };
}

/** A query may hold a secret. */
const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

function listOf(body: string, before: FoundList, now: number): FoundList {
  const text = jsonList(body, before.source);
  const parsed = text.kind === 'broken' ? text : readTargetList(text);
  if (parsed.kind === 'broken') return { ...before, trouble: parsed.trouble };
  return { ...before, found: parsed.found, goodAt: now, trouble: null, complaints: parsed.complaints };
}
