// The networks of a region: which flows its rules let through, where its routes lead, and what its machines are attached to.
import { defineRegionProbe } from '../../contract/probe.ts';
import { noRegion } from '../../contract/region.ts';
import { type Facts, FactsSchema } from './facts.ts';
import { observe } from './observe.ts';
import { addressRules } from './rules-addresses.ts';
import { drgWayRules } from './rules-drg-ways.ts';
import { flowRules } from './rules-flows.ts';
import { gatewayRules } from './rules-gateways.ts';
import { invalidRule } from './rules-invalid.ts';
import { partRules } from './rules-parts.ts';
import { placeRules } from './rules-places.ts';
import { routeRules } from './rules-routes.ts';
import { stateRules } from './rules-states.ts';
import { unseenRules } from './rules-unseen.ts';
import { SettingsSchema } from './settings.ts';

export const probe = defineRegionProbe({
  id: 'network',
  title: 'Network rules and routes',
  gap: 'network-rules',
  factsVersion: 1,
  settings: SettingsSchema,
  facts: FactsSchema,
  readings: {},
  // A call for each group and each VNIC: the port keeps rules for an hour and VNICs for a day.
  defaults: { everyMs: 900_000, timeoutMs: 300_000, staleAfterMs: 3_600_000 },
  example: {
    scope: {
      compartments: { payments: 'ocid1.compartment.oc1..aaaaaaaaexamplecompartment' },
      networks: { pay: '10.1.0.0/16' },
      hosts: { 'pay-app-1': { addresses: ['10.1.20.31'] } },
      addresses: { 'nat-pay': ['198.51.100.20'] },
      names: { 'nsg-app-phx': 'nsg-app' },
    },
  },
  withoutConfig: noRegion,
  absentOnStandby: 'blocker',
  rules: [
    ...flowRules,
    ...partRules,
    ...placeRules,
    ...routeRules,
    ...gatewayRules,
    ...drgWayRules,
    ...stateRules,
    invalidRule,
    ...addressRules,
    ...unseenRules,
  ],
  summary,
  observe,
});

function summary({ vcns, nsgs, securityLists, rules, routeTables, instances, unseen }: Facts): string {
  const counted = [
    `${vcns.length} VCNs`,
    `${nsgs.length} groups and ${securityLists.length} lists of ${rules.length} different rules`,
    `${routeTables.length} route tables`,
    `${instances.length} machines`,
  ];
  return unseen.length === 0 ? counted.join(', ') : `${counted.join(', ')}; ${unseen.length} lists not seen`;
}
