// The cases of test/fixtures/oci as regions that a probe can look at, and what comes of setting one beside the other.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding, Judgement } from '../../src/contract/finding.ts';
import type { Role } from '../../src/contract/node.ts';
import type { CheckState, Snapshot } from '../../src/contract/observation.ts';
import { type OciOperationName, ociOperations } from '../../src/contract/oci-operations.ts';
import type { AnyProbe } from '../../src/contract/probe.ts';
import type { RegionScope } from '../../src/contract/region.ts';
import { fillDefaults } from '../../src/contract/schema.ts';
import type { OciParams } from '../../src/contract/tenancy.ts';
import { judge } from '../../src/judge/judge.ts';
import { lookOnce } from '../../src/look/look-once.ts';
import { tenancyLooks } from '../../src/tenancy/looks.ts';
import { type RecordedCall, type RecordedRegion, recordedTenancy } from '../../src/tenancy/recorded.ts';

export const fixtures = join(import.meta.dirname, '../fixtures/oci');

const read = (path: string): string => readFileSync(join(fixtures, path), 'utf8');

interface ManifestFile {
  readonly file: string;
  readonly service: string;
  readonly operation: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly pathParams?: Readonly<Record<string, string>>;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly side?: Role;
  readonly case: string;
}

export interface OciCase {
  readonly id: string;
  readonly gap: string;
  readonly verdict: 'symmetric' | 'drifted' | 'both-broken' | 'unknown' | 'n/a';
  readonly accept: readonly string[];
  readonly relation: string;
  readonly acceptRelation: readonly string[];
  readonly drImpact: 'none' | 'degrades' | 'blocks' | 'exposes';
  readonly findings: readonly { readonly code: string; readonly subject: string; readonly detail?: string }[];
  readonly why: string;
  readonly files: readonly string[];
}

const manifest = JSON.parse(read('manifest.json')) as { readonly asOf: string; readonly files: ManifestFile[]; readonly cases: OciCase[] };
export const topology = JSON.parse(read('topology.json'));
export const asOf = Date.parse(topology.asOf);

/** Of one gap as the manifest names it (`5-network`), or of all. */
export const casesOf = (gap?: string): readonly OciCase[] => manifest.cases.filter((one) => gap === undefined || one.gap === gap);

export const caseOf = (id: string): OciCase => {
  const found = manifest.cases.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no case ${id}`);
  return found;
};

export const sides = ['primary', 'standby'] as const;

/** What the fleet file would say of a side. */
export function scopeOf(side: Role): RegionScope {
  const { networkSecurityGroups: _, ...told } = topology;
  return {
    compartments: { payments: told[side].compartmentId },
    networks: { pay: told.cidrMap[0][side === 'primary' ? 0 : 1] },
    hosts: Object.fromEntries(
      told.hostPairs.map((host: Record<string, string>) => [host.name, { id: host[`${side}Id`], addresses: [host[`${side}Ip`]] }]),
    ),
    addresses: Object.fromEntries(told.balancers.map((one: Record<string, string>) => [one.name, [one[`${side}Vip`]]])),
    names: Object.fromEntries(told.vaultPairs.map((pair: Record<string, string>) => [pair[side], 'vault-pay'])),
  };
}

/** The manifest's names for two operations of one name. */
const renamed: Readonly<Record<string, OciOperationName>> = { 'loadbalancer listCertificates': 'listLoadBalancerCertificates' };

/** What the case's files answer on that side, in the order of the manifest; files of no side are answered on both. */
export function callsOf(caseId: string, side: Role): readonly RecordedCall[] {
  const { files } = caseOf(caseId);
  return manifest.files
    .filter((one) => files.includes(one.file) && (one.side === undefined || one.side === side))
    .flatMap((one) => {
      const operation = renamed[`${one.service} ${one.operation}`] ?? (one.operation as OciOperationName);
      return Object.hasOwn(ociOperations, operation) ? [callOf(one, operation, side)] : [];
    });
}

function callOf(
  { file, query = {}, pathParams = {}, status, headers }: ManifestFile,
  operation: OciOperationName,
  side: Role,
): RecordedCall {
  const text = read(file);
  const given = Object.entries({ ...query, ...pathParams })
    // How many there are on a page is the client's choice, and of some things the topology does not say the id.
    .filter(([name, value]) => name !== 'limit' && !(value === '<side>' && topology[side][name] === undefined))
    .map(([name, value]) => [name, value === '<side>' ? String(topology[side][name]) : String(value)] as const);
  return {
    operation,
    with: Object.fromEntries(given),
    ...(status === undefined ? {} : { status }),
    ...(headers === undefined ? {} : { headers }),
    ...(file.endsWith('.json') ? { body: JSON.parse(text) } : { body: text }),
  };
}

export interface CaseWorld {
  /** Cases whose bodies are answered where the case itself says nothing. */
  readonly under?: readonly string[];
  /** Answered before anything else. */
  readonly over?: readonly RecordedCall[];
  /** Lists that nothing is said of are empty unless this is false; then they are unreadable. */
  readonly isElseEmpty?: boolean;
}

export function regionOf(caseId: string, side: Role, { under = [], over = [], isElseEmpty = true }: CaseWorld = {}): RecordedRegion {
  const { region, regionKey } = topology[side];
  const calls = [...over, ...[caseId, ...under].flatMap((id) => callsOf(id, side)), ...(isElseEmpty ? emptyListCalls : [])];
  return { now: asOf, region: { name: region, key: regionKey }, tenancyId: topology.tenancyId, calls };
}

/** All that a region can be asked a list of. */
export const listOperations = (Object.keys(ociOperations) as OciOperationName[]).filter((name) => ociOperations[name].body !== 'object');

export const emptyListCalls: readonly RecordedCall[] = Object.entries(ociOperations)
  .filter(([, { body }]) => body !== 'object')
  .map(([name, { body }]) => ({ operation: name as OciOperationName, with: {}, body: body === 'array' ? [] : { items: [] } }));

export interface SideLook {
  readonly probe: AnyProbe;
  readonly region: RecordedRegion;
  readonly scope: RegionScope;
  readonly role: Role;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** As the collector would keep it after one look. */
export async function snapshotOf({ probe, region, scope, role, settings = {} }: SideLook): Promise<Snapshot> {
  const whole: Record<string, unknown> = { scope, ...settings };
  const problems = fillDefaults(probe.settings, whole);
  if (problems.length > 0) throw new Error(`settings of ${probe.id}: ${JSON.stringify(problems)}`);
  const { everyMs, timeoutMs, staleAfterMs } = probe.defaults;
  return lookOnce({
    checks: [
      { id: probe.id, probe: probe.id, settings: whole, schedule: { kind: 'every', everyMs }, timeoutMs, staleAfterMs, isRequired: true },
    ],
    probes: new Map([[probe.id, probe]]),
    source: tenancyLooks(recordedTenancy(region)),
    node: { id: region.region.name, name: region.region.name, role, group: 'payments', twin: 'region', site: {}, version: 'test' },
  });
}

export interface CaseJudged extends Judgement {
  readonly primary: CheckState;
  readonly standby: CheckState;
}

/** Looks at both sides of a case and judges the standby. */
export async function judgeCase(
  probe: AnyProbe,
  caseId: string,
  world: CaseWorld = {},
  settings: Readonly<Record<string, unknown>> = {},
): Promise<CaseJudged> {
  const look = (role: Role): Promise<Snapshot> =>
    snapshotOf({ probe, region: regionOf(caseId, role, world), scope: scopeOf(role), role, settings });
  const [primary, standby] = await Promise.all([look('primary'), look('standby')]);
  const judgement = judge({ now: asOf, subject: standby, twin: primary, earlier: [], probes: new Map([[probe.id, probe]]) });
  return { ...judgement, primary: primary.checks[0]!, standby: standby.checks[0]! };
}

/** What is wrong with a judgement as the case's answer; empty where it is right. */
export function faultsOf(one: OciCase, { verdict, findings, blindSpots }: Judgement): readonly string[] {
  const counted = findings.filter(({ severity }) => severity !== 'note');
  const told = counted.map(say).join('; ');
  switch (one.verdict) {
    case 'symmetric':
      return verdict === 'ready' ? [] : [`${verdict}, should be ready: ${told} ${blindSpots.map(({ detail }) => detail).join('; ')}`];
    case 'unknown':
      return verdict === 'unknown' ? [] : [`${verdict}, should be unknown: ${told}`];
    case 'drifted':
    case 'both-broken':
      return drifted(one, findings, verdict);
    case 'n/a':
      return [];
  }
}

/** What blocks must not be ready, what is harmless may be no more than a note; each subject is named, and no other is accused. */
function drifted(
  { drImpact, findings: expected }: OciCase,
  findings: readonly Finding[],
  verdict: Judgement['verdict'],
): readonly string[] {
  const wanted = drImpact === 'blocks' ? ['not-ready'] : drImpact === 'none' ? ['ready', 'degraded'] : ['degraded', 'not-ready'];
  const faults = wanted.includes(verdict) ? [] : [`${verdict}, should be ${wanted.join(' or ')}: ${findings.map(say).join('; ')}`];
  const unnamed = expected.filter(({ subject }) => !findings.some((finding) => isAbout(finding, subject)));
  const strange = findings
    .filter(({ severity }) => severity !== 'note')
    .filter((one) => !expected.some(({ subject }) => isAbout(one, subject)));
  return [
    ...faults,
    ...unnamed.map(({ code, subject }) => `nothing about ${subject} (${code}) in: ${findings.map(say).join('; ')}`),
    ...strange.map((one) => `a false alarm: ${say(one)}`),
  ];
}

const isAbout = ({ subject, expected, actual }: Finding, wanted: string): boolean =>
  [subject, expected, actual].some((text) => text.toLowerCase().includes(wanted.toLowerCase()));

const say = ({ severity, code, subject, actual }: Finding): string => `${severity} ${code} ${subject} (${actual})`;

/** Parameters that a probe asked with, as one line: for tests of what is asked. */
export const askedLine = (operation: OciOperationName, params: OciParams): string => `${operation} ${JSON.stringify(params)}`;
