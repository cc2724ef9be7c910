// Asks every name server of a name's zone directly: whether each has authority, the same serial, and says the same.
import type { DnsMessage } from '../../formats/dns-message.ts';
import { type Read, readAnswer } from './answer.ts';
import { type Asked, type AskLimits, ask, type Exchange } from './ask.ts';
import type { TtlFact, ZoneFact, ZoneServer } from './facts.ts';
import type { Server } from './parse.ts';
import { isSerialBefore, newestSerial } from './serial.ts';

export interface ZoneQuestion {
  readonly name: string;
  readonly type: string;
  /** Who tells which zone it is and who serves it; null where no resolver answered. */
  readonly resolver: Server | null;
  /** What the look before saw. */
  readonly earlier: ZoneFact | null;
}

/** Names deeper than this below their zone are not met in practice. */
const stepsMax = 16;
/** The root has thirteen; OCI's zones have four. */
const nameServersMax = 13;
const addressesMax = 4;

export async function lookAtZone(exchange: Exchange, question: ZoneQuestion, limits: AskLimits): Promise<ZoneFact> {
  if (question.resolver === null) return unseenZone('no resolver answers that could name the servers of the zone');
  const via = { exchange, limits, resolver: question.resolver };
  const found = await findZone(via, question.name);
  if (found === null) return unseenZone('the resolver does not tell which zone the name is in');
  const servers = await Promise.all(found.servers.slice(0, nameServersMax).map((name) => addressesOf(via, name)));
  const addressless = servers.filter(({ addresses }) => addresses.length === 0).map(({ name }) => name);
  const pairs = servers.flatMap(({ name, addresses }) => addresses.map((address) => ({ name, address })));
  const seen = await Promise.all(pairs.map((server) => lookAtServer(via, server, found.zone, question)));
  const newest = newestBefore(question.earlier, seen);
  return {
    kind: 'zone',
    zone: found.zone,
    servers: seen.map(({ server }) => withLag(server, newest)),
    addressless,
    ttl: published(seen.flatMap(({ longest }) => (longest === null ? [] : [longest]))),
  };
}

const unseenZone = (detail: string): ZoneFact => ({ kind: 'unseen', reason: 'unreadable', detail });

interface Via {
  readonly exchange: Exchange;
  readonly limits: AskLimits;
  readonly resolver: Server;
}

/** The nearest name upwards that has name servers of its own; an alias has none, so that its target's zone is not taken. */
async function findZone(via: Via, name: string): Promise<{ readonly zone: string; readonly servers: readonly string[] } | null> {
  let zone = name;
  for (let step = 0; step < stepsMax; step += 1) {
    const asked = await ask(via.exchange, via.resolver, { name: zone, type: 'NS', recursionDesired: true }, via.limits);
    if (asked.kind !== 'told' || (asked.message.rcode !== 'NOERROR' && asked.message.rcode !== 'NXDOMAIN')) return null;
    const servers = nameServers(asked.message, zone);
    if (servers.length > 0) return { zone, servers };
    const up = parentOf(zone);
    // That all zones failed but the root's is the resolver's trouble, and no reason to ask the root's servers.
    if (up === '.') return null;
    zone = up;
  }
  return null;
}

const nameServers = (message: DnsMessage, zone: string): string[] =>
  message.answers.flatMap(({ name, type, data }) => (name === zone && type === 'NS' && data.kind === 'name' ? [data.name] : [])).sort();

function parentOf(name: string): string {
  const dot = name.search(/(?<!\\)\./);
  return dot === -1 ? '.' : name.slice(dot + 1);
}

async function addressesOf(via: Via, name: string): Promise<{ readonly name: string; readonly addresses: readonly string[] }> {
  const answers = await Promise.all(
    ['A', 'AAAA'].map(async (type) => {
      const asked = await ask(via.exchange, via.resolver, { name, type, recursionDesired: true }, via.limits);
      if (asked.kind !== 'told') return [];
      const { answer } = readAnswer(asked.message, name, type, false);
      return answer.kind === 'answered' ? answer.data.slice(0, addressesMax) : [];
    }),
  );
  return { name, addresses: answers.flat() };
}

interface ServerSeen {
  readonly server: ZoneServer;
  readonly longest: Read['longest'];
}

async function lookAtServer(
  via: Via,
  server: { readonly name: string; readonly address: string },
  zone: string,
  { name, type }: ZoneQuestion,
): Promise<ServerSeen> {
  const at = { address: server.address, port: 53 };
  const soa = await ask(via.exchange, at, { name: zone, type: 'SOA', recursionDesired: false }, via.limits);
  const serial = soa.kind === 'told' ? serialOf(soa.message, zone) : null;
  if (serial === null) return { server: { ...server, answer: withoutAuthority(soa, server.address) }, longest: null };
  const asked = await ask(via.exchange, at, { name, type, recursionDesired: false }, via.limits);
  const read: Read = asked.kind === 'told' ? readAnswer(asked.message, name, type, asked.wasTruncated) : { answer: asked, longest: null };
  return { server: { ...server, answer: { kind: 'authoritative', serial, isBehind: false, says: read.answer } }, longest: read.longest };
}

function serialOf(message: DnsMessage, zone: string): number | null {
  if (!message.header.isAuthoritative || message.rcode !== 'NOERROR') return null;
  const data = message.answers.find((record) => record.name === zone && record.type === 'SOA')?.data;
  return data?.kind === 'soa' ? data.serial : null;
}

function withoutAuthority(asked: Asked, address: string): ZoneServer['answer'] {
  switch (asked.kind) {
    case 'told':
      return { kind: 'lame', rcode: asked.message.rcode };
    case 'silent':
      return asked.how === 'unreachable' && address.includes(':') ? { kind: 'no-route' } : asked;
    case 'no-tcp':
      return { kind: 'silent', how: asked.how };
    case 'bad':
    case 'unseen':
      return asked;
  }
}

/**
 * A secondary may be behind for the seconds that a transfer takes. So a serial counts from the look after it was first
 * seen; a single look has only itself to go by.
 */
function newestBefore(earlier: ZoneFact | null, seen: readonly ServerSeen[]): number | null {
  const before = earlier?.kind === 'zone' ? newestSerial(serialsOf(earlier.servers)) : null;
  return before ?? newestSerial(serialsOf(seen.map(({ server }) => server)));
}

const serialsOf = (servers: readonly ZoneServer[]): number[] =>
  servers.flatMap(({ answer }) => (answer.kind === 'authoritative' ? [answer.serial] : []));

function withLag(server: ZoneServer, newest: number | null): ZoneServer {
  if (server.answer.kind !== 'authoritative' || newest === null) return server;
  return { ...server, answer: { ...server.answer, isBehind: isSerialBefore(server.answer.serial, newest) } };
}

function published(all: readonly NonNullable<Read['longest']>[]): TtlFact {
  const longest = all.reduce<Read['longest']>((most, one) => (most === null || one.seconds > most.seconds ? one : most), null);
  return longest === null ? { kind: 'none' } : { kind: 'published', ...longest };
}
