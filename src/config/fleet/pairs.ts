// Every pair of a fleet file with its members, every region of its groups, and where each of them stands.
import { escapePointer } from '../yaml-text.ts';
import { type FleetFile, type GroupFile, type MemberFile, type PairFile, type RegionFile, reservedInPair } from './schema.ts';
import type { Partly } from './without-wrong.ts';

export interface WrittenGroup {
  readonly name: string;
  readonly pointer: string;
  readonly group: Partly<GroupFile>;
  readonly pairs: readonly WrittenPair[];
  readonly regions: readonly WrittenRegion[];
}

export interface WrittenRegion {
  readonly site: string;
  readonly pointer: string;
  /** Undefined where it has no shape. */
  readonly region: Partly<RegionFile> | undefined;
}

export interface WrittenPair {
  readonly name: string;
  readonly pointer: string;
  /** Undefined where it has no shape. */
  readonly pair: Partly<PairFile> | undefined;
  readonly members: readonly WrittenMember[];
}

export interface WrittenMember {
  readonly site: string;
  readonly pointer: string;
  /** Undefined where it has no shape. */
  readonly member: Partly<MemberFile> | undefined;
}

export const writtenGroups = (file: Partly<FleetFile>): readonly WrittenGroup[] =>
  Object.entries(file.groups ?? {}).map(([name, group = shapeless]) => {
    const pointer = `/groups/${escapePointer(name)}`;
    return { name, pointer, group, pairs: writtenPairs(group, pointer), regions: writtenRegions(group, pointer) };
  });

/** Its pairs are there, and cannot be told. */
const shapeless = { pairs: undefined };

const writtenRegions = (group: Partly<GroupFile>, base: string): readonly WrittenRegion[] =>
  Object.entries(group.regions ?? {}).map(([site, region]) => ({ site, pointer: `${base}/regions/${escapePointer(site)}`, region }));

/** Whether groups and pairs may be found that the file does not name. */
export const mayFindMore = (file: Partly<FleetFile>): boolean =>
  file.discover === undefined ? 'discover' in file : file.discover.length > 0;

const writtenPairs = (group: Partly<GroupFile>, base: string): readonly WrittenPair[] =>
  Object.entries(group.pairs ?? {}).map(([name, pair]) => {
    const pointer = `${base}/pairs/${escapePointer(name)}`;
    return { name, pointer, pair, members: writtenMembers(pair ?? {}, pointer) };
  });

const writtenMembers = (pair: object, base: string): readonly WrittenMember[] =>
  Object.entries(pair)
    .filter(([site]) => site !== reservedInPair)
    .map(([site, member]) => ({ site, pointer: `${base}/${escapePointer(site)}`, member: member as Partly<MemberFile> | undefined }));

/** Where a member's address is written: beside its site, or inside. */
export const writtenAddress = ({ member, pointer }: WrittenMember): { readonly address: string | undefined; readonly pointer: string } =>
  typeof member === 'object' ? { address: member.address, pointer: `${pointer}/address` } : { address: member, pointer };
