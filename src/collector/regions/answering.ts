// Lets the poller ask a region as it asks an agent: what is meant for one is answered within this process.
import type { Changes } from '../../contract/changes.ts';
import { schemaProblems } from '../../contract/schema.ts';
import { type ChangesQuery, ChangesQuerySchema } from '../../watch/changes.ts';
import type { HttpAnswer, HttpClient } from '../http/client.ts';
import { isRegionAddress } from './address.ts';

/** Undefined where no region has this address; null while its history cannot be read. */
export type AnswerOf = (address: string, query: ChangesQuery) => Changes | null | undefined;

export function withRegions(http: HttpClient, answerOf: AnswerOf): HttpClient {
  return {
    ...http,
    request: (contact, asked) =>
      isRegionAddress(contact.address) ? answered(contact.address, asked.path ?? '/', answerOf) : http.request(contact, asked),
    forget: (contact) => {
      if (!isRegionAddress(contact.address)) http.forget(contact);
    },
  };
}

async function answered(address: string, path: string, answerOf: AnswerOf): Promise<HttpAnswer> {
  const begunAt = performance.now();
  const { pathname, searchParams } = new URL(path, 'http://region');
  const query = queryOf(searchParams);
  const changes =
    pathname === '/v1/changes' && schemaProblems(ChangesQuerySchema, query).length === 0 ? answerOf(address, query) : undefined;
  const tookMs = performance.now() - begunAt;
  const times = { tookMs, waitedMs: tookMs, readMs: 0 };
  if (changes === undefined) return { kind: 'answered', status: 404, headers: {}, body: '', ...times };
  if (changes === null) return { kind: 'answered', status: 503, headers: {}, body: '', ...times };
  return { kind: 'answered', status: 200, headers: {}, body: JSON.stringify(changes), ...times };
}

function queryOf(params: URLSearchParams): ChangesQuery {
  const text = (name: 'known' | 'named') => (params.has(name) ? { [name]: params.get(name)! } : {});
  return { after: Number(params.get('after') ?? 0), limit: Number(params.get('limit') ?? 100), ...text('known'), ...text('named') };
}
