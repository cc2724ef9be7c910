// Which vault of the standby stands for which of the primary, and what in them belongs together: by the vault and the name.
import type { PairedContext } from '../../contract/rule.ts';
import { regionWords } from '../../formats/region-words.ts';
import { isLikeAny } from '../../formats/wildcard.ts';
import type { Facts, Key, Secret, Vault } from './facts.ts';
import type { Settings } from './settings.ts';

export interface Paired<T> {
  /** `vault-pay/db-password`, in the words that both sides share. */
  readonly subject: string;
  /** The standby's; null where it has none. */
  readonly own: T | null;
  readonly theirs: T;
  /** The vaults of the standby that stand for the primary's. */
  readonly vaults: readonly string[];
}

export interface Pairs {
  readonly vaults: readonly VaultPair[];
  readonly secrets: readonly Paired<Secret>[];
  readonly keys: readonly Paired<Key>[];
}

export interface VaultPair {
  readonly subject: string;
  readonly own: readonly Vault[];
  readonly theirs: readonly Vault[];
  /** OCIDs of the standby's; empty where nothing of it stands for the primary's. */
  readonly vaults: readonly string[];
  readonly isUsed: boolean;
}

/** Vaults of one side under the name that both share; several of one name are one. */
type Groups = ReadonlyMap<string, readonly string[]>;

export function pairsOf(standby: Facts, primary: Facts, { standby: mine, primary: other }: PairedContext<Settings>): Pairs {
  const ownNames = regionWords(mine.settings.scope, other.settings.scope).shared;
  const theirNames = regionWords(other.settings.scope, mine.settings.scope).shared;
  const own = groupsOf(standby, ownNames);
  // What lies in a vault that the primary is about to lose needs no twin.
  const theirs = new Map([...groupsOf(primary, theirNames)].filter(([, vaults]) => !isDying(primary, vaults)));
  const matched = matchedGroups(own, theirs, standby, primary);
  const { ignore } = other.settings;
  const isWanted = (subject: string): boolean => !isLikeAny(subject, [...ignore, ...mine.settings.ignore]);
  const pairs = [...theirs].map(([name, vaults]) => ({
    name,
    vaults,
    stands: own.get(matched.get(name) ?? '') ?? [],
    ownNames,
    theirNames,
  }));
  return {
    vaults: pairs.map((one) => vaultPair(standby, primary, one)),
    secrets: pairs
      .flatMap((one) => within(one, standby.secrets.entries, primary.secrets.entries))
      .filter(({ subject }) => isWanted(subject)),
    keys: pairs.flatMap((one) => within(one, standby.keys.entries, primary.keys.entries)).filter(({ subject }) => isWanted(subject)),
  };
}

type Shared = (ocid: string, name?: string | null) => string;

/** Every vault of them is going, as far as they are listed. */
function isDying({ vaults }: Facts, ocids: readonly string[]): boolean {
  const listed = vaults.entries.filter(({ ocid }) => ocids.includes(ocid));
  return listed.length > 0 && listed.every(({ state }) => isGoing(state));
}

function groupsOf({ vaults, secrets }: Facts, shared: Shared): Groups {
  const names = new Map(vaults.entries.map(({ ocid, name }) => [ocid, name]));
  const groups = new Map<string, string[]>();
  for (const ocid of new Set([...names.keys(), ...secrets.entries.map(({ vault }) => vault)])) {
    const name = shared(ocid, names.get(ocid));
    groups.set(name, [...(groups.get(name) ?? []), ocid]);
  }
  return groups;
}

/** By name, by what replicates to where, and where one vault is left on either side, that one. */
function matchedGroups(own: Groups, theirs: Groups, standby: Facts, primary: Facts): ReadonlyMap<string, string> {
  const matched = new Map([...theirs.keys()].filter((name) => own.has(name)).map((name) => [name, name]));
  const links = replications(standby, primary);
  for (const [name, vaults] of theirs) {
    if (matched.has(name)) continue;
    const target = [...own].find(([, ocids]) => ocids.some((ocid) => vaults.some((vault) => links.has(`${vault} ${ocid}`))));
    if (target !== undefined) matched.set(name, target[0]);
  }
  const [left, ...more] = [...theirs.keys()].filter((name) => !matched.has(name));
  const taken = new Set(matched.values());
  const [free, ...others] = [...own].filter(([name, ocids]) => !taken.has(name) && !isDying(standby, ocids)).map(([name]) => name);
  if (left !== undefined && free !== undefined && more.length + others.length === 0) matched.set(left, free);
  return matched;
}

/** The primary's vault and the standby's, whichever of them is the source. */
function replications(standby: Facts, primary: Facts): ReadonlySet<string> {
  return new Set([
    ...standby.secrets.entries.flatMap(({ vault, replicaOf }) => (replicaOf === null ? [] : [`${replicaOf} ${vault}`])),
    ...primary.secrets.entries.flatMap(({ vault, replicaOf }) => (replicaOf === null ? [] : [`${vault} ${replicaOf}`])),
    ...primary.secrets.entries.flatMap(({ vault, replicatedTo }) => replicatedTo.map((target) => `${vault} ${target.vault}`)),
    ...standby.secrets.entries.flatMap(({ vault, replicatedTo }) => replicatedTo.map((target) => `${target.vault} ${vault}`)),
  ]);
}

interface Group {
  readonly name: string;
  readonly vaults: readonly string[];
  readonly stands: readonly string[];
  readonly ownNames: Shared;
  readonly theirNames: Shared;
}

function vaultPair(standby: Facts, primary: Facts, { name, vaults, stands }: Pick<Group, 'name' | 'vaults' | 'stands'>): VaultPair {
  const of = (facts: Facts, ocids: readonly string[]): readonly Vault[] => facts.vaults.entries.filter(({ ocid }) => ocids.includes(ocid));
  const holds = ({ vault, state }: Secret | Key): boolean => vaults.includes(vault) && !isGoing(state);
  const isUsed = primary.secrets.entries.some(holds) || primary.keys.entries.some(holds);
  return { subject: name, own: of(standby, stands), theirs: of(primary, vaults), vaults: stands, isUsed };
}

/** What the primary is about to lose needs no twin. */
function within<T extends Secret | Key>(group: Group, own: readonly T[], theirs: readonly T[]): readonly Paired<T>[] {
  const { name, vaults, stands, ownNames, theirNames } = group;
  const twins = named(
    own.filter(({ vault }) => stands.includes(vault)),
    ownNames,
  );
  const wanted = named(
    theirs.filter(({ vault, state }) => vaults.includes(vault) && !isGoing(state)),
    theirNames,
  );
  return [...wanted].map(([one, entry]) => ({ subject: `${name}/${one}`, own: twins.get(one) ?? null, theirs: entry, vaults: stands }));
}

/** Under the name that both sides share; of several under one name, the one that is there to stay. */
function named<T extends Secret | Key>(entries: readonly T[], shared: Shared): ReadonlyMap<string, T> {
  const stays = (one: T | undefined): boolean => one !== undefined && ['ACTIVE', 'ENABLED'].includes(one.state);
  const found = new Map<string, T>();
  for (const one of entries) {
    const name = shared(one.ocid, one.name);
    if (!stays(found.get(name))) found.set(name, one);
  }
  return found;
}

export const isGoing = (state: string): boolean => ['DELETING', 'SCHEDULING_DELETION', 'PENDING_DELETION'].includes(state);
