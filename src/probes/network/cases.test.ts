// The two regions of test/fixtures/oci, case by case: verdicts and subjects as its table has them.
import { describe, expect, it } from 'vitest';
import { type CaseWorld, callsOf, caseOf, casesOf, faultsOf, judgeCase, topology } from '../../../test/support/oci-cases.ts';
import type { RecordedCall } from '../../tenancy/recorded.ts';
import { probe } from './index.ts';

/** Networks, subnets, groups, the list that the subnets use, and the tables that they use: what every case changes something of. */
const base = ['net-vcn-subnet-symmetric', 'net-nsg-names', 'net-seclist-symmetric', 'net-route-symmetric'];

const bodyOf = (caseId: string, side: 'primary' | 'standby', operation: string): unknown =>
  callsOf(caseId, side).find((call) => call.operation === operation)?.body;

/** The union's subnet has lists of its own, and its machine is the one of the case about attachments. */
function unionWorld(): CaseWorld {
  const over = (['primary', 'standby'] as const).flatMap((side): readonly RecordedCall[] => {
    const subnet = bodyOf('net-effective-union', side, 'getSubnet') as { readonly id: string };
    const vnic = bodyOf('net-effective-union', side, 'getVnic') as { readonly id: string };
    const subnets = bodyOf('net-vcn-subnet-symmetric', side, 'listSubnets') as readonly { readonly id: string }[];
    const instances = bodyOf('net-vnic-nsg-not-attached', side, 'listInstances') as readonly { readonly displayName: string }[];
    const compartmentId: string = topology[side].compartmentId;
    return [
      {
        operation: 'listSubnets',
        with: { compartmentId },
        body: [...subnets.filter(({ id }) => id !== subnet.id).map(withoutLists), subnet],
      },
      { operation: 'listInstances', with: { compartmentId }, body: instances.filter(({ displayName }) => displayName === 'pay-app-1') },
      { operation: 'getVnic', with: { vnicId: vnic.id }, body: vnic },
    ];
  });
  return { under: [...base, 'net-vnic-nsg-not-attached'], over };
}

const withoutLists = (subnet: object): object => ({ ...subnet, securityListIds: [] });

/** Machines that the case holds no VNIC of have one in no group, at either side. */
const otherVnics = (['primary', 'standby'] as const).flatMap((side) =>
  (bodyOf('net-vnic-nsg-not-attached', side, 'listVnicAttachments') as readonly Record<string, string>[]).flatMap(
    (one): readonly RecordedCall[] =>
      callsOf('net-vnic-nsg-not-attached', side).some((call) => call.with.vnicId === one.vnicId)
        ? []
        : [
            {
              operation: 'getVnic',
              with: { vnicId: one.vnicId! },
              body: {
                id: one.vnicId,
                displayName: 'vnic',
                isPrimary: true,
                lifecycleState: 'AVAILABLE',
                subnetId: one.subnetId,
                nsgIds: [],
              },
            },
          ],
  ),
);

/** The peering lies in a compartment that is the network's. */
const peerings: readonly RecordedCall[] = (['primary', 'standby'] as const).map((side) => ({
  operation: 'listRemotePeeringConnections',
  with: { compartmentId: topology[side].compartmentId },
  body: bodyOf('net-rpc-peered', side, 'listRemotePeeringConnections'),
}));

/** The case lists one table; the others, which subnets use as well, are as they were. */
const withOtherTables = (caseId: string): CaseWorld => ({
  under: base,
  over: (['primary', 'standby'] as const).map((side) => {
    const tables = bodyOf(caseId, side, 'listRouteTables') as readonly { readonly id: string }[];
    const others = bodyOf('net-route-symmetric', side, 'listRouteTables') as readonly { readonly id: string }[];
    const body = [...tables, ...others.filter(({ id }) => !tables.some((table) => table.id === id))];
    return { operation: 'listRouteTables', with: { compartmentId: topology[side].compartmentId }, body };
  }),
});

const worlds: Readonly<Record<string, CaseWorld>> = {
  'net-effective-union': unionWorld(),
  'net-vnic-nsg-not-attached': { under: [...base, 'net-nsg-app-symmetric'], over: otherVnics },
  'net-route-onprem-missing': withOtherTables('net-route-onprem-missing'),
  'net-route-gateway-type': withOtherTables('net-route-gateway-type'),
  'net-rpc-peered': { under: base, over: peerings },
};

describe('the cases of the network', () => {
  const judged = casesOf('5-network').filter(({ id, verdict }) => id.startsWith('net-') && verdict !== 'n/a');

  it('are all of them', () => expect(judged).toHaveLength(24));

  it.each(judged)('$id: $why', async ({ id }) => {
    const judgement = await judgeCase(probe, id, worlds[id] ?? { under: base });
    expect(faultsOf(caseOf(id), judgement)).toEqual([]);
  });
});
