// Looks at every certificate of a machine: what the settings name, what is found, what is served.
import type { Machine } from '../../contract/machine.ts';
import { absent, type Outcome, observed, type Reading, unseen } from '../../contract/outcome.ts';
import { discover } from './discovery/discover.ts';
import type { Found } from './discovery/found.ts';
import { listenerTargets } from './discovery/listeners.ts';
import type { Facts, Source, Unsearched } from './facts.ts';
import { observeFile, observeStore } from './observe-file.ts';
import { listenerName, observeListener } from './observe-listener.ts';
import { observeWallet } from './observe-wallet.ts';
import { lifetimeReadings } from './readings.ts';
import type { Settings } from './settings.ts';
import { type FileTarget, fromDiscovery, fromSettings, type ListenerTarget, mergedByPath, type StoreTarget } from './source.ts';
import { loadTrust } from './trust.ts';

/** Sources of one look: more belong into a second check with its own time limit. */
const sourcesMax = 500;
/** Of these by one pattern, so that a folder of ten thousand leaves room for the rest. */
const patternMax = 200;
/** Listeners asked at the same time, so that two hundred that never answer end within the look. The port itself lets few handshakes run at once. */
const dialsAtOnce = 16;

export async function observe(machine: Machine, settings: Settings, signal: AbortSignal): Promise<Outcome<Facts>> {
  const discovery = settings.discover ? await discover(machine) : { found: [], unsearched: [] };
  const unsearched: Unsearched[] = [...discovery.unsearched];
  const told = fromSettings(settings);
  const places = await filesAndStores(machine, told, discovery.found, unsearched);
  const listeners = await listenersOf(machine, told, settings.discover ? discovery.found : null, unsearched);
  if (places.length + listeners.length === 0) return conclude([], unsearched, machine.now());
  const { trust, unsearched: untrusted } = await loadTrust(machine, settings.authorities);
  unsearched.push(...untrusted);

  const sources: Source[] = [];
  for (const target of places) {
    if (signal.aborted) return timedOut;
    const source =
      target.kind === 'file' ? await observeFile(machine, target, trust, settings.checkKeys) : await storeOrWallet(machine, target, trust);
    if (source !== null) sources.push(source);
  }
  for (let at = 0; at < listeners.length; at += dialsAtOnce) {
    if (signal.aborted) return timedOut;
    const seen = await Promise.all(listeners.slice(at, at + dialsAtOnce).map((target) => observeListener(machine, target, trust)));
    sources.push(...seen.filter((source) => source !== null));
  }
  if (signal.aborted) return timedOut;
  return conclude(provenByHandshake(withoutEchoes(sources, places)), unsearched, machine.now());
}

const timedOut = unseen('timeout', 'the time limit ended the look before every certificate was seen');

async function storeOrWallet(machine: Machine, target: StoreTarget, trust: Parameters<typeof observeStore>[2]): Promise<Source> {
  const stat = await machine.stat(target.path);
  return stat.kind === 'stat' && stat.type === 'directory' ? observeWallet(machine, target, trust) : observeStore(machine, target, trust);
}

async function filesAndStores(
  machine: Machine,
  told: ReturnType<typeof fromSettings>,
  found: readonly Found[],
  unsearched: Unsearched[],
): Promise<readonly (FileTarget | StoreTarget)[]> {
  const named: (FileTarget | StoreTarget)[] = [];
  for (const target of told) {
    if (target.kind === 'file') named.push(...(await expand(machine, target, unsearched)));
    if (target.kind === 'store') named.push(target);
  }
  const stores = new Set(named.filter(({ kind }) => kind === 'store').map(({ path }) => path));
  const merged = mergedByPath([...named, ...fromDiscovery(found).filter(({ kind, path }) => kind === 'store' || !stores.has(path))]);
  if (merged.length > sourcesMax)
    unsearched.push({
      place: 'certificate files',
      reason: 'too-much-output',
      detail: `more than ${sourcesMax} files; the others were not read`,
    });
  return merged.slice(0, sourcesMax);
}

/** A pattern that fits nothing stays as it is, and is then reported as a file that is missing. */
async function expand(machine: Machine, target: FileTarget, unsearched: Unsearched[]): Promise<readonly FileTarget[]> {
  if (!/[*?[{]/.test(target.path)) return [target];
  const listed = await machine.glob(target.path, { entriesMax: patternMax });
  if (listed.kind === 'failed') {
    unsearched.push({ place: target.path, reason: listed.reason, detail: listed.detail });
    return [];
  }
  if (listed.isCut)
    unsearched.push({ place: target.path, reason: 'too-much-output', detail: `more than ${patternMax} files; the others were not read` });
  unsearched.push(...listed.denied.map((place) => ({ place, reason: 'denied' as const, detail: 'the folder may not be entered' })));
  if (listed.paths.length === 0 && listed.denied.length === 0) return [target];
  return listed.paths.map((path) => ({ ...target, path }));
}

/** `found` is null where nothing is to be discovered: the sockets are then not asked for. */
async function listenersOf(
  machine: Machine,
  told: ReturnType<typeof fromSettings>,
  found: readonly Found[] | null,
  unsearched: Unsearched[],
): Promise<readonly ListenerTarget[]> {
  const named = told.filter((target) => target.kind === 'listener');
  if (found === null) return named;
  const answer = await machine.listeners();
  if (answer.kind === 'failed') {
    unsearched.push({ place: 'listening sockets', reason: answer.reason, detail: answer.detail });
    return named;
  }
  const known = new Set(named.map(reached));
  return [...named, ...listenerTargets(answer.sockets, found).filter((target) => !known.has(reached(target)))];
}

const reached = ({ address, port, serverName }: ListenerTarget): string =>
  listenerName({
    address: ['0.0.0.0', '::', '::1'].includes(address) ? '127.0.0.1' : address,
    port,
    ...(serverName === undefined ? {} : { serverName }),
  });

/** A guess that shows what a configured file shows already (a copy, a link) is the same thing twice. */
function withoutEchoes(sources: readonly Source[], targets: readonly (FileTarget | StoreTarget)[]): readonly Source[] {
  const guesses = new Set(targets.filter((target) => target.kind === 'file' && target.isGuess).map(({ path }) => path));
  const named = new Set(sources.filter(({ kind, where }) => kind !== 'listener' && !guesses.has(where)).flatMap(fingerprints));
  return sources.filter((source) => {
    const shown = fingerprints(source);
    return source.kind === 'listener' || !guesses.has(source.where) || shown.length === 0 || shown.some((each) => !named.has(each));
  });
}

const fingerprints = ({ content }: Source): readonly string[] =>
  content.kind === 'seen' ? content.certificates.map(({ sha256 }) => sha256) : [];

/** Who completes a handshake with a certificate has its private key, even if we may not read it. */
function provenByHandshake(sources: readonly Source[]): readonly Source[] {
  const served = new Set(sources.filter(({ kind }) => kind === 'listener').flatMap((source) => fingerprints(source).slice(0, 1)));
  return sources.map((source) => {
    const { content } = source;
    if (source.kind !== 'file' || content.kind !== 'seen' || content.key.kind !== 'unseen') return source;
    const leaf = content.certificates.find(({ position }) => position === content.chains[0]?.leaf);
    return leaf !== undefined && served.has(leaf.sha256)
      ? { ...source, content: { ...content, key: { kind: 'proven-by-handshake' } } }
      : source;
  });
}

function conclude(sources: readonly Source[], unsearched: readonly Unsearched[], now: number): Outcome<Facts> {
  const blind = sources.flatMap(({ where, content }) => (content.kind === 'unseen' ? [{ place: where, ...content }] : []));
  const obstacles = [...blind, ...unsearched];
  const first = obstacles[0];
  if (sources.length === blind.length && first !== undefined) {
    return unseen(
      first.reason,
      `no certificate could be seen in ${obstacles.length} ${obstacles.length === 1 ? 'place' : 'places'}; first, ${first.place}: ${first.detail}`,
    );
  }
  if (sources.length === 0) return absent('no certificate file, keystore or TLS listener was named or found');
  const sorted = sources.toSorted((a, b) => (a.where < b.where ? -1 : a.where > b.where ? 1 : 0));
  const facts: Facts = { sources: sorted, unsearched: distinctPlaces(unsearched) };
  const readings: readonly Reading[] = lifetimeReadings(facts, now);
  return observed(facts, readings);
}

function distinctPlaces(unsearched: readonly Unsearched[]): Unsearched[] {
  const byPlace = new Map(unsearched.map((each) => [each.place, each]));
  return [...byPlace.values()].sort((a, b) => (a.place < b.place ? -1 : 1));
}
