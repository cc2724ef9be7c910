// The network's answers as entries of machine.yaml.
import type { DialAnswer, DialRequest, DnsRequest, LookupAnswer } from '../../contract/machine.ts';
import { decodeDnsMessage } from '../../formats/dns-message.ts';
import { redactHeaders, redactText } from '../../redaction/redact.ts';
import type { RecordedDial, RecordedDns, RecordedLookup } from '../recorded-schema.ts';
import type { Notebook } from './notebook.ts';

export function lookupEntries(notes: Notebook): readonly RecordedLookup[] {
  return [...notes.lookups].map(([{ name, family }, answer]) => ({ name, family, ...lookupAnswer(answer) }));
}

function lookupAnswer(answer: LookupAnswer): Omit<RecordedLookup, 'name' | 'family'> {
  switch (answer.kind) {
    case 'addresses':
      return { addresses: [...answer.addresses], tookMs: answer.tookMs };
    case 'no-such-name':
      return { noSuchName: true, tookMs: answer.tookMs };
    case 'failed':
      return { failed: answer.reason, detail: answer.detail, tookMs: 0, ...(answer.code !== undefined && { code: answer.code }) };
  }
}

/** Replies as the bytes that came, since what is wrong with one may be in any of them. */
export function dnsEntries(notes: Notebook): readonly RecordedDns[] {
  return [...notes.exchanges].flatMap(([request, answer]): readonly RecordedDns[] => {
    const asked = question(request);
    if (asked === null) return [];
    const { server, port, transport } = request;
    const entry = { server, ...(port !== 53 && { port }), ...asked, transport };
    if (answer.kind === 'failed') return [{ ...entry, failed: answer.reason, detail: answer.detail, tookMs: 0 }];
    const message = Buffer.from(answer.message);
    const hasOwnId = message.length < 2 || message.readUInt16BE(0) !== Buffer.from(request.message).readUInt16BE(0);
    return [{ ...entry, message: message.toString('base64'), ...(hasOwnId && { keepsId: true }), tookMs: answer.tookMs }];
  });
}

function question(request: DnsRequest): { readonly name: string; readonly type: string } | null {
  const message = decodeDnsMessage(request.message);
  const [asked] = message.kind === 'message' ? message.questions : [];
  return asked === undefined ? null : { name: asked.name, type: asked.type };
}

export interface DialEntries {
  readonly entries: readonly RecordedDial[];
  /** Name of a file beside machine.yaml to the PEM certificates in it. */
  readonly chains: ReadonlyMap<string, string>;
}

export function dialEntries(notes: Notebook): DialEntries {
  const chains = new Map<string, string>();
  const entries = [...notes.dials].map(([request, answer], at) => {
    const name = `chain-${at + 1}.pem`;
    const pem = (answer.tls?.chain ?? []).map(pemOf).join('');
    if (pem !== '') chains.set(name, pem);
    return { ...particulars(request), answer: answerEntry(answer, pem === '' ? [] : [name]) };
  });
  return { entries, chains };
}

function particulars({ address, port, sourceAddress, proxy, proxyTarget, tls, http }: DialRequest): Omit<RecordedDial, 'answer'> {
  return {
    address,
    port,
    ...(sourceAddress !== undefined && { sourceAddress }),
    ...(proxy !== undefined && { proxy: `${proxy.address}:${proxy.port}` }),
    ...(proxyTarget !== undefined && { proxyTarget }),
    ...(tls !== undefined && { serverName: tls.serverName }),
    ...(http !== undefined && { method: http.method, host: http.host, path: redactText(http.path) }),
  };
}

function answerEntry({ kind: _, tls, http, ...answer }: DialAnswer, chainFiles: string[]): RecordedDial['answer'] {
  const { chain: __, ...seen } = tls ?? { chain: [] };
  return {
    ...answer,
    detail: redactText(answer.detail),
    timings: { ...answer.timings },
    ...(tls !== undefined && { tls: { ...(seen as Omit<typeof tls, 'chain'>), chainFiles } }),
    ...(http !== undefined && { http: { ...http, headers: redactHeaders(http.headers), body: redactText(http.body) } }),
  };
}

function pemOf(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
