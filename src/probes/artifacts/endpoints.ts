// Asks local services for their version.

import { parseDurationMs } from '../../contract/duration.ts';
import { inTurns } from '../../contract/in-turns.ts';
import type { DialAnswer, DialRequest, Machine } from '../../contract/machine.ts';
import type { EndpointFact } from './facts.ts';
import { parseJsonPath, scalarAt } from './json-path.ts';
import type { EndpointSettings } from './settings.ts';

/** Build descriptions are a few KiB. */
const bodyBytesMax = 65_536;
const versionCharsMax = 200;
const asksAtOnce = 8;

type Answer = EndpointFact['answer'];

export async function lookAtEndpoints(port: Machine, endpoints: readonly EndpointSettings[]): Promise<readonly EndpointFact[]> {
  const inTurn = inTurns(asksAtOnce);
  const facts = await Promise.all(endpoints.map(async (one) => ({ name: one.name, answer: await inTurn(() => ask(port, one)) })));
  return facts.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function ask(port: Machine, endpoint: EndpointSettings): Promise<Answer> {
  const target = targetOf(endpoint.url);
  if (target === null) return { kind: 'unseen', detail: 'its url names no port' };
  const addresses = await addressesOf(port, target.host);
  if (typeof addresses === 'string') return { kind: 'unseen', detail: addresses };
  let answer: DialAnswer | undefined;
  for (const address of addresses) {
    answer = await port.dial(requestFor(endpoint, target, address));
    if (answer.result !== 'refused') break;
  }
  return answer === undefined ? { kind: 'unseen', detail: `${target.host} has no address` } : understand(answer, endpoint);
}

interface Target {
  readonly isTls: boolean;
  readonly host: string;
  readonly port: number;
  readonly authority: string;
  readonly path: string;
}

function targetOf(url: string): Target | null {
  const match = /^(https?):\/\/(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?([/?][^\s#]*)?$/.exec(url);
  if (match === null) return null;
  const isTls = match[1] === 'https';
  const port = match[3] === undefined ? (isTls ? 443 : 80) : Number(match[3]);
  if (port < 1 || port > 65_535) return null;
  const rest = match[4] ?? '/';
  const authority = match[3] === undefined ? match[2]! : `${match[2]}:${port}`;
  return { isTls, host: match[2]!.replace(/^\[|\]$/g, ''), port, authority, path: rest.startsWith('?') ? `/${rest}` : rest };
}

/** A service may listen on one family only: every address gets its turn until one does not refuse. */
async function addressesOf(port: Machine, host: string): Promise<readonly string[] | string> {
  if (isAddress(host)) return [host];
  if (host.toLowerCase() === 'localhost') return ['127.0.0.1', '::1'];
  const answer = await port.lookup(host, { family: 0, timeoutMs: 5_000 });
  return answer.kind === 'addresses' ? answer.addresses.slice(0, 4) : `${host} could not be looked up`;
}

const isAddress = (host: string): boolean => /^[0-9.]+$/.test(host) || host.includes(':');

function requestFor({ timeout }: EndpointSettings, target: Target, address: string): DialRequest {
  const headers = { accept: '*/*', 'user-agent': 'understudy' };
  return {
    address,
    port: target.port,
    timeoutMs: parseDurationMs(timeout) ?? 5_000,
    ...(target.isTls && { tls: { serverName: target.host } }),
    http: { method: 'GET', path: target.path, host: target.authority, headers, bodyBytesMax },
  };
}

function understand(answer: DialAnswer, endpoint: EndpointSettings): Answer {
  if (answer.result === 'refused') return { kind: 'stopped' };
  const { http } = answer;
  if (http === undefined) return { kind: 'unseen', detail: `it gave no HTTP answer: ${answer.result} at the stage ${answer.stage}` };
  if (!endpoint.status.includes(http.status)) return { kind: 'untold', detail: `it answered with status ${http.status}` };
  const version = versionIn(http.body, http.isBodyCut, endpoint);
  return typeof version === 'string' ? { kind: 'version', version } : { kind: 'untold', detail: version.detail };
}

function versionIn(body: string, isCut: boolean, { json, pattern }: EndpointSettings): string | { readonly detail: string } {
  const text = json === undefined ? body : textAt(body, isCut, json);
  if (typeof text !== 'string') return text;
  const found = pattern === undefined ? text : matchIn(text, pattern);
  if (typeof found !== 'string') return found;
  const version = found.trim();
  if (version === '' || version.length > versionCharsMax || /\p{Cc}/u.test(version))
    return { detail: `its answer is no version: a line of at most ${versionCharsMax} characters` };
  return version;
}

function textAt(body: string, isCut: boolean, path: string): string | { readonly detail: string } {
  const steps = parseJsonPath(path);
  if (steps === null) return { detail: `${path} is no path into JSON` };
  if (isCut) return { detail: `its answer is longer than ${bodyBytesMax} bytes` };
  try {
    return scalarAt(JSON.parse(body), steps) ?? { detail: `its answer has no value at ${path}` };
  } catch {
    return { detail: 'its answer is no JSON' };
  }
}

function matchIn(text: string, pattern: string): string | { readonly detail: string } {
  try {
    const match = new RegExp(pattern, 'm').exec(text);
    return match === null ? { detail: `its answer does not match ${pattern}` } : (match[1] ?? match[0]);
  } catch {
    return { detail: `${pattern} is no regular expression` };
  }
}
