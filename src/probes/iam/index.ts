// Compartments, dynamic groups and policies: what the instances of a side may do in OCI.
import { defineRegionProbe } from '../../contract/probe.ts';
import { noRegion } from '../../contract/region.ts';
import { type Facts, FactsSchema } from './facts.ts';
import { observe } from './observe.ts';
import { aloneRules } from './rules-alone.ts';
import { pairedRules } from './rules-paired.ts';
import { SettingsSchema } from './settings.ts';

export const probe = defineRegionProbe({
  id: 'iam',
  title: 'Dynamic groups and policies',
  gap: 'iam',
  factsVersion: 1,
  settings: SettingsSchema,
  facts: FactsSchema,
  readings: {},
  // Written by people; a policy takes effect within minutes and a membership within half an hour.
  defaults: { everyMs: 900_000, timeoutMs: 120_000, staleAfterMs: 3_600_000 },
  withoutConfig: noRegion,
  example: {
    scope: {
      compartments: { payments: 'ocid1.compartment.oc1..aaaaaaaaexamplepayments' },
      networks: {},
      hosts: { 'pay-app-1': { id: 'ocid1.instance.oc1.phx.anyhqljtexamplepayapp1' } },
      addresses: {},
      names: { 'ocid1.vault.oc1.phx.examplevault': 'vault-pay' },
    },
  },
  absentOnStandby: 'blocker',
  rules: [...aloneRules, ...pairedRules],
  summary,
  observe,
});

function summary({ instances, groups, policies }: Facts): string {
  const unseen = [...policies, ...instances].filter(({ seen }) => !Array.isArray(seen)).length;
  const count = (all: readonly { readonly seen: unknown }[]): number =>
    all.reduce((sum, { seen }) => sum + (Array.isArray(seen) ? seen.length : 0), 0);
  const told = `${count(instances)} instances, ${groups.length} dynamic groups and ${count(policies)} policies that concern them`;
  return unseen === 0 ? told : `${told}; ${unseen} lists not seen`;
}
