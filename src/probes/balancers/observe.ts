// One look at the balancers of a region: what they are, what they serve, and who vouches for it.
import { absent, type Outcome, observed, unseen } from '../../contract/outcome.ts';
import { type RegionScope, type UnseenPart, unseenPart } from '../../contract/region.ts';
import type { Tenancy, TenancyFailed, TenancyListed } from '../../contract/tenancy.ts';
import { textIn } from '../../formats/oci.ts';
import { Certificates } from './certificates.ts';
import type { BackendSet, Balancer, Facts } from './facts.ts';
import { isWhole, type ReadBalancer, type ReadSet, readBalancer } from './parse-balancer.ts';
import { readHealth } from './parse-health.ts';
import type { Settings } from './settings.ts';

export async function observe(tenancy: Tenancy, { scope }: Settings, signal: AbortSignal): Promise<Outcome<Facts>> {
  const certificates = new Certificates(tenancy);
  const looks = await Promise.all(compartmentsOf(scope).map((one) => lookInto(tenancy, certificates, one)));
  if (signal.aborted) return unseen('timeout', 'the look ran into its time limit');
  const facts: Facts = {
    region: { name: tenancy.region.name, key: tenancy.region.key },
    balancers: looks.flatMap(({ balancers }) => balancers).sort(byPlace),
    certificates: certificates.seen(),
    managed: certificates.managed(),
    unseen: looks.flatMap((look) => look.unseen),
  };
  const isEmpty = facts.balancers.length + facts.managed.length + facts.unseen.length === 0;
  return isEmpty ? absent('neither balancers nor certificates in these compartments') : observed(facts);
}

/** Two names may stand for one compartment. */
const compartmentsOf = ({ compartments }: RegionScope): readonly (readonly [string, string])[] =>
  Object.entries(compartments).filter(([, id], at, all) => all.findIndex(([, other]) => other === id) === at);

interface Look {
  readonly balancers: readonly Balancer[];
  readonly unseen: Facts['unseen'];
}

async function lookInto(
  tenancy: Tenancy,
  certificates: Certificates,
  [compartment, compartmentId]: readonly [string, string],
): Promise<Look> {
  const [application, network, managed] = await Promise.all([
    tenancy.list('listLoadBalancers', { compartmentId }),
    tenancy.list('listNetworkLoadBalancers', { compartmentId }),
    certificates.lookInto(compartmentId),
  ]);
  const lists = [
    ['load balancers', 'listLoadBalancers', application],
    ['network load balancers', 'listNetworkLoadBalancers', network],
    ['certificates', 'listCertificates', managed],
  ] as const;
  const balancers = await Promise.all([
    ...itemsOf(application).map((body) => applicationOf(tenancy, certificates, compartment, body)),
    ...itemsOf(network).map(async (body) => networkOf(compartment, body)),
  ]);
  return {
    balancers: balancers.filter((one) => one !== null),
    unseen: lists.flatMap(([what, operation, answer]) => {
      const part = answer.kind === 'failed' ? unseenPart(answer) : withoutId(operation, answer.items);
      return part === null ? [] : [{ compartment, what, part }];
    }),
  };
}

/** What cannot be asked about any further may be what is missing. */
const withoutId = (operation: string, items: readonly unknown[]): UnseenPart | null =>
  items.every((item) => textIn(item, 'id') !== null)
    ? null
    : { kind: 'unseen', reason: 'unparsable', detail: `${operation}: an entry without an id` };

const itemsOf = (answer: TenancyListed | TenancyFailed): readonly unknown[] => (answer.kind === 'list' ? answer.items : []);

/** The list needs less of a right than the balancer itself, which is why both are asked. */
async function applicationOf(tenancy: Tenancy, certificates: Certificates, compartment: string, entry: unknown): Promise<Balancer | null> {
  const listed = readBalancer(entry);
  if (listed === null) return null;
  const got = await tenancy.get('getLoadBalancer', { loadBalancerId: listed.id });
  const body = got.kind === 'object' && isWhole(got.body) ? got.body : entry;
  const read = readBalancer(body) ?? listed;
  const shown = factsOf(read, compartment, 'application');
  if (read.content === null) return { ...shown, content: got.kind === 'failed' ? unseenPart(got) : notShown('getLoadBalancer') };
  const source = certificates.ofBalancer(read.id, body);
  const { listeners, backendSets, rules } = read.content;
  return {
    ...shown,
    content: {
      kind: 'seen',
      listeners: await Promise.all(listeners.map(async (one) => ({ ...one, tls: await source.tls(one.tls, 'listener') }))),
      backendSets: await Promise.all(
        backendSets.map(async (set) => ({
          ...set,
          tls: await source.tls(set.tls, 'backends'),
          health: await healthOf(tenancy, read.id, set),
        })),
      ),
      rules,
    },
  };
}

function networkOf(compartment: string, entry: unknown): Balancer | null {
  const read = readBalancer(entry);
  if (read === null) return null;
  const shown = factsOf(read, compartment, 'network');
  if (read.content === null) return { ...shown, content: notShown('listNetworkLoadBalancers') };
  const { listeners, backendSets, rules } = read.content;
  return {
    ...shown,
    content: {
      kind: 'seen',
      listeners: listeners.map((one) => ({ ...one, tls: null })),
      backendSets: backendSets.map((set) => ({ ...set, tls: null, health: { kind: 'not-asked' } })),
      rules,
    },
  };
}

const factsOf = (
  { id, name, state, isPrivate, addresses, maxMbps }: ReadBalancer,
  compartment: string,
  layer: Balancer['layer'],
): Omit<Balancer, 'content'> => ({ id, name, compartment, layer, state, isPrivate, addresses, maxMbps });

const notShown = (operation: string) =>
  ({ kind: 'unseen', reason: 'unparsable', detail: `${operation}: its listeners and backend sets are not in the answer` }) as const;

async function healthOf(tenancy: Tenancy, loadBalancerId: string, { name, backends }: ReadSet): Promise<BackendSet['health']> {
  if (backends.length === 0) return { kind: 'not-asked' };
  const answer = await tenancy.get('getBackendSetHealth', { loadBalancerId, backendSetName: name });
  if (answer.kind === 'failed') return unseenPart(answer);
  return readHealth(answer.body);
}

function byPlace(a: Balancer, b: Balancer): number {
  const [one, other] = [a, b].map(({ compartment, name, id }) => `${compartment}\n${name}\n${id}`) as [string, string];
  return one < other ? -1 : 1;
}
