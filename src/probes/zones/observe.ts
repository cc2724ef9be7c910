// One look at the DNS of a region. Public zones and policies belong to the tenancy and show from either region; both looks read them, so
// that the standby's does not need the primary's region.
import { absent, type Outcome, observed, unseen } from '../../contract/outcome.ts';
import { type UnseenPart, unseenPart } from '../../contract/region.ts';
import type { Tenancy } from '../../contract/tenancy.ts';
import { textIn } from '../../formats/oci.ts';
import { addressesOf } from './addresses.ts';
import type { Facts, Monitor, Policy, Resolver, Zone } from './facts.ts';
import { keepRecords, type ReadZone } from './keep-records.ts';
import { Lists } from './lists.ts';
import { isGone, readResolver, readResolverName, readView } from './parse-private.ts';
import { plainValue, readRecords, readZone } from './parse-records.ts';
import { readAttachment, readMonitor, readPolicy, readResults, readSteering } from './parse-steering.ts';
import type { Settings } from './settings.ts';

export async function observe(tenancy: Tenancy, settings: Settings, signal: AbortSignal): Promise<Outcome<Facts>> {
  const lists = new Lists(tenancy, settings);
  const [addresses, zones, policies, attachments, views, resolvers] = await Promise.all([
    addressesOf(lists),
    zonesOf(tenancy, lists),
    policiesOf(tenancy, lists),
    lists.all('listSteeringPolicyAttachments', 'steering policy attachments'),
    lists.all('listViews', 'private views', { scope: 'PRIVATE' }),
    resolversOf(tenancy, lists),
  ]);
  const monitors = await monitorsOf(tenancy, policies);
  if (signal.aborted) return unseen('timeout', 'the look ran into its time limit');
  const own = new Set([...addresses.map(({ address }) => address), ...namedIn(settings)]);
  const facts: Facts = {
    region: { name: tenancy.region.name, key: tenancy.region.key },
    addresses,
    zones: keptZones(zones, own),
    policies,
    attachments: attachments
      .map(readAttachment)
      .filter((one) => one !== null)
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    monitors,
    views: views
      .map(readView)
      .filter((one) => one !== null)
      .sort(byId),
    resolvers: resolvers.map((one) => without(views.filter(isGone), one)),
    unseen: lists.unseen(),
  };
  return isEmpty(facts) ? absent('neither zones nor resolvers nor addresses in these compartments') : observed(facts);
}

const isEmpty = ({ region: _, ...parts }: Facts): boolean => Object.values(parts).every(({ length }) => length === 0);

const namedIn = ({ scope, names }: Settings): readonly string[] =>
  [...Object.values(scope.addresses).flat(), ...Object.values(scope.hosts).flatMap(({ addresses = [] }) => addresses), ...names].map(
    plainValue,
  );

/** A view that is deleted stays attached for a while. */
function without(gone: readonly unknown[], resolver: Resolver): Resolver {
  const ids = new Set(gone.map((body) => textIn(body, 'id')));
  const { content } = resolver;
  return content.kind === 'unseen' ? resolver : { ...resolver, content: { ...content, views: content.views.filter((id) => !ids.has(id)) } };
}

type DarkZone = { readonly zone: Omit<Zone, 'records'>; readonly part: UnseenPart };

async function zonesOf(tenancy: Tenancy, lists: Lists): Promise<readonly (ReadZone | DarkZone)[]> {
  const scopes = ['GLOBAL', 'PRIVATE'] as const;
  const bodies = await Promise.all(
    scopes.map(async (scope) =>
      (await lists.all('listZones', `${scope === 'GLOBAL' ? 'public' : 'private'} zones`, { scope })).map((body) => readZone(body, scope)),
    ),
  );
  const zones = new Map(bodies.flat().flatMap((zone) => (zone === null ? [] : [[zone.id, zone] as const])));
  return Promise.all([...zones.values()].sort(byId).map((zone) => recordsOf(tenancy, zone)));
}

/** A private zone's name is one of many: it needs its id, and says scope and view. */
async function recordsOf(tenancy: Tenancy, zone: Omit<Zone, 'records'>): Promise<ReadZone | DarkZone> {
  const within = { scope: 'PRIVATE', ...(zone.view === null ? {} : { viewId: zone.view }) };
  const byName = zone.scope === 'PRIVATE' ? null : await tenancy.list('getZoneRecords', { zoneNameOrId: zone.name });
  const answer =
    byName?.kind === 'list'
      ? byName
      : await tenancy.list('getZoneRecords', { zoneNameOrId: zone.id, ...(zone.scope === 'PRIVATE' ? within : {}) });
  if (answer.kind === 'failed') return { zone, part: unseenPart(answer) };
  const sets = readRecords(answer.items);
  return sets === null ? { zone, part: notShown('getZoneRecords: name, type or data of a record') } : { zone, sets };
}

function keptZones(zones: readonly (ReadZone | DarkZone)[], own: ReadonlySet<string>): Zone[] {
  const kept = keepRecords(
    zones.filter((one) => 'sets' in one),
    own,
  );
  const dark = zones.flatMap((one) => ('part' in one ? [{ ...one.zone, records: one.part }] : []));
  return [...kept, ...dark].sort(byId);
}

async function policiesOf(tenancy: Tenancy, lists: Lists): Promise<Policy[]> {
  const entries = await lists.all('listSteeringPolicies', 'steering policies');
  const found = await Promise.all(
    entries.map(async (entry): Promise<Policy | null> => {
      const listed = readPolicy(entry);
      if (listed === null || listed.state === 'DELETED') return null;
      const got = await tenancy.get('getSteeringPolicy', { steeringPolicyId: listed.id });
      const content = (got.kind === 'object' ? readSteering(got.body) : null) ?? readSteering(entry);
      if (content !== null) return { ...listed, ...(got.kind === 'object' ? readPolicy(got.body) : null), content };
      return { ...listed, content: got.kind === 'failed' ? unseenPart(got) : notShown('getSteeringPolicy: answers or rules') };
    }),
  );
  return once(found);
}

async function monitorsOf(tenancy: Tenancy, policies: readonly Policy[]): Promise<Monitor[]> {
  const ids = new Set(policies.flatMap(({ content }) => (content.kind === 'seen' && content.monitor !== null ? [content.monitor] : [])));
  const monitors = [...ids].map(async (id): Promise<Monitor> => {
    const [got, results] = await Promise.all([
      tenancy.get('getHttpMonitor', { monitorId: id }),
      tenancy.list('listHttpProbeResults', { probeConfigurationId: id, startTimeGreaterThanOrEqualTo: lately(tenancy.now()) }),
    ]);
    const read = got.kind === 'object' ? readMonitor(got.body) : null;
    return {
      id,
      name: (got.kind === 'object' ? readPolicy(got.body)?.name : undefined) ?? id,
      content: read ?? (got.kind === 'failed' ? unseenPart(got) : notShown('getHttpMonitor: targets')),
      results: results.kind === 'failed' ? unseenPart(results) : readResults(results.items, tenancy.now()),
    };
  });
  return (await Promise.all(monitors)).sort(byId);
}

/** OCI keeps results for months. From the beginning of the hour before this one, so that a recording of this hour answers as well. */
const lately = (now: number): string => String((Math.floor(now / 3_600_000) - 1) * 3_600_000);

async function resolversOf(tenancy: Tenancy, lists: Lists): Promise<Resolver[]> {
  const entries = await lists.all('listResolvers', 'private resolvers', { scope: 'PRIVATE' });
  const found = await Promise.all(
    entries.map(async (entry): Promise<Resolver | null> => {
      const listed = readResolverName(entry);
      if (listed === null) return null;
      const got = await tenancy.get('getResolver', { resolverId: listed.id, scope: 'PRIVATE' });
      const content = (got.kind === 'object' ? readResolver(got.body) : null) ?? readResolver(entry);
      return {
        ...listed,
        content: content ?? (got.kind === 'failed' ? unseenPart(got) : notShown('getResolver: views')),
      };
    }),
  );
  return once(found);
}

const notShown = (what: string): UnseenPart => ({ kind: 'unseen', reason: 'unparsable', detail: `${what} are not in the answer` });

/** Two compartments of the settings may be one. */
function once<T extends { readonly id: string }>(found: readonly (T | null)[]): T[] {
  const byTheirId = new Map(found.flatMap((one) => (one === null ? [] : [[one.id, one] as const])));
  return [...byTheirId.values()].sort(byId);
}

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);
