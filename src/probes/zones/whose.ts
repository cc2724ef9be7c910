// Decides whose an answer is: by the addresses that it leads to, not by what it is called.

import type { RegionScope } from '../../contract/region.ts';
import type { PairedContext } from '../../contract/rule.ts';
import { holds, readBlock } from '../../formats/cidr.ts';
import { onceAJudging } from '../../formats/once-a-judging.ts';
import type { Attachment, Facts, RecordSet, Zone } from './facts.ts';
import { plainValue } from './parse-records.ts';
import type { Settings } from './settings.ts';

export type Context = PairedContext<Settings>;

/** `unseen`: it may be of the standby, and that could not be looked up. */
export type Owner = 'standby' | 'primary' | 'nobody' | 'unseen';

export interface World {
  /** Where records and values lead, over CNAMEs of the own zones. */
  ownerOf(type: string, values: readonly string[]): Owner;
  readonly publicZones: readonly Zone[];
  /** Attachments that work. */
  readonly attachments: readonly Attachment[];
  isSteered(name: string, type: string): boolean;
  /** Addresses and aliases that the own public zones answer with for that name. */
  recordsAt(name: string): readonly RecordSet[];
  readonly idle: ReadonlySet<string>;
}

/** CNAMEs that lead to CNAMEs; resolvers give up at some sixteen. */
const stepsMax = 16;

export const worldOf = onceAJudging(worldAnew);

function worldAnew(standby: Facts, primary: Facts, context: Context): World {
  const own = ownValues(standby, primary, context);
  const publicZones = mergedZones(standby, primary);
  const records = indexOf(publicZones);
  const attachments = [...standby.attachments, ...primary.attachments].filter(({ state }) => state === 'ACTIVE' || state === null);
  const byDomain = Map.groupBy(attachments, ({ domain }) => domain);
  const isStandbyDark = standby.unseen.some(({ isOfAddresses }) => isOfAddresses);
  const ofAddress = (value: string): Owner => {
    if (own.standby.has(value) || isWithin(value, context.standby.settings.scope)) return 'standby';
    if (own.primary.has(value) || isWithin(value, context.primary.settings.scope)) return 'primary';
    return isStandbyDark ? 'unseen' : 'nobody';
  };
  const ofName = (name: string, steps: number): Owner => {
    if (own.standby.has(name)) return 'standby';
    if (own.primary.has(name)) return 'primary';
    if (steps > stepsMax) return 'nobody';
    const found = lookUp(records, name);
    if (found.length > 0) return together(found.map(({ type, values }) => ofValues(type, values, steps + 1)));
    // Where the own zones say nothing, somebody else's do.
    return publicZones.some((zone) => isIn(name, zone.name) && !isDark(zone)) ? 'nobody' : 'unseen';
  };
  const ofValues = (type: string, values: readonly string[], steps: number): Owner =>
    together(values.map((value) => (isAddressType(type) ? ofAddress(value) : ofName(value, steps))));
  return {
    ownerOf: (type, values) => ofValues(type, values, 0),
    publicZones,
    attachments,
    isSteered: (name, type) => byDomain.get(name)?.some(({ types }) => types.length === 0 || types.includes(type)) === true,
    recordsAt: (name) => lookUp(records, name),
    idle: new Set([...standby.addresses].filter(({ isIdle }) => isIdle).map(({ address }) => address)),
  };
}

/** Addresses that are said or seen to be of one side only. */
const ownValues = onceAJudging((standby: Facts, primary: Facts, context: Context) => ({
  standby: valuesOf(standby, context.standby.settings.scope),
  primary: valuesOf(primary, context.primary.settings.scope),
}));

/** An address of the primary that the standby does not have, too. */
export function isOfPrimary(value: string, standby: Facts, primary: Facts, context: Context): boolean {
  const own = ownValues(standby, primary, context);
  const isOf = (side: 'standby' | 'primary') => own[side].has(value) || isWithin(value, context[side].settings.scope);
  return isOf('primary') && !isOf('standby');
}

/** Lists of the primary's addresses that were not seen, where its scope names none: what is its is then not known. */
export const addressesUnseen = (facts: Facts, { addresses }: RegionScope): Facts['unseen'] =>
  Object.values(addresses).flat().length > 0 ? [] : facts.unseen.filter(({ isOfAddresses }) => isOfAddresses);

export const isAddressType = (type: string): boolean => type === 'A' || type === 'AAAA';

/** What leads to the standby at all is the standby's; what may is not known. */
function together(owners: readonly Owner[]): Owner {
  for (const owner of ['standby', 'unseen', 'primary'] as const) if (owners.includes(owner)) return owner;
  return 'nobody';
}

const valuesOf = ({ addresses }: Facts, { addresses: named, hosts }: RegionScope): ReadonlySet<string> =>
  new Set([
    ...addresses.map(({ address }) => address),
    ...Object.values(named).flat().map(plainValue),
    ...Object.values(hosts).flatMap((host) => (host.addresses ?? []).map(plainValue)),
  ]);

export function isWithin(value: string, { networks }: RegionScope): boolean {
  const own = readBlock(value);
  if (own === null) return false;
  return Object.values(networks).some((text) => {
    const block = readBlock(text);
    return block !== null && holds(block, own);
  });
}

export function onceById<T extends { readonly id: string }>(all: readonly T[]): readonly T[] {
  const seen = new Map<string, T>();
  for (const one of all) {
    const known = seen.get(one.id);
    if (known === undefined || isDark(known)) seen.set(one.id, one);
  }
  return [...seen.values()];
}

function isDark(one: object): boolean {
  const part = 'content' in one ? one.content : 'records' in one ? one.records : null;
  return (
    typeof part === 'object' && part !== null && (('kind' in part && part.kind === 'unseen') || ('isCut' in part && part.isCut === true))
  );
}

/** Of a zone that is too large to be kept, each look keeps what leads to its own side. */
function mergedZones(standby: Facts, primary: Facts): readonly Zone[] {
  const byId = Map.groupBy(
    [...standby.zones, ...primary.zones].filter(({ scope }) => scope === 'GLOBAL'),
    ({ id }) => id,
  );
  return [...byId.values()].map(([one, other]) => (other === undefined ? one! : merged(one!, other)));
}

function merged(one: Zone, other: Zone): Zone {
  if (one.records.kind === 'unseen') return other;
  if (other.records.kind === 'unseen' || !(one.records.isPart || other.records.isPart)) return one;
  const known = new Set(one.records.sets.map(({ name, type }) => `${name} ${type}`));
  const more = other.records.sets.filter(({ name, type }) => !known.has(`${name} ${type}`));
  const sets = [...one.records.sets, ...more];
  return { ...one, records: { ...one.records, sets, isCut: one.records.isCut || other.records.isCut } };
}

function indexOf(zones: readonly Zone[]): ReadonlyMap<string, readonly RecordSet[]> {
  return Map.groupBy(
    zones.flatMap(({ records }) => (records.kind === 'seen' ? records.sets : [])).filter(({ type }) => type !== 'MX' && type !== 'SRV'),
    ({ name }) => name,
  );
}

/** RFC 4592: a wildcard answers for what has no records of its own. */
function lookUp(records: ReadonlyMap<string, readonly RecordSet[]>, name: string): readonly RecordSet[] {
  for (let at = name, isFirst = true; at !== ''; at = at.slice(at.indexOf('.') + 1), isFirst = false) {
    const found = records.get(isFirst ? at : `*.${at}`);
    if (found !== undefined) return found;
    if (!at.includes('.')) break;
  }
  return [];
}

const isIn = (name: string, zone: string): boolean => name === zone || name.endsWith(`.${zone}`);
