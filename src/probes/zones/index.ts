// DNS in OCI: what leads clients to the standby, and what its own machines can look up.
import { defineRegionProbe } from '../../contract/probe.ts';
import { noRegion } from '../../contract/region.ts';
import { type Facts, FactsSchema } from './facts.ts';
import { observe } from './observe.ts';
import { answerRules } from './rules-answers.ts';
import { forwardRules } from './rules-forwards.ts';
import { privateRules } from './rules-private.ts';
import { recordRules } from './rules-records.ts';
import { resolverRules } from './rules-resolvers.ts';
import { sightRules } from './rules-sight.ts';
import { steeringRules } from './rules-steering.ts';
import { SettingsSchema } from './settings.ts';

export const probe = defineRegionProbe({
  id: 'zones',
  title: 'Zones, steering and private resolvers',
  gap: 'dns',
  factsVersion: 1,
  settings: SettingsSchema,
  facts: FactsSchema,
  readings: {},
  defaults: { everyMs: 10 * 60_000, timeoutMs: 5 * 60_000, staleAfterMs: 60 * 60_000, confirm: { bad: 2, good: 1 } },
  withoutConfig: noRegion,
  example: {
    scope: {
      compartments: { payments: 'ocid1.compartment.oc1..aaaaaaaaexamplecompartment' },
      networks: { pay: '10.1.0.0/16' },
      hosts: { 'pay-app-1': { addresses: ['10.1.20.31'] } },
      addresses: { 'lb-pay': ['198.51.100.20'] },
      names: {},
    },
    compartments: ['ocid1.compartment.oc1..aaaaaaaaexampleshared'],
    names: ['www.pay.example.com'],
    ownNames: ['vpn.ashburn.pay.example.com'],
    ttlMax: '300s',
  },
  absentOnStandby: 'blocker',
  rules: [...answerRules, ...steeringRules, ...recordRules, ...privateRules, ...resolverRules, ...forwardRules, ...sightRules],
  summary,
  observe,
});

function summary({ zones, policies, resolvers, unseen }: Facts): string {
  const dark =
    unseen.length +
    zones.filter(({ records }) => records.kind === 'unseen').length +
    [...policies, ...resolvers].filter(({ content }) => content.kind === 'unseen').length;
  return [
    count(zones.length, 'zone'),
    count(policies.length, 'steering polic', 'ies', 'y'),
    count(resolvers.length, 'resolver'),
    ...(dark === 0 ? [] : [`${dark} not seen`]),
  ].join(', ');
}

const count = (number: number, what: string, many = 's', single = ''): string => `${number} ${what}${number === 1 ? single : many}`;
