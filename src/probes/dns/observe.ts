// One look at DNS: the resolvers of this machine, then every configured name through each of them.
import { parseDurationMs } from '../../contract/duration.ts';
import { inTurns } from '../../contract/in-turns.ts';
import type { Machine } from '../../contract/machine.ts';
import { absent, type Outcome, observed, type Reading, unseen } from '../../contract/outcome.ts';
import type { EarlierLook } from '../../contract/probe.ts';
import { type Asked, type AskLimits, ask, type Exchange } from './ask.ts';
import type { DnsFacts, NameFact, ResolverFact, Unseen } from './facts.ts';
import { lookAtName } from './look-at-name.ts';
import { parseServer, type Server, serverText } from './parse.ts';
import { type DnsSettings, type NameSettings, subjectOf } from './settings.ts';
import { type Known, readHosts, readSystem, type SystemSeen } from './system.ts';

/** Questions under way at once: enough that a dead resolver does not hold up the others, few enough to keep readings true. */
const questionsMax = 32;

export async function observe(
  machine: Machine,
  settings: DnsSettings,
  signal: AbortSignal,
  earlier?: EarlierLook<DnsFacts>,
): Promise<Outcome<DnsFacts>> {
  const outcome = await look(machine, settings, signal, earlier);
  // What was cut short by the time limit of the look must not pass for a resolver that is silent.
  return signal.aborted ? unseen('timeout', 'the look ran into its time limit') : outcome;
}

async function look(
  machine: Machine,
  settings: DnsSettings,
  signal: AbortSignal,
  earlier: EarlierLook<DnsFacts> | undefined,
): Promise<Outcome<DnsFacts>> {
  const exchange = boundedExchange(machine, signal);
  const limits: AskLimits = { timeoutMs: parseDurationMs(settings.timeout) ?? 2_000, attempts: settings.attempts };
  const [system, hosts] = await Promise.all([readSystem(machine), readHosts(machine)]);
  const entries = [...new Map(settings.names.map((entry) => [subjectOf(entry), entry])).values()];
  if (system.config.kind === 'unseen' && entries.every(asksOnlySystem)) return unseen(system.config.reason, system.config.detail);
  const servers = allServers(system, entries);
  const health = await Promise.all(servers.map((server) => knock(exchange, server, limits)));
  const silentServers = new Set(health.filter(({ fact }) => fact.answer.kind === 'silent').map(({ fact }) => fact.server));
  const budgetMs = (entry: NameSettings) => parseDurationMs(entry.expect.maximumTtl ?? settings.switchoverBudget) ?? 0;
  const shared = { machine, exchange, limits, hosts, earlier, silentServers };
  const names = await Promise.all(
    entries.map((entry) => lookAtName({ ...shared, budgetMs: budgetMs(entry) }, entry, serversOf(system, entry))),
  );
  const facts = { system: system.config, resolvers: health.map(({ fact }) => fact), names: names.map(({ fact }) => fact) };
  return whole(
    facts,
    [...health, ...names].flatMap(({ readings }) => readings),
  );
}

/** What the facts come to, where there is reason to doubt that anything was seen. */
function whole(facts: DnsFacts, readings: readonly Reading[]): Outcome<DnsFacts> {
  const blind = facts.names.length === 0 ? facts.resolvers.map(({ answer }) => answer) : facts.names.flatMap(answersOf);
  const unseens = blind.filter((answer): answer is Unseen => answer.kind === 'unseen');
  const [first] = unseens;
  if (first !== undefined && unseens.length === blind.length) return unseen(first.reason, first.detail);
  const [only] = facts.resolvers;
  const isUnset = facts.system.kind === 'read' && !facts.system.hasFile && facts.names.length === 0;
  if (isUnset && only?.answer.kind === 'silent') {
    return absent('there is no /etc/resolv.conf, nothing answers on 127.0.0.1, and no names are configured');
  }
  return observed(facts, readings);
}

const answersOf = (name: NameFact) => (name.vias.length === 0 ? [noServer] : name.vias.map(({ answer }) => answer));

const noServer: Unseen = { kind: 'unseen', reason: 'unreadable', detail: 'there is no resolver to ask' };

const asksOnlySystem = (entry: NameSettings): boolean => entry.resolvers.every((resolver) => resolver === 'system');

function boundedExchange(machine: Machine, signal: AbortSignal): Exchange {
  const turn = inTurns(questionsMax);
  return (request) =>
    turn(async () => {
      if (signal.aborted) return { kind: 'failed', reason: 'timeout', detail: 'the look was aborted' };
      return machine.exchangeDns(request);
    });
}

/** The system's resolvers, whether or not a name asks them, and those of the settings. */
function allServers(system: SystemSeen, entries: readonly NameSettings[]): Known[] {
  const configured = entries.flatMap(({ resolvers }) => resolvers.flatMap((text) => parseServer(text) ?? []));
  const all: Known[] = [...system.servers, ...configured.map((server) => ({ ...server, from: 'settings' }) as const)];
  return all.filter((server, at) => all.findIndex((one) => serverText(one) === serverText(server)) === at);
}

function serversOf(system: SystemSeen, entry: NameSettings): Server[] {
  const servers = entry.resolvers.flatMap((text): readonly Server[] =>
    text === 'system' ? system.servers : [parseServer(text) ?? []].flat(),
  );
  return servers.filter((server, at) => servers.findIndex((one) => serverText(one) === serverText(server)) === at);
}

/** The root's name servers: what any resolver knows, and no zone of anybody's is needed for. */
async function knock(exchange: Exchange, server: Known, limits: AskLimits) {
  const asked = await ask(exchange, server, { name: '.', type: 'NS', recursionDesired: true }, limits);
  const fact: ResolverFact = { server: serverText(server), from: server.from, answer: healthOf(asked) };
  const readings: Reading[] = asked.kind === 'told' ? [{ name: 'queryMs', subject: fact.server, value: asked.tookMs }] : [];
  return { fact, readings };
}

function healthOf(asked: Asked): ResolverFact['answer'] {
  return asked.kind === 'told' ? { kind: 'answers', rcode: asked.message.rcode } : asked;
}
