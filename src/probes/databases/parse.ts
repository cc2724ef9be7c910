// Reads what the database service answers. Null is an entry that does not say what it is.
// Fields: https://docs.oracle.com/en-us/iaas/api/#/en/database/20160918/
import type { UnseenPart } from '../../contract/region.ts';
import { field, flagIn, listIn, numberIn, textIn, timeIn } from '../../formats/oci.ts';
import { byText } from '../../formats/side-lists.ts';
import type { Association, Change, Database, Home, Node, System } from './facts.ts';
import { readLagSeconds } from './lag.ts';

export interface Entry {
  readonly compartment: string;
  readonly body: unknown;
}

export type Listed<T> = { kind: 'seen'; list: T[] } | UnseenPart;

/** A system before its nodes and updates are asked for. */
export type SystemEntry = Omit<System, 'nodes' | 'unfinished'>;

/** What was deleted is listed for a while; a system that was moved is listed under its new kind. */
export const isGone = (state: string): boolean => state === 'TERMINATED' || state === 'MIGRATED';

export function readSystem({ compartment, body }: Entry, kind: System['kind']): SystemEntry | null {
  const ocid = textIn(body, 'id');
  if (ocid === null) return null;
  return {
    name: textIn(body, 'displayName') ?? ocid,
    ocid,
    kind,
    compartment,
    state: stateOf(body),
    gi: textIn(body, 'giVersion'),
    image: textIn(body, 'systemVersion'),
    os: textIn(body, 'osVersion') ?? textIn(body, 'oracleLinuxVersion'),
    nodeCount: wholeIn(body, 'nodeCount'),
  };
}

const wholeIn = (body: unknown, name: string): number | null => {
  const value = numberIn(body, name);
  return value !== null && Number.isSafeInteger(value) && value >= 0 ? value : null;
};

const stateOf = (body: unknown): string => textIn(body, 'lifecycleState') ?? '';

export const readNodes = (bodies: readonly unknown[]): Node[] =>
  bodies
    .map((body) => ({
      name: textIn(body, 'hostname') ?? textIn(body, 'id') ?? 'a node without a name',
      ocid: textIn(body, 'id') ?? '',
      state: stateOf(body),
      needsReboot: flagIn(body, 'isOsPatchRebootRequired'),
    }))
    .filter(({ state }) => !isGone(state))
    .sort(byText(({ name, ocid }) => `${name} ${ocid}`));

export function readHome(body: unknown): Omit<Home, 'unfinished'> | null {
  const ocid = textIn(body, 'id');
  if (ocid === null) return null;
  return {
    name: textIn(body, 'displayName') ?? ocid,
    ocid,
    state: stateOf(body),
    version: textIn(body, 'dbVersion'),
    oneOffs: readOneOffs(field(body, 'oneOffPatches')),
  };
}

/** None is written as null, or as an empty list. */
function readOneOffs(value: unknown): Home['oneOffs'] {
  if (value === undefined) return { kind: 'seen', list: [] };
  const isReadable = Array.isArray(value) && value.every((one) => typeof one === 'string' || typeof one === 'number');
  if (!isReadable) return { kind: 'unseen', reason: 'unparsable', detail: 'listDbHomes: oneOffPatches is no list of numbers' };
  return { kind: 'seen', list: [...new Set(value.map((one) => String(one).trim()))].filter((one) => one !== '').sort() };
}

/** Of each kind of patch, the last attempt, where that did not succeed. A precheck changes nothing. `names` says what stands where. */
export function readUnfinished(
  bodies: readonly unknown[],
  names: { readonly kind: string; readonly action: string; readonly patch: string },
): Change[] {
  const last = new Map<string, Change & { readonly order: number }>();
  for (const [at, body] of bodies.entries()) {
    const action = textIn(body, names.action) ?? '';
    const startedAt = timeIn(body, 'timeStarted');
    const type = textIn(body, names.kind) ?? '';
    if (action === 'PRECHECK') continue;
    // Where no time is told, the order of the list, which begins with the newest.
    const order = startedAt ?? -at;
    if (order > (last.get(type)?.order ?? Number.NEGATIVE_INFINITY))
      last.set(type, { type, action, state: stateOf(body), patch: textIn(body, names.patch), startedAt, order });
  }
  return [...last.values()]
    .filter(({ state }) => state !== 'SUCCEEDED')
    .map(({ order: _, ...change }) => change)
    .sort(byText(({ type }) => type));
}

/** How far behind one database is, by its OCID, as another or itself tells: with applying, or with what has arrived. */
export interface Lag {
  readonly database: string;
  readonly name: 'applyLagSeconds' | 'transportLagSeconds';
  readonly seconds: number;
}

/** Far longer than OCI leaves between two of its own looks at a Data Guard group. */
const refreshMaxMs = 24 * 3_600_000;

/** `now` is the time of the look, in epoch milliseconds. */
export function readDatabase(
  { compartment, body }: Entry,
  associations: Listed<unknown>,
  now: number,
): { database: Database; lags: readonly Lag[] } | null {
  const ocid = textIn(body, 'id');
  if (ocid === null) return null;
  const groupMembers = (listIn(field(body, 'dataGuardGroup'), 'members') ?? []).filter((one) => textIn(one, 'databaseId') !== null);
  const told = [
    ...groupMembers.flatMap((one) => toldLag(textIn(one, 'databaseId'), one)),
    // A primary tells how far behind its peer is.
    ...(associations.kind === 'seen' ? associations.list : []).flatMap((one) =>
      toldLag(textIn(one, 'role') === 'PRIMARY' ? textIn(one, 'peerDatabaseId') : ocid, one),
    ),
  ];
  const arrived = groupMembers.flatMap((one) => toldLag(textIn(one, 'databaseId'), one, 'transportLag'));
  const lags = [...told.map((one) => ({ ...one, name: 'applyLagSeconds' as const })), ...arrivalsOf(arrived)].filter(
    (one): one is Lag => one.seconds !== null,
  );
  const own = told.filter(({ database }) => database === ocid);
  const database: Database = {
    name: textIn(body, 'dbName') ?? textIn(body, 'dbUniqueName') ?? ocid,
    unique: textIn(body, 'dbUniqueName'),
    ocid,
    compartment,
    state: stateOf(body),
    home: textIn(body, 'dbHomeId'),
    system: textIn(body, 'dbSystemId') ?? textIn(body, 'vmClusterId'),
    associations: associations.kind === 'seen' ? readAssociations(associations.list) : associations,
    members: groupMembers
      .map((one) => ({
        database: textIn(one, 'databaseId') ?? '',
        role: textIn(one, 'role') ?? '',
        failover: textIn(one, 'failoverReadiness'),
        switchover: textIn(one, 'switchoverReadiness'),
        isOutdated: now - (timeIn(one, 'timeUpdated') ?? now) > refreshMaxMs,
      }))
      .sort(byText(({ database: member }) => member)),
    lag: own.some(({ seconds }) => seconds !== null) ? 'told' : own.length > 0 ? 'unreadable' : 'untold',
  };
  return { database, lags };
}

/** None of a primary: its own is that of nothing. */
function toldLag(database: string | null, body: unknown, name: 'applyLag' | 'transportLag' = 'applyLag'): readonly ToldLag[] {
  const text = textIn(body, name);
  return database === null || text === null ? [] : [{ database, seconds: readLagSeconds(text) }];
}

interface ToldLag {
  readonly database: string;
  readonly seconds: number | null;
}

const arrivalsOf = (told: readonly ToldLag[]) => told.map((one) => ({ ...one, name: 'transportLagSeconds' as const }));

/** One that does not say its role may be the one that counts. */
function readAssociations(bodies: readonly unknown[]): Listed<Association> {
  if (bodies.some((body) => textIn(body, 'role') === null && !isGone(stateOf(body))))
    return { kind: 'unseen', reason: 'unparsable', detail: 'listDataGuardAssociations: an entry does not say its role' };
  const list = bodies
    .map((body) => ({
      role: textIn(body, 'role') ?? '',
      peerRole: textIn(body, 'peerRole') ?? '',
      peer: textIn(body, 'peerDatabaseId'),
      peerHome: textIn(body, 'peerDbHomeId'),
      peerSystem: textIn(body, 'peerDbSystemId'),
      state: stateOf(body),
    }))
    .filter(({ state }) => !isGone(state))
    .sort(byText(({ peer, role }) => `${peer} ${role}`));
  return { kind: 'seen', list };
}
