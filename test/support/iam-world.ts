// A small tenancy for tests of who may do what: root > apps > {prod, dr}, root > shared; two regions with instances in each.
import type { Judgement } from '../../src/contract/finding.ts';
import type { Role } from '../../src/contract/node.ts';
import type { RegionScope } from '../../src/contract/region.ts';
import { judge } from '../../src/judge/judge.ts';
import { probe } from '../../src/probes/iam/index.ts';
import type { RecordedCall, RecordedRegion } from '../../src/tenancy/recorded.ts';
import { snapshotOf } from './oci-cases.ts';

export const id = {
  root: 'ocid1.tenancy.oc1..root',
  apps: 'ocid1.compartment.oc1..apps',
  prod: 'ocid1.compartment.oc1..prod',
  dr: 'ocid1.compartment.oc1..dr',
  shared: 'ocid1.compartment.oc1..shared',
  drVaults: 'ocid1.compartment.oc1..drvaults',
  prodVaults: 'ocid1.compartment.oc1..prodvaults',
} as const;

const compartment = (name: string, own: string, parent: string, definedTags: unknown = {}) => ({
  id: own,
  name,
  compartmentId: parent,
  lifecycleState: 'ACTIVE',
  definedTags,
});

export interface IamWorld {
  /** Matching rules by name; null where the list shows none. */
  readonly groups?: Readonly<Record<string, string | null>>;
  /** Statements by the compartment that their policy is attached to. */
  readonly policies?: Partial<Readonly<Record<keyof typeof id, readonly string[]>>>;
  /** States of policies by compartment; ACTIVE unless said. */
  readonly states?: Partial<Readonly<Record<keyof typeof id, string>>>;
  /** Names by side; `defined tags` of each by name. */
  readonly instances?: Readonly<Record<Role, readonly string[]>>;
  readonly tags?: Readonly<Record<string, unknown>>;
  readonly compartmentTags?: Partial<Readonly<Record<keyof typeof id, unknown>>>;
  readonly names?: Readonly<Record<Role, Readonly<Record<string, string>>>>;
  /** Answered before anything else, on the sides that are named. */
  readonly over?: Partial<Readonly<Record<Role, readonly RecordedCall[]>>>;
  /** The standby is in Ashburn and the primary in Phoenix. */
  readonly isTurned?: boolean;
  readonly now?: number;
}

export const instanceId = (role: Role, name: string): string =>
  `ocid1.instance.oc1.${role === 'primary' ? 'iad' : 'phx'}.${name.replaceAll('-', '')}`;

export function scopeIn(role: Role, { names }: IamWorld = {}): RegionScope {
  const compartments = { pay: role === 'primary' ? id.prod : id.dr };
  return { compartments, networks: {}, hosts: {}, addresses: {}, names: { ...names?.[role] } };
}

export function regionIn(role: Role, world: IamWorld): RecordedRegion {
  const { groups = {}, policies = {}, states = {}, instances, tags = {}, compartmentTags = {}, over, now = Date.UTC(2026, 8, 15) } = world;
  const listed = (instances ?? { primary: ['app-1'], standby: ['app-1'] })[role];
  const region = role === 'primary' ? { name: 'us-ashburn-1', key: 'iad' } : { name: 'us-phoenix-1', key: 'phx' };
  const own = role === 'primary' ? id.prod : id.dr;
  const tree = [
    compartment('apps', id.apps, id.root, compartmentTags.apps),
    compartment('prod', id.prod, id.apps, compartmentTags.prod),
    compartment('dr', id.dr, id.apps, compartmentTags.dr),
    compartment('shared', id.shared, id.root, compartmentTags.shared),
    compartment('vaults', id.drVaults, id.dr),
    compartment('vaults', id.prodVaults, id.prod),
  ];
  const calls: readonly RecordedCall[] = [
    ...(over?.[role] ?? []),
    { operation: 'listCompartments', with: { compartmentId: id.root }, body: tree },
    {
      operation: 'listDynamicGroups',
      with: {},
      body: Object.entries(groups).map(([name, matchingRule]) => ({
        id: `ocid1.dynamicgroup.oc1..${name}`,
        name,
        lifecycleState: 'ACTIVE',
        matchingRule,
      })),
    },
    ...Object.entries(policies).map(([place, statements]): RecordedCall => {
      const compartmentId = id[place as keyof typeof id];
      const lifecycleState = states[place as keyof typeof id] ?? 'ACTIVE';
      return {
        operation: 'listPolicies',
        with: { compartmentId },
        body: [{ id: `ocid1.policy.oc1..${place}`, name: `of-${place}`, lifecycleState, compartmentId, statements }],
      };
    }),
    { operation: 'listPolicies', with: {}, body: [] },
    {
      operation: 'listInstances',
      with: { compartmentId: own },
      body: listed.map((name) => ({
        id: instanceId(role, name),
        displayName: name,
        compartmentId: own,
        lifecycleState: 'RUNNING',
        definedTags: tags[`${role} ${name}`] ?? {},
      })),
    },
    { operation: 'listInstances', with: {}, body: [] },
    { operation: 'listRegionSubscriptions', with: {}, body: [{ regionName: 'us-ashburn-1', regionKey: 'IAD', isHomeRegion: true }] },
  ];
  return { now, region, tenancyId: id.root, calls };
}

/** The standby beside its primary; or, turned round, the other way. */
export async function judgeIam(world: IamWorld): Promise<Judgement> {
  const look = (side: Role, role: Role) => snapshotOf({ probe, region: regionIn(side, world), scope: scopeIn(side, world), role });
  const [subject, twin] = await Promise.all(
    world.isTurned ? [look('primary', 'standby'), look('standby', 'primary')] : [look('standby', 'standby'), look('primary', 'primary')],
  );
  return judge({ now: world.now ?? Date.UTC(2026, 8, 15), subject, twin, earlier: [], probes: new Map([[probe.id, probe]]) });
}

/** Codes without the probe's id and subjects, notes left out. */
export async function toldOf(world: IamWorld): Promise<readonly string[]> {
  const { verdict, findings } = await judgeIam(world);
  return [
    verdict,
    ...findings
      .filter(({ severity }) => severity !== 'note')
      .map(({ code, subject }) => `${code.slice('iam/'.length)}: ${subject}`)
      .sort(),
  ];
}
