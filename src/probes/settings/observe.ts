// Looks at every settings source that it was told of.
import type { Machine } from '../../contract/machine.ts';
import type { Site } from '../../contract/node.ts';
import { type Outcome, observed, type Reading, unseen } from '../../contract/outcome.ts';
import type { EarlierLook } from '../../contract/probe.ts';
import type { Facts, Service, Source } from './facts.ts';
import { readFleetKey } from './fleet-key.ts';
import { observeDirectory } from './observe-directory.ts';
import { keysMax, observeFile } from './observe-file.ts';
import { observeProcess } from './observe-process.ts';
import { observeUnit } from './observe-unit.ts';
import { wrongPattern } from './read/key.ts';
import { patternsIn } from './selection.ts';
import { serviceState } from './service-state.ts';
import type { Settings } from './settings.ts';
import { type Look, type Target, targetsOf } from './target.ts';
import { lookAtUnit, type UnitSight } from './units/unit.ts';

/** More belong into a second check with its own time limit. */
const sourcesMax = 500;

export async function observe(
  machine: Machine,
  settings: Settings,
  signal: AbortSignal,
  _earlier?: EarlierLook<Facts>,
  site: Site = {},
): Promise<Outcome<Facts>> {
  const wrong = patternsOf(settings).find((pattern) => wrongPattern(pattern) !== null);
  if (wrong !== undefined)
    return unseen('unparsable', `${JSON.stringify(wrong)} in the settings is no pattern of keys: ${wrongPattern(wrong)}`);
  try {
    return await lookAround(machine, settings, signal, site);
  } catch {
    // What an error says may quote what was being read.
    return unseen('crashed', 'the probe failed; what the error said is withheld, since it may hold a value');
  }
}

const patternsOf = ({ files, flags, directories, units, services, exclude, mayDiffer }: Settings): readonly string[] => [
  ...[...files, ...flags, ...directories, ...units, ...services].flatMap((entry) => (typeof entry === 'string' ? [] : patternsIn(entry))),
  ...exclude,
  ...mayDiffer,
];

async function lookAround(machine: Machine, settings: Settings, signal: AbortSignal, site: Site): Promise<Outcome<Facts>> {
  const look: Look = { machine, settings, site, signal, fleetKey: await readFleetKey(machine, settings.fleetKeyFile) };
  const { targets, unsearched } = await targetsOf(look);
  const units = await lookAtUnits(look, targets);
  const sources: Source[] = [];
  for (const target of targets.slice(0, sourcesMax)) {
    if (signal.aborted) return timedOut;
    sources.push(await observeSource(target, look, (target.unit !== undefined && units.get(target.unit)) || notNamed));
  }
  if (signal.aborted) return timedOut;
  const left =
    targets.length > sourcesMax ? [{ place: 'settings files', detail: `more than ${sourcesMax} sources; the others were not read` }] : [];
  return conclude(look, withinKeys(sources), [...unsearched, ...left]);
}

const timedOut = unseen('timeout', 'the time limit ended the look before every source was seen');

const notNamed: UnitSight = { kind: 'not-found', detail: 'no unit is named' };

async function lookAtUnits({ machine }: Look, targets: readonly Target[]): Promise<ReadonlyMap<string, UnitSight>> {
  const names = [...new Set(targets.flatMap(({ unit }) => (unit === undefined ? [] : [unit])))];
  const sights = new Map<string, UnitSight>();
  for (const name of names) {
    const sight = await lookAtUnit(machine, name);
    sights.set(name, sight);
    // The others would only repeat it, each at the price of a time limit.
    if (sight.kind === 'unseen' && sight.reason === 'timeout') return new Map(names.map((each) => [each, sights.get(each) ?? sight]));
  }
  return sights;
}

async function observeSource(target: Target, look: Look, sight: UnitSight): Promise<Source> {
  switch (target.kind) {
    case 'file':
    case 'flags': {
      const { content, modifiedMs } = await observeFile(target, look);
      const changed = new Map(modifiedMs === null ? [] : [[target.where, modifiedMs] as const]);
      return source(target, content, target.unit === undefined ? undefined : serviceState(sight, changed));
    }
    case 'directory':
      return source(target, await observeDirectory(target, look));
    case 'environment':
      return source(target, await observeProcess(target, look, sight), isFailed(sight) ? { kind: 'failed' } : undefined);
    case 'unit': {
      const { content, missingFiles, modifiedMs } = await observeUnit(target, look, sight);
      const changed = new Map([...modifiedMs, ...(await unitFileChanges(look, sight))]);
      const isReloadDue = sight.kind === 'unit' && sight.isReloadDue;
      return { ...source(target, content, serviceState(sight, changed)), missingFiles: [...missingFiles], isReloadDue };
    }
  }
}

const isFailed = (sight: UnitSight): boolean => sight.kind === 'unit' && sight.isFailed && !sight.isRunning;

/** Where systemd says that it has read the unit's files again; what it has not read counts as a reload that is due. */
async function unitFileChanges({ machine }: Look, sight: UnitSight): Promise<ReadonlyMap<string, number>> {
  const changes = new Map<string, number>();
  if (sight.kind !== 'unit' || sight.isReloadDue || !sight.isRunning) return changes;
  for (const path of sight.files) {
    // Its assignments are values, and its size tells how long they are.
    const stat = await machine.stat(path, { isSecret: true });
    if (stat.kind === 'stat') changes.set(path, stat.modifiedMs);
  }
  return changes;
}

function source(
  { name, kind, where, unit, foundBy, isOptional }: Target,
  content: Source['content'],
  service: Service = { kind: 'none-named' },
): Source {
  return {
    name,
    kind,
    where,
    ...(unit === undefined ? {} : { unit }),
    ...(foundBy === undefined ? {} : { foundBy }),
    isOptional,
    content,
    missingFiles: [],
    isReloadDue: false,
    service,
  };
}

/** In the order of the settings, so that what is left out does not change with what is read. */
function withinKeys(sources: readonly Source[]): readonly Source[] {
  let left = keysMax;
  return sources.map((one) => {
    if (one.content.kind !== 'seen') return one;
    if (one.content.keys.length > left)
      return {
        ...one,
        content: { kind: 'unseen', reason: 'too-much-output', detail: `with it, more than ${keysMax} keys would be watched` },
      };
    left -= one.content.keys.length;
    return one;
  });
}

function conclude({ fleetKey, site, settings }: Look, sources: readonly Source[], unsearched: Facts['unsearched']): Outcome<Facts> {
  const blind = sources.flatMap(({ where, content }) => (content.kind === 'unseen' ? [{ where, ...content }] : []));
  const [first] = blind;
  if (first !== undefined && blind.length === sources.length)
    return unseen(first.reason, `none of ${sources.length} sources of settings could be seen; first, ${first.where}: ${first.detail}`);
  const [place] = unsearched;
  if (sources.length === 0 && place !== undefined)
    return unseen('unreadable', `no source of settings could be seen; first, ${place.place}: ${place.detail}`);
  if (sources.length === 0) return unseen('unreadable', 'the configuration of this check names no source of settings');
  const facts: Facts = {
    fleetKey: fleetKey.facts,
    replaced: placeholders(site),
    otherSite: settings.otherSite === undefined ? 'not-told' : 'told',
    sources: sources.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    unsearched,
  };
  return observed(facts, facts.sources.flatMap(keyCount));
}

function placeholders({ name, domains = [], networks = [], tokens = {} }: Site): string[] {
  const known = [
    ...(name === undefined ? [] : ['site']),
    ...(domains.length === 0 ? [] : ['domain']),
    ...(networks.length === 0 ? [] : ['network']),
    ...Object.keys(tokens),
  ];
  return [...new Set(known)].sort();
}

const keyCount = ({ name, content }: Source): readonly Reading[] =>
  content.kind === 'seen' ? [{ name: 'keyCount', subject: name.slice(-256), value: content.keys.length }] : [];
