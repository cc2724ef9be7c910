// One configured name: through each resolver, the way applications see it, in the hosts file, at its zone, and at what
// the answers lead to.
import type { DialAnswer, LookupAnswer, Machine } from '../../contract/machine.ts';
import type { Reading } from '../../contract/outcome.ts';
import type { EarlierLook } from '../../contract/probe.ts';
import { type Read, readAnswer } from './answer.ts';
import { type AskLimits, ask, type Exchange } from './ask.ts';
import type { Answer, Application, DnsFacts, NameFact, Target, TtlFact, Unseen, Via } from './facts.ts';
import { networkOf } from './networks.ts';
import { type Server, serverText } from './parse.ts';
import { type NameSettings, plainName, subjectMax, subjectOf } from './settings.ts';
import { lookAtZone } from './zone.ts';

export interface NameLook {
  readonly machine: Machine;
  readonly exchange: Exchange;
  readonly limits: AskLimits;
  readonly budgetMs: number;
  readonly hosts: ReadonlyMap<string, readonly string[]> | Unseen;
  readonly earlier: EarlierLook<DnsFacts> | undefined;
  /** Asked once only: the question about the root got nothing out of them. */
  readonly silentServers: ReadonlySet<string>;
}

export interface NameSeen {
  readonly fact: NameFact;
  readonly readings: readonly Reading[];
}

/** A pool behind one name; more are looked at next to nothing. */
const targetsMax = 16;

export async function lookAtName(look: NameLook, entry: NameSettings, servers: readonly Server[]): Promise<NameSeen> {
  const name = plainName(entry.name);
  const subject = subjectOf(entry);
  const before = look.earlier?.facts.names.find((fact) => subjectOf(fact) === subject);
  const [seen, application] = await Promise.all([
    Promise.all(servers.map((server) => askVia(look, entry, server, before))),
    askAsApplication(look, entry),
  ]);
  const vias = seen.map(({ via }) => via);
  const addresses = entry.expect.accepts === undefined || !isAddressType(entry.type) ? [] : addressesIn(vias, application);
  const [zone, targets] = await Promise.all([
    entry.authoritative ? lookAtZoneOf(look, entry, servers, vias, before) : ({ kind: 'not-asked' } as const),
    Promise.all(addresses.slice(0, targetsMax).map((address) => knock(look, address, entry.expect.accepts?.port ?? 0))),
  ]);
  const fact: NameFact = {
    name,
    type: entry.type,
    resolvers: [...entry.resolvers],
    vias: vias.map((via) => ({ ...via, answer: pooled(entry, via.answer) })),
    application: application.kind === 'addresses' ? { ...application, addresses: pool(entry, application.addresses) } : application,
    hostsFile: hostsOf(look.hosts, name, entry.type),
    zone,
    targets: targets.map(({ target }) => target).filter((target) => !entry.rotates || !target.isAccepting),
  };
  return { fact, readings: [...seen.flatMap(({ readings }) => readings), ...targets.flatMap(({ readings }) => readings)] };
}

interface ViaSeen {
  readonly via: Via;
  readonly readings: readonly Reading[];
}

async function askVia(look: NameLook, entry: NameSettings, server: Server, before: NameFact | undefined): Promise<ViaSeen> {
  const text = serverText(server);
  const limits = look.silentServers.has(text) ? { ...look.limits, attempts: 1 } : look.limits;
  const name = plainName(entry.name);
  const asked = await ask(look.exchange, server, { name, type: entry.type, recursionDesired: true }, limits);
  const subject = `${name} ${entry.type} @${text}`.slice(-subjectMax);
  if (asked.kind !== 'told') return { via: { server: text, answer: asked, ttl: { kind: 'none' } }, readings: [] };
  const { answer, longest } = readAnswer(asked.message, name, entry.type, asked.wasTruncated);
  const readings: Reading[] = [{ name: 'queryMs', subject, value: asked.tookMs }];
  if (longest !== null) readings.push({ name: 'ttlSeconds', subject, value: longest.seconds });
  if (asked.strays > 0) readings.push({ name: 'strayAnswers', subject, value: asked.strays });
  const wasBeyond = before?.vias.some((via) => via.server === text && via.ttl.kind === 'cached' && via.ttl.isBeyondBudget) ?? false;
  return { via: { server: text, answer, ttl: ttlOf(look, answer, longest, subject, wasBeyond) }, readings };
}

function ttlOf(look: NameLook, answer: Answer, longest: Read['longest'], subject: string, wasBeyond: boolean): TtlFact {
  if (longest === null || (answer.kind !== 'answered' && answer.kind !== 'nothing')) return { kind: 'none' };
  if (answer.flags.authoritative) return { kind: 'published', ...longest };
  const isBeyond = longest.seconds * 1_000 > look.budgetMs;
  return { kind: 'cached', isBeyondBudget: isBeyond || (wasBeyond && isSameCacheEntry(look, subject, longest.seconds)) };
}

/** Clocks and rounding: the rest of a cached TTL moves in whole seconds. */
const slackSeconds = 3;

/** The rest has only gone down with time: the same cached record that was seen before, not a fresh one with a shorter TTL. */
function isSameCacheEntry(look: NameLook, subject: string, seconds: number): boolean {
  const then = look.earlier?.readings.find((reading) => reading.name === 'ttlSeconds' && reading.subject === subject);
  if (then === undefined || look.earlier === undefined) return false;
  return seconds <= then.value - (look.machine.now() - look.earlier.at) / 1_000 + slackSeconds;
}

async function askAsApplication(look: NameLook, entry: NameSettings): Promise<Application> {
  if (!entry.resolvers.includes('system') || !isAddressType(entry.type)) return { kind: 'not-asked' };
  // The C library has its own attempts and limits; a second more than ours lets it finish where ours did.
  const timeoutMs = look.limits.timeoutMs * look.limits.attempts + 1_000;
  return applicationFact(await look.machine.lookup(plainName(entry.name), { family: entry.type === 'A' ? 4 : 6, timeoutMs }));
}

function applicationFact(answer: LookupAnswer): Application {
  switch (answer.kind) {
    case 'addresses':
      return { kind: 'addresses', addresses: [...new Set(answer.addresses)].sort().slice(0, 64) };
    case 'no-such-name':
      return { kind: 'no-such-name' };
    case 'failed':
      return answer.code === undefined
        ? { kind: 'unseen', reason: answer.reason, detail: answer.reason === 'timeout' ? tooLate : answer.detail }
        : { kind: 'failed', code: answer.code };
  }
}

/** Whether it waited for a thread or for the resolver changes from look to look. */
const tooLate = 'getaddrinfo gave no answer in time';

export const isAddressType = (type: string): boolean => type === 'A' || type === 'AAAA';

function addressesIn(vias: readonly Via[], application: Application): string[] {
  const byDns = vias.flatMap(({ answer }) => (answer.kind === 'answered' ? answer.data : []));
  return [...new Set([...byDns, ...(application.kind === 'addresses' ? application.addresses : [])])].sort();
}

function lookAtZoneOf(look: NameLook, entry: NameSettings, servers: readonly Server[], vias: readonly Via[], before: NameFact | undefined) {
  const at = vias.findIndex(({ answer }) => answer.kind === 'answered' || answer.kind === 'nothing');
  const question = { name: plainName(entry.name), type: entry.type, resolver: servers[at] ?? null, earlier: before?.zone ?? null };
  return lookAtZone(look.exchange, question, look.limits);
}

async function knock(
  look: NameLook,
  address: string,
  port: number,
): Promise<{ readonly target: Target; readonly readings: readonly Reading[] }> {
  const answer = await look.machine.dial({ address, port, timeoutMs: look.limits.timeoutMs });
  const isAccepting = answer.result === 'completed';
  const target = { address, port, result: answer.result, isAccepting, isSeen: isTold(answer) };
  const { connectMs } = answer.timings;
  const subject = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  return { target, readings: isAccepting && connectMs !== undefined ? [{ name: 'connectMs', subject, value: connectMs }] : [] };
}

/** What the local system forbade or broke says nothing about the target. */
const isTold = ({ result }: DialAnswer): boolean => result !== 'local-error' && result !== 'denied';

function hostsOf(hosts: NameLook['hosts'], name: string, type: string): string[] | Unseen {
  if (!isAddressType(type)) return [];
  if (!(hosts instanceof Map)) return hosts as Unseen;
  const addresses: readonly string[] = hosts.get(name) ?? [];
  return addresses.filter((address) => address.includes(':') === (type === 'AAAA')).sort();
}

const pooled = (entry: NameSettings, answer: Answer): Answer =>
  answer.kind === 'answered' ? { ...answer, data: pool(entry, answer.data) } : answer;

/** A name that rotates gives other addresses at each look; what stays the same is the networks that they lie in. */
function pool(entry: NameSettings, addresses: readonly string[]): string[] {
  if (!entry.rotates || !isAddressType(entry.type)) return [...addresses];
  const { within = [], notWithin = [] } = entry.expect;
  const shown = addresses.map((address) => (networkOf(address, notWithin) === null ? (networkOf(address, within) ?? address) : address));
  return [...new Set(shown)].sort();
}
