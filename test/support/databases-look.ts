// Two regions with a database each, guarded by Data Guard, as tests want them; and what comes of judging the one beside the other.
import type { Finding, Judgement } from '../../src/contract/finding.ts';
import type { Role } from '../../src/contract/node.ts';
import { judge } from '../../src/judge/judge.ts';
import { probe } from '../../src/probes/databases/index.ts';
import type { RecordedCall } from '../../src/tenancy/recorded.ts';
import { asOf, regionOf, scopeOf, snapshotOf, topology } from './oci-cases.ts';

export type Body = Readonly<Record<string, unknown>>;

export interface Side {
  readonly databases?: readonly Body[];
  readonly systems?: readonly Body[];
  readonly clusters?: readonly Body[];
  readonly homes?: readonly Body[];
  readonly nodes?: readonly Body[];
  readonly associations?: Readonly<Record<string, readonly Body[]>>;
  readonly history?: readonly Body[];
  readonly updates?: readonly Body[];
  readonly over?: readonly RecordedCall[];
}

export const ocid = (type: string, side: Role, name = 'a') => `ocid1.${type}.oc1.${topology[side].regionKey}.${name}`;

export const database = (side: Role, more: Body = {}, name = 'a'): Body => ({
  id: ocid('database', side, name),
  dbName: 'payp',
  dbUniqueName: `payp_${side}`,
  dbHomeId: ocid('dbhome', side),
  dbSystemId: ocid('dbsystem', side),
  lifecycleState: 'AVAILABLE',
  ...more,
});
export const home = (side: Role, dbVersion: string | null = '19.28.0.0.0', more: Body = {}): Body => ({
  id: ocid('dbhome', side),
  displayName: 'dbh',
  lifecycleState: 'AVAILABLE',
  dbVersion,
  ...more,
});
export const system = (side: Role, more: Body = {}): Body => ({
  id: ocid('dbsystem', side),
  displayName: 'dbs',
  lifecycleState: 'AVAILABLE',
  osVersion: '8.10',
  ...more,
});
export const node = (name: string, lifecycleState = 'AVAILABLE', more: Body = {}): Body => ({
  id: `node-${name}`,
  hostname: name,
  lifecycleState,
  ...more,
});
export const other = (side: Role): Role => (side === 'primary' ? 'standby' : 'primary');
export const association = (side: Role, role: string, peerRole: string, more: Body = {}): Body => ({
  role,
  peerRole,
  peerDatabaseId: ocid('database', other(side)),
  lifecycleState: 'AVAILABLE',
  applyLag: role === 'PRIMARY' ? null : '4 seconds',
  ...more,
});

function callsFor(side: Role, given: Side): readonly RecordedCall[] {
  const list = (operation: RecordedCall['operation'], body: unknown, params = {}): RecordedCall => ({ operation, with: params, body });
  const roles = side === 'primary' ? ['PRIMARY', 'STANDBY'] : ['STANDBY', 'PRIMARY'];
  const associations = given.associations ?? { [ocid('database', side)]: [association(side, roles[0]!, roles[1]!)] };
  return [
    ...(given.over ?? []),
    list('listDatabases', given.databases ?? [database(side)]),
    list('listDbSystems', given.systems ?? [system(side)]),
    list('listCloudVmClusters', given.clusters ?? []),
    list('listDbHomes', given.homes ?? [home(side)]),
    list('listDbNodes', given.nodes ?? [node('paydb1')]),
    list('listDbHomePatchHistoryEntries', given.history ?? []),
    list('listCloudVmClusterUpdateHistoryEntries', given.updates ?? []),
    ...Object.entries(associations).map(([databaseId, body]) => list('listDataGuardAssociations', body, { databaseId })),
    list('listDataGuardAssociations', []),
  ];
}

export async function judged(primary: Side, standby: Side, settings: Readonly<Record<string, unknown>> = {}): Promise<Judgement> {
  const look = (role: Role, given: Side) => {
    const region = { ...regionOf('db-home-equal', role), calls: callsFor(role, given) };
    return snapshotOf({ probe, role, scope: { ...scopeOf(role), names: {} }, settings, region });
  };
  const [twin, subject] = await Promise.all([look('primary', primary), look('standby', standby)]);
  return judge({ now: asOf, subject, twin, earlier: [], probes: new Map([[probe.id, probe]]) });
}

export const told = ({ findings }: { readonly findings: readonly Finding[] }) =>
  findings.map(({ code, subject }) => `${code.replace('databases/', '')} ${subject}`);

/** The fleet calls standby what has become the primary of the database. */
export const turned = (primary: Side = {}, standby: Side = {}) =>
  judged(
    { associations: { [ocid('database', 'primary')]: [association('primary', 'STANDBY', 'PRIMARY')] }, ...primary },
    { associations: { [ocid('database', 'standby')]: [association('standby', 'PRIMARY', 'STANDBY')] }, ...standby },
  );
