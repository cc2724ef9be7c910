// Looks at what all endpoints share: the default route, and the name servers when names get no answer.
import type { Machine } from '../../contract/machine.ts';
import type { Facts, ServerState, Unseen } from './facts.ts';
import { parseIpv4Routes, parseIpv6Routes, parseNameServers, type Route, rootQuestion, serverState } from './parse.ts';

/** A thousand routes are 128 KiB; a router with a full table is cut, and then only a default route that was found counts. */
const routeBytesMax = 262_144;
const resolvConfBytesMax = 65_536;

/** Longer than a server on another continent takes, shorter than the look. */
const serverTimeoutMs = 3_000;

const questionId = 0x4547;

export async function seeDefaultRoute(machine: Machine): Promise<Facts['defaultRoute']> {
  const [ipv4, ipv6] = await Promise.all([
    seeRoutes(machine, '/proc/net/route', parseIpv4Routes, null),
    // The kernel has no such file where IPv6 is switched off.
    seeRoutes(machine, '/proc/net/ipv6_route', parseIpv6Routes, []),
  ]);
  if ('kind' in ipv4) return ipv4;
  return 'kind' in ipv6 ? ipv6 : { kind: 'seen', ipv4: [...ipv4], ipv6: [...ipv6] };
}

async function seeRoutes(
  machine: Machine,
  path: string,
  parse: Parse,
  whenMissing: readonly Route[] | null,
): Promise<readonly Route[] | Unseen> {
  const answer = await machine.readFile(path, { bytesMax: routeBytesMax });
  if (answer.kind === 'missing') return whenMissing ?? { kind: 'unseen', reason: 'unreadable', detail: `there is no ${path}` };
  if (answer.kind === 'failed') return { kind: 'unseen', reason: answer.reason, detail: `${path} cannot be read` };
  const whole = answer.isCut ? answer.text.slice(0, answer.text.lastIndexOf('\n') + 1) : answer.text;
  const routes = parsedOnce(parse, whole);
  if (routes === null) return { kind: 'unseen', reason: 'unparsable', detail: `${path} is not a table of routes` };
  if (answer.isCut && routes.length === 0)
    return { kind: 'unseen', reason: 'too-much-output', detail: `${path} is too long to read whole` };
  return routes;
}

type Parse = (text: string) => readonly Route[] | null;

/** A table hardly ever changes between looks, and what one text says stays the same: the last of each kind is kept. */
const lastParsed = new Map<Parse, { readonly text: string; readonly routes: readonly Route[] | null }>();

function parsedOnce(parse: Parse, text: string): readonly Route[] | null {
  const last = lastParsed.get(parse);
  if (last?.text === text) return last.routes;
  const routes = parse(text);
  if (text.length <= keptCharsMax) lastParsed.set(parse, { text, routes });
  return routes;
}

/** A hundred routes. */
const keptCharsMax = 16_384;

/** One name and whether the resolver answered for it, whatever the answer. */
export interface Asked {
  readonly name: string;
  readonly isAnswered: boolean;
}

/** The servers are asked only when a name got no answer: to tell a dead resolver from a broken zone. */
export async function seeResolver(machine: Machine, asked: readonly Asked[]): Promise<Facts['resolver']> {
  if (asked.length === 0) return { kind: 'not-asked' };
  const unanswered = asked.filter((one) => !one.isAnswered).length;
  if (unanswered === 0) return { kind: 'working' };
  const names = unanswered < asked.length ? 'some' : asked.length === 1 ? 'one' : 'all';
  return { kind: 'failing', names, servers: await seeServers(machine) };
}

type Servers = Extract<Facts['resolver'], { kind: 'failing' }>['servers'];

async function seeServers(machine: Machine): Promise<Servers> {
  const file = await machine.readFile('/etc/resolv.conf', { bytesMax: resolvConfBytesMax });
  if (file.kind === 'failed') return { kind: 'unseen', reason: file.reason, detail: '/etc/resolv.conf cannot be read' };
  const addresses = parseNameServers(file.kind === 'missing' ? '' : file.text);
  const servers = await Promise.all(addresses.map(async (address) => ({ address, state: await stateOf(machine, address) })));
  return { kind: 'asked', servers };
}

async function stateOf(machine: Machine, server: string): Promise<ServerState> {
  const reply = await machine.exchangeDns({
    server,
    port: 53,
    transport: 'udp',
    message: rootQuestion(questionId),
    timeoutMs: serverTimeoutMs,
  });
  return reply.kind === 'failed' ? 'silent' : (serverState(reply.message, questionId) ?? 'failing');
}
