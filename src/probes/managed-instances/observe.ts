// Asks OS Management Hub for the machines of one side, and the instance agent of each for its plugins.
import { parseDurationMs } from '../../contract/duration.ts';
import { absent, type Outcome, observed, unseen } from '../../contract/outcome.ts';
import { unseenPart } from '../../contract/region.ts';
import type { Tenancy } from '../../contract/tenancy.ts';
import { readOcid } from '../../formats/oci.ts';
import { byText, compartmentsOf, listOverSide, missedPart } from '../../formats/side-lists.ts';
import type { Facts, Machine, Plugins } from './facts.ts';
import { type Listed, readListed, readPlugins, readTold } from './parse.ts';
import type { Settings } from './settings.ts';

export async function observe(tenancy: Tenancy, settings: Settings): Promise<Outcome<Facts>> {
  const list = await listOverSide(tenancy, settings.scope, { operation: 'listManagedInstances', noun: 'managed instances' });
  const read = list.entries.map(readListed);
  const listed = [...new Map(read.flatMap((one) => (one === null ? [] : [[one.ocid, one] as const]))).values()];
  const missed = read.includes(null) ? [...list.missed, nameless] : [...list.missed];
  const [entries, agents] = await Promise.all([
    Promise.all(listed.map((one) => machineOf(tenancy, settings, one))),
    agentsOf(tenancy, settings, listed),
  ]);
  const isBlind = entries.length === 0 && agents.every(({ plugins }) => plugins.kind === 'unseen');
  if (isBlind && missed[0] !== undefined) return unseen(missed[0].reason, missed[0].detail);
  const isEmpty = missed.length + entries.length === 0 && agents.every(({ plugins }) => plugins.kind === 'silent');
  if (isEmpty) return absent('no managed instances in these compartments, and no agent that tells of its plugins');
  return observed({ region: { ...tenancy.region }, machines: { entries: entries.sort(byText(nameAndOcid)), missed }, agents });
}

const nameAndOcid = ({ name, ocid }: { readonly name: string; readonly ocid: string }): string => `${name} ${ocid}`;

const nameless = missedPart('managed instances', {
  reason: 'unparsable',
  detail: 'an entry among the managed instances does not say what it is',
});

/** The figures of one that is out of reach are old, and not asked for. */
async function machineOf(tenancy: Tenancy, { checkinMax }: Settings, listed: Listed): Promise<Machine> {
  if (listed.status !== 'NORMAL' && listed.status !== '') return { ...listed, isCheckinOld: false, figures: outOfReach };
  const answer = await tenancy.get('getManagedInstance', { managedInstanceId: listed.ocid });
  if (answer.kind === 'failed') return { ...listed, isCheckinOld: false, figures: unseenPart(answer) };
  const { status, checkinAt, figures } = readTold(answer.body);
  // One that was never told, or lies ahead of this clock, says no more than one that is long ago.
  const isCheckinOld = checkinAt === null || Math.abs(tenancy.now() - checkinAt) > (parseDurationMs(checkinMax) ?? 0);
  return { ...listed, status: status || listed.status, isCheckinOld, figures };
}

const outOfReach = { kind: 'unseen' as const, reason: 'unreadable' as const, detail: 'the machine does not report' };

/** Of instances that the hub knows, and of those that the fleet names. */
async function agentsOf(tenancy: Tenancy, { scope, plugins }: Settings, listed: readonly Listed[]): Promise<Plugins[]> {
  if (plugins.length === 0) return [];
  const [first] = compartmentsOf(scope);
  const named = Object.entries(scope.hosts).flatMap(([name, { id }]) =>
    id === undefined || first === undefined ? [] : [{ name, ocid: id, compartment: first[1] }],
  );
  const instances = [...named, ...listed].filter(({ ocid }) => readOcid(ocid)?.type === 'instance');
  const agents = await Promise.all(
    [...new Map(instances.map((one) => [one.ocid, one])).values()].map(async ({ name, ocid, compartment }): Promise<Plugins> => {
      const answer = await tenancy.list('listInstanceAgentPlugins', { compartmentId: compartment, instanceagentId: ocid });
      const read = answer.kind === 'failed' ? unseenPart(answer) : readPlugins(answer.items, plugins);
      return { name, ocid, compartment, plugins: read };
    }),
  );
  return agents.sort(byText(nameAndOcid));
}
