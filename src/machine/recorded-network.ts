// Canned answers of a recorded machine's network: names, DNS servers, third parties.
import { readFile } from 'node:fs/promises';
import { isIPv4, isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { DialAnswer, DialRequest, DnsRequest, LookupAnswer, Machine } from '../contract/machine.ts';
import { redacted, redactText } from '../redaction/redact.ts';
import { failed } from './failure.ts';
import { RecordedMachineError } from './recorded-file.ts';
import type { RecordedDial, RecordedDialAnswer, RecordedLookup, RecordedMachineFile } from './recorded-schema.ts';

export async function networkQuestions(
  folder: string,
  recorded: RecordedMachineFile,
): Promise<Pick<Machine, 'lookup' | 'exchangeDns' | 'dial'>> {
  const answers = new Map(await Promise.all(recorded.dials.map(async (dial) => [dial, await dialAnswer(folder, dial.answer)] as const)));
  return {
    lookup: async (name, { family }) => lookupRecorded(recorded.lookups, name, family),
    exchangeDns: (request) => exchangeRecorded(recorded, request),
    dial: async (request) => {
      const dial = mostSpecific(recorded.dials, request);
      return (dial === undefined ? undefined : answers.get(dial)) ?? notRecorded(request);
    },
  };
}

function lookupRecorded(lookups: readonly RecordedLookup[], name: string, family: 0 | 4 | 6): LookupAnswer {
  const ofName = lookups.filter((lookup) => sameName(lookup.name, name));
  const lookup = ofName.find((each) => each.family === family) ?? ofName.find((each) => each.family === undefined);
  if (lookup === undefined) return failed('unreadable', `the recording holds no lookup of ${name}`);
  const { tookMs } = lookup;
  if (lookup.failed !== undefined) {
    const answer = failed(lookup.failed, lookup.detail ?? `looking up ${name} gave no answer`);
    return lookup.code === undefined ? answer : { ...answer, code: lookup.code };
  }
  const addresses = (lookup.addresses ?? []).filter((address) => family === 0 || (family === 4 ? isIPv4(address) : isIPv6(address)));
  return addresses.length === 0 ? { kind: 'no-such-name', tookMs } : { kind: 'addresses', addresses, tookMs };
}

const sameName = (one: string, other: string): boolean => bareName(one) === bareName(other);

const bareName = (name: string): string => name.toLowerCase().replace(/\.$/, '');

async function exchangeRecorded(recorded: RecordedMachineFile, request: DnsRequest): ReturnType<Machine['exchangeDns']> {
  const { answerRecordedDns } = await import('./recorded-dns.ts');
  return answerRecordedDns(recorded.dns, request);
}

/** The entry that says most about this attempt, among those that say nothing else about it. */
function mostSpecific(dials: readonly RecordedDial[], request: DialRequest): RecordedDial | undefined {
  let best: { readonly dial: RecordedDial; readonly said: number } | undefined;
  for (const dial of dials) {
    const said = agreement(dial, request);
    if (said !== null && said > (best?.said ?? -1)) best = { dial, said };
  }
  return best?.dial;
}

/** How many of the optional particulars agree; null where one does not. */
function agreement(dial: RecordedDial, request: DialRequest): number | null {
  if (dial.address !== request.address || dial.port !== request.port) return null;
  const asked: Readonly<Record<Particular, string | undefined>> = {
    serverName: request.tls?.serverName,
    method: request.http?.method,
    host: request.http?.host,
    path: request.http?.path,
    sourceAddress: request.sourceAddress,
    proxy: request.proxy === undefined ? undefined : `${request.proxy.address}:${request.proxy.port}`,
    proxyTarget: request.proxyTarget,
  };
  const given = particulars.filter((name) => dial[name] !== undefined);
  return given.every((name) => dial[name] === asked[name] || isRedacted(dial[name], asked[name])) ? given.length : null;
}

/** A recording has lost the secrets in a path. */
const isRedacted = (kept: string | undefined, asked: string | undefined): boolean =>
  kept?.includes(redacted) === true && asked !== undefined && redactText(asked) === kept;

const particulars = ['serverName', 'method', 'host', 'path', 'sourceAddress', 'proxy', 'proxyTarget'] as const;

type Particular = (typeof particulars)[number];

const notRecorded = ({ address, port }: DialRequest): DialAnswer => ({
  kind: 'dialled',
  stage: 'connect',
  result: 'local-error',
  code: '',
  detail: `the recording holds no such attempt to reach ${address} port ${port}`,
  localAddress: null,
  timings: { totalMs: 0 },
});

async function dialAnswer(folder: string, recorded: RecordedDialAnswer): Promise<DialAnswer> {
  const { tls, http, localAddress = null, timings = { totalMs: 0 }, ...rest } = recorded;
  const answer: DialAnswer = { kind: 'dialled', ...rest, localAddress, timings, ...(http === undefined ? {} : { http }) };
  if (tls === undefined) return answer;
  const { chainFiles, alpn = null, ...seen } = tls;
  const chain = (await Promise.all(chainFiles.map((name) => certificates(join(folder, name))))).flat();
  return { ...answer, tls: { ...seen, alpn, chain } };
}

async function certificates(file: string): Promise<readonly Uint8Array[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new RecordedMachineError(`${file}: ${error instanceof Error ? error.message : 'cannot be read'}`);
  }
  const blocks = [...text.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g)];
  if (blocks.length === 0) throw new RecordedMachineError(`${file}: holds no PEM certificate`);
  return blocks.map(([, body]) => new Uint8Array(Buffer.from(body ?? '', 'base64')));
}
