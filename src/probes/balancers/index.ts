// Balancers: clients that are led to the standby meet its listeners and certificates first.
import { defineRegionProbe } from '../../contract/probe.ts';
import { noRegion } from '../../contract/region.ts';
import { type Facts, FactsSchema, isSeen } from './facts.ts';
import { observe } from './observe.ts';
import { backendRules } from './rules-backends.ts';
import { balancerRules } from './rules-balancers.ts';
import { pairedCertificateRules } from './rules-certificates.ts';
import { aloneCertificateRules } from './rules-certificates-alone.ts';
import { listenerRules } from './rules-listeners.ts';
import { sightRules } from './rules-sight.ts';
import { tlsRules } from './rules-tls.ts';
import { SettingsSchema } from './settings.ts';

export const probe = defineRegionProbe({
  id: 'balancers',
  title: 'Balancers and their certificates',
  gap: 'certificates',
  factsVersion: 1,
  settings: SettingsSchema,
  facts: FactsSchema,
  readings: {},
  defaults: { everyMs: 15 * 60_000, timeoutMs: 5 * 60_000, staleAfterMs: 60 * 60_000, confirm: { bad: 2, good: 1 } },
  withoutConfig: noRegion,
  example: {
    scope: {
      compartments: { payments: 'ocid1.compartment.oc1..aaaaaaaaexamplecompartment' },
      networks: { pay: '10.1.0.0/16' },
      hosts: { 'pay-web-1': { addresses: ['10.1.10.31'] } },
      addresses: {},
      names: {},
    },
    certificateWarn: '30d',
    filledByPlan: [],
  },
  absentOnStandby: 'blocker',
  rules: [
    ...balancerRules,
    ...listenerRules,
    ...aloneCertificateRules,
    ...pairedCertificateRules,
    ...tlsRules,
    ...backendRules,
    ...sightRules,
  ],
  summary,
  observe,
});

function summary({ balancers, certificates, unseen }: Facts): string {
  const listeners = balancers.filter(isSeen).flatMap(({ content }) => content.listeners);
  const dark = unseen.length + balancers.filter((one) => !isSeen(one)).length;
  return [
    `${count(balancers.length, 'balancer')} with ${count(listeners.length, 'listener')}${namesOf(balancers)}`,
    count(Object.keys(certificates).length, 'certificate'),
    ...(dark === 0 ? [] : [`${dark} not seen`]),
  ].join(', ');
}

function namesOf(balancers: Facts['balancers']): string {
  const names = balancers.slice(0, 5).map(({ name }) => name);
  return names.length === 0 ? '' : ` (${names.join(', ')}${balancers.length > 5 ? ', …' : ''})`;
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
