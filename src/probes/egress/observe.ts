// One look at how far this machine gets towards each configured third party.

import { type InTurn, inTurns } from '../../contract/in-turns.ts';
import type { DialAnswer, DialTimings, LookupAnswer, Machine } from '../../contract/machine.ts';
import { type Outcome, observed, type Reading, unseen } from '../../contract/outcome.ts';
import { type Attempt, isResolversWord, type Shared, type Watched, watch } from './attempts.ts';
import { issuerOrganisation } from './classify.ts';
import type { EndpointFacts, Facts, Result } from './facts.ts';
import { ipFamily } from './ip-family.ts';
import { parseEcho } from './parse.ts';
import type { Endpoint, Settings } from './settings.ts';
import { seeDefaultRoute, seeResolver } from './surroundings.ts';

/** glibc moves on to its second server after five seconds; a resolver that needs longer fails applications too. */
const lookupTimeoutMs = 10_000;

export async function observe(machine: Machine, settings: Settings, signal: AbortSignal): Promise<Outcome<Facts>> {
  const names = rememberLookups(machine);
  const shared: Shared = { machine, settings, lookup: names.lookup, inTurn: attemptsInTurn(settings.concurrency) };
  const [defaultRoute, publicAddress, watched] = await Promise.all([
    seeDefaultRoute(machine),
    seePublicAddress(settings.echo, shared),
    Promise.all(settings.endpoints.map((endpoint) => watch(endpoint, shared))),
  ]);
  const resolver = await seeResolver(machine, await names.asked());
  if (signal.aborted)
    return unseen('timeout', 'the look ended before every endpoint had answered; raise its timeout, or lower that of its endpoints');
  const endpoints = named(settings.endpoints).map((name, at) => describe(name, settings.endpoints[at]!, watched[at]!));
  const facts: Facts = { defaultRoute, resolver, publicAddress, endpoints: endpoints.map((one) => one.facts).sort(byName) };
  if (isBlind(facts))
    return unseen(blindReason(facts), `no endpoint could be tried; the first: ${facts.endpoints[0]?.results[0]?.cause ?? ''}`);
  return observed(
    facts,
    endpoints.flatMap((one) => one.readings),
  );
}

/** Each name and family is asked for once, however many endpoints it has. */
function rememberLookups(machine: Machine) {
  const lookups = new Map<string, { readonly name: string; readonly answer: Promise<LookupAnswer> }>();
  return {
    lookup: (name: string, family: 0 | 4 | 6): Promise<LookupAnswer> => {
      const id = `${family} ${name}`;
      const entry = lookups.get(id) ?? { name, answer: machine.lookup(name, { family, timeoutMs: lookupTimeoutMs }) };
      lookups.set(id, entry);
      return entry.answer;
    },
    asked: async () => {
      const answers = await Promise.all([...lookups.values()].map(async ({ name, answer }) => ({ name, answer: await answer })));
      return answers
        .filter(({ answer }) => answer.kind !== 'failed' || isResolversWord(answer))
        .map(({ name, answer }) => ({ name, isAnswered: answer.kind !== 'failed' }));
    },
  };
}

/** An attempt that is not over by then waits for the other side, which costs nothing and spoils nobody's readings. */
const placeHeldMs = 500;

/** Attempts under way for each that may begin: what 40 dead endpoints of several addresses need to end together. */
const waitingPerPlace = 4;

/** Begins at most `places` attempts at the same time, in order; those that only wait make room for others. */
function attemptsInTurn(places: number): InTurn {
  const underWay = inTurns(places * waitingPerPlace);
  const beginning = inTurns(places);
  return (attempt) =>
    underWay(async () => {
      const { promise, resolve } = Promise.withResolvers<ReturnType<typeof attempt>>();
      void beginning(() => {
        const begun = attempt();
        resolve(begun);
        return endOf(begun, placeHeldMs);
      });
      return promise;
    });
}

/** Whichever comes first: the end of it, or the time. */
async function endOf(begun: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const time = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([begun, time]).catch(() => undefined);
  clearTimeout(timer);
}

async function seePublicAddress(echo: Settings['echo'], shared: Shared): Promise<Facts['publicAddress']> {
  if (echo === undefined) return { kind: 'not-asked' };
  const watched = await watch({ name: 'echo', url: echo.url, everyAddress: false }, shared);
  if (watched.kind === 'not-tried')
    return { kind: 'unseen', reason: 'unreadable', detail: `the echo endpoint was not reached: ${watched.verdict.class}` };
  const through = watched.attempts.filter(({ verdict }) => verdict.class === 'ok');
  const addresses = through.map(({ answer }) => parseEcho(answer.http?.body ?? '', echo.field)).filter((address) => address !== null);
  if (addresses.length > 0) return { kind: 'seen', addresses: sortedSet(addresses) };
  if (through.length > 0) return { kind: 'unseen', reason: 'unparsable', detail: 'the echo endpoint did not answer with an address' };
  const class_ = watched.attempts[0]?.verdict.class ?? 'unseen';
  return { kind: 'unseen', reason: 'unreadable', detail: `the echo endpoint was not reached: ${class_}` };
}

/** A name that is given twice would make one finding of two endpoints. */
function named(endpoints: readonly Endpoint[]): readonly string[] {
  return endpoints.map(({ name }, at) => {
    const earlier = endpoints.slice(0, at).filter((other) => other.name === name).length;
    return earlier === 0 ? name : `${name} (${earlier + 1})`;
  });
}

function describe(
  name: string,
  endpoint: Endpoint,
  watched: Watched,
): { readonly facts: EndpointFacts; readonly readings: readonly Reading[] } {
  const target = watched.target?.authority ?? '';
  const kind = watched.target?.kind ?? 'tcp';
  if (watched.kind === 'not-tried') {
    const result: Result = { ...watched.verdict, families: [], addresses: [] };
    return { facts: { name, target, kind, results: [result], issuers: [], sourceAddresses: [] }, readings: [] };
  }
  const { attempts } = watched;
  const answers = attempts.map((attempt) => attempt.answer);
  const facts: EndpointFacts = {
    name,
    target,
    kind,
    results: mergeResults(attempts, endpoint.proxy !== undefined),
    issuers: sortedSet(answers.flatMap((answer) => (answer.tls === undefined ? [] : [issuerOrganisation(answer.tls) ?? '']))),
    sourceAddresses: sortedSet(answers.flatMap((answer) => (answer.localAddress === null ? [] : [answer.localAddress]))),
  };
  return { facts, readings: readingsOf(name, watched.resolveMs, attempts) };
}

/**
 * One result for each way in which attempts ended. Addresses are named only where others of the same family get
 * through: a name behind a content network has other addresses at each look, and facts must not change with them.
 */
function mergeResults(attempts: readonly Attempt[], isProxied: boolean): Result[] {
  const passing = new Set(attempts.filter(({ verdict }) => verdict.class === 'ok').map(({ address }) => ipFamily(address)));
  const merged = new Map<string, Result>();
  for (const { address, verdict } of attempts) {
    const id = `${verdict.class} ${verdict.cause}`;
    const result = merged.get(id) ?? { ...verdict, families: [], addresses: [] };
    const isTelling = verdict.class !== 'ok' && passing.has(ipFamily(address)) && !isProxied;
    merged.set(id, {
      ...result,
      families: sortedSet([...result.families, ipFamily(address)]),
      addresses: isTelling ? sortedSet([...result.addresses, address]) : result.addresses,
    });
  }
  return [...merged.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, result]) => result);
}

const timed = ['connectMs', 'proxyMs', 'tlsMs', 'firstByteMs', 'totalMs'] as const satisfies readonly (keyof DialTimings)[];

/** Of the quickest attempt that got through; of a failed one, the stages that it passed. */
function readingsOf(name: string, resolveMs: number | null, attempts: readonly Attempt[]): readonly Reading[] {
  const through = attempts.filter(({ verdict }) => verdict.class === 'ok').map(({ answer }) => answer);
  const shown = through.length > 0 ? quickest(through) : attempts[0]?.answer;
  const stages = timed.flatMap((reading) => {
    const value = shown?.timings[reading];
    return value === undefined || (reading === 'totalMs' && through.length === 0) ? [] : [{ name: reading, subject: name, value }];
  });
  return resolveMs === null ? stages : [{ name: 'resolveMs', subject: name, value: resolveMs }, ...stages];
}

const quickest = (answers: readonly DialAnswer[]): DialAnswer =>
  answers.reduce((best, answer) => (answer.timings.totalMs < best.timings.totalMs ? answer : best));

/** Nothing was seen of any endpoint, nor of resolver or routes that would explain it. */
function isBlind(facts: Facts): boolean {
  const classes = facts.endpoints.flatMap((endpoint) => endpoint.results.map((result) => result.class));
  if (classes.every((class_) => class_ === 'unseen')) return true;
  const isExplained = facts.defaultRoute.kind === 'seen' || (facts.resolver.kind === 'failing' && facts.resolver.servers.kind === 'asked');
  return classes.every((class_) => class_ === 'unseen' || class_ === 'lookup-failed') && !isExplained;
}

const blindReason = (facts: Facts) => (facts.defaultRoute.kind === 'unseen' ? facts.defaultRoute.reason : 'unreadable');

const byName = (one: EndpointFacts, other: EndpointFacts): number => (one.name < other.name ? -1 : 1);

const sortedSet = <T extends string | number>(values: readonly T[]): T[] =>
  [...new Set(values)].sort((one, other) => (one < other ? -1 : 1));
