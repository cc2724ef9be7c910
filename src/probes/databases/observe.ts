// Asks for databases of one side, and for what they run on.
import { absent, type Outcome, observed, type Reading, unseen } from '../../contract/outcome.ts';
import { unseenPart } from '../../contract/region.ts';
import type { Tenancy, TenancyFailed, TenancyListed } from '../../contract/tenancy.ts';
import { textIn } from '../../formats/oci.ts';
import { byText, listOverSide, type Missed, missedPart, type SideList } from '../../formats/side-lists.ts';
import { type Facts, type Home, readingSubject, type System } from './facts.ts';
import {
  type Entry,
  isGone,
  type Listed,
  readDatabase,
  readHome,
  readNodes,
  readSystem,
  readUnfinished,
  type SystemEntry,
} from './parse.ts';
import type { Settings } from './settings.ts';

export async function observe(tenancy: Tenancy, { scope }: Settings): Promise<Outcome<Facts>> {
  const [dbSystems, clusters, databaseList] = await Promise.all([
    listOverSide(tenancy, scope, { operation: 'listDbSystems', noun: 'DB systems' }),
    listOverSide(tenancy, scope, { operation: 'listCloudVmClusters', noun: 'VM clusters' }),
    listOverSide(tenancy, scope, { operation: 'listDatabases', noun: 'databases' }),
  ]);
  const found = kept(
    [...dbSystems.entries.map((one) => readSystem(one, 'db-system')), ...clusters.entries.map((one) => readSystem(one, 'vm-cluster'))],
    [...dbSystems.missed, ...clusters.missed],
    'DB systems and VM clusters',
  );
  const [systems, read, homes] = await Promise.all([
    Promise.all(found.entries.map((one) => systemOf(tenancy, one))),
    Promise.all(databaseList.entries.map((one) => databaseOf(tenancy, one))),
    homesOf(tenancy, placesOf(found.entries, databaseList)),
  ]);
  const databases = kept(
    read.map((one) => one?.database ?? null),
    databaseList.missed,
    'databases',
  );
  const missed = [...found.missed, ...databases.missed];
  if (missed.length > 0 && systems.length + databases.entries.length === 0) return unseen(missed[0]!.reason, missed[0]!.detail);
  if (missed.length + systems.length + databases.entries.length === 0)
    return absent('no databases, DB systems or VM clusters in these compartments');
  const used = new Set(databases.entries.map(({ home }) => home));
  const facts: Facts = {
    region: { ...tenancy.region },
    systems: { entries: systems, missed: found.missed },
    homes: {
      entries: await withHistory(
        tenancy,
        homes.entries.filter(({ ocid }) => used.has(ocid)),
      ),
      missed: homes.missed,
    },
    databases,
    terminated: terminatedOf(read),
  };
  return observed(facts, lagsOf(read));
}

const terminatedOf = (read: readonly Awaited<ReturnType<typeof databaseOf>>[]): string[] =>
  read.flatMap((one) => (one !== null && isGone(one.database.state) ? [one.database.ocid] : [])).sort();

/** An entry that says too little to be known by is not one that is not there. */
function kept<T extends { readonly name: string; readonly ocid: string; readonly state: string }>(
  read: readonly (T | null)[],
  missed: readonly Missed[],
  noun: string,
): { entries: T[]; missed: Missed[] } {
  const nameless = missedPart(noun, { reason: 'unparsable', detail: `an entry among the ${noun} does not say what it is` });
  return {
    entries: read.filter((one): one is T => one !== null && !isGone(one.state)).sort(byText(({ name, ocid }) => `${name} ${ocid}`)),
    missed: read.includes(null) ? [...missed, nameless] : [...missed],
  };
}

/** Far more nodes than a system has, more associations than a database, and more patches than a home was ever given. */
const [partsMax, entriesMax] = [64, 2_000];

const listedOf = <T>(answer: TenancyListed | TenancyFailed, read: (bodies: readonly unknown[]) => T[], max = entriesMax): Listed<T> => {
  if (answer.kind === 'failed') return unseenPart(answer);
  if (answer.items.length <= max) return { kind: 'seen', list: read(answer.items) };
  return { kind: 'unseen', reason: 'too-much-output', detail: `more than ${max} entries` };
};

async function systemOf(tenancy: Tenancy, system: SystemEntry): Promise<System> {
  const of = { compartmentId: system.compartment, ...placeParam(system) };
  const [nodes, updates] = await Promise.all([
    tenancy.list('listDbNodes', of),
    system.kind === 'vm-cluster' ? tenancy.list('listCloudVmClusterUpdateHistoryEntries', { cloudVmClusterId: system.ocid }) : noUpdates,
  ]);
  const names = { kind: 'updateType', action: 'updateAction', patch: 'updateId' };
  return {
    ...system,
    nodes: listedOf(nodes, readNodes, partsMax),
    unfinished: listedOf(updates, (bodies) => readUnfinished(bodies, names)),
  };
}

/** Patches of DB systems stand in the history of their homes. */
const noUpdates: TenancyListed = { kind: 'list', items: [] };

interface Place {
  readonly ocid: string;
  readonly kind: System['kind'];
  readonly compartment: string;
  readonly name: string;
}

const placeParam = ({ ocid, kind }: Pick<Place, 'ocid' | 'kind'>): Readonly<Record<string, string>> =>
  kind === 'db-system' ? { dbSystemId: ocid } : { vmClusterId: ocid };

/** Where homes may be: the systems that are listed, and those that only databases speak of. */
function placesOf(systems: readonly SystemEntry[], { entries }: SideList): readonly Place[] {
  const spoken = entries.flatMap(({ compartment, body }): readonly Place[] => {
    const system = textIn(body, 'dbSystemId');
    const ocid = system ?? textIn(body, 'vmClusterId');
    return ocid === null ? [] : [{ ocid, kind: system === null ? 'vm-cluster' : 'db-system', compartment, name: ocid }];
  });
  return [...new Map([...spoken, ...systems].map((one) => [one.ocid, one])).values()];
}

async function homesOf(tenancy: Tenancy, places: readonly Place[]) {
  const asked = await Promise.all(
    places.map(async (place): Promise<SideList> => {
      const answer = await tenancy.list('listDbHomes', { compartmentId: place.compartment, ...placeParam(place) });
      return answer.kind === 'failed'
        ? { entries: [], missed: [missedPart(`homes of ${place.name}`, answer, place.compartment)] }
        : { entries: answer.items.map((body) => ({ compartment: place.compartment, body })), missed: [] };
    }),
  );
  const read = asked.flatMap(({ entries }) => entries.map(({ body }) => readHome(body)));
  const homes = kept(
    read,
    asked.flatMap(({ missed }) => missed),
    'homes',
  );
  return { ...homes, entries: [...new Map(homes.entries.map((one) => [one.ocid, one])).values()] };
}

/** Unused homes say nothing about a database: out-of-place patching leaves them behind. */
const withHistory = (tenancy: Tenancy, homes: readonly Omit<Home, 'unfinished'>[]): Promise<Home[]> =>
  Promise.all(
    homes.map(async (home) => {
      const history = await tenancy.list('listDbHomePatchHistoryEntries', { dbHomeId: home.ocid });
      const names = { kind: 'patchType', action: 'action', patch: 'patchId' };
      return { ...home, unfinished: listedOf(history, (bodies) => readUnfinished(bodies, names)) };
    }),
  );

async function databaseOf(tenancy: Tenancy, entry: Entry) {
  const databaseId = textIn(entry.body, 'id');
  if (databaseId === null) return null;
  const associations = await tenancy.list('listDataGuardAssociations', { databaseId });
  return readDatabase(
    entry,
    listedOf(associations, (bodies) => [...bodies], partsMax),
    tenancy.now(),
  );
}

/** Of several that tell of one database the worst: they are seldom of one moment. */
function lagsOf(read: readonly Awaited<ReturnType<typeof databaseOf>>[]): readonly Reading[] {
  const known = read.filter((one) => one !== null);
  const names = new Map(known.map(({ database }) => [database.ocid, database.unique ?? database.name]));
  const lags = Map.groupBy(
    known.flatMap((one) => one.lags),
    ({ name, database }) => `${name} ${database}`,
  );
  return [...lags.values()]
    .map((all) => {
      const { name, database } = all[0]!;
      const subject = readingSubject(names.get(database) ?? 'peer', database);
      return { name, subject, value: Math.max(...all.map(({ seconds }) => seconds)) };
    })
    .sort(byText(({ name, subject }) => `${name} ${subject}`));
}
