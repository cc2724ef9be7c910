// Machines of a region as OS Management Hub and the instance agent know them: a second opinion on kernels, the only one where no agent of
// ours runs, and whether plans could run something on them.
import { defineRegionProbe } from '../../contract/probe.ts';
import { noRegion } from '../../contract/region.ts';
import { isLikeAny } from '../../formats/wildcard.ts';
import { type Facts, FactsSchema } from './facts.ts';
import { observe } from './observe.ts';
import { sharedName } from './pairs.ts';
import { kernelRules } from './rules-kernel.ts';
import { pluginRules } from './rules-plugins.ts';
import { sightRules } from './rules-sight.ts';
import { SettingsSchema } from './settings.ts';

export const probe = defineRegionProbe({
  id: 'managed-instances',
  title: 'Managed instances',
  gap: 'kernel',
  factsVersion: 1,
  settings: SettingsSchema,
  facts: FactsSchema,
  readings: {},
  // Two calls a machine, which the whole tenancy shares; machines check in every few hours.
  defaults: { everyMs: 3_600_000, timeoutMs: 600_000, staleAfterMs: 10_800_000 },
  example: {
    scope: {
      compartments: { shop: 'ocid1.compartment.oc1..aaaaaaaaexampleshop' },
      networks: {},
      hosts: { 'shop-app-1': { id: 'ocid1.instance.oc1.phx.exampleshopapp1' } },
      addresses: {},
      names: {},
    },
    required: ['shop-*'],
    checkinMax: '24h',
    plugins: ['Compute Instance Run Command'],
    ignore: ['shop-bastion'],
  },
  withoutConfig: noRegion,
  absentOnStandby: 'warning',
  isNeeded: ({ machines, agents }, { scope, ignore }) =>
    [...machines.entries, ...agents].map(sharedName(scope, scope)).some((name) => !isLikeAny(name, ignore)),
  rules: [...sightRules, ...kernelRules, ...pluginRules],
  summary,
  observe,
});

/** Names them: of a side that has none at all, this is all that is said of what it lacks. */
function summary({ machines, agents }: Facts): string {
  const dark = machines.entries.filter(({ status, isCheckinOld }) => status !== 'NORMAL' || isCheckinOld).length;
  const count = `${machines.entries.length} machines${machines.missed.length === 0 ? '' : ' (some not seen)'}`;
  const names = machines.entries.slice(0, 8).map(({ name }) => name);
  const told = names.length === 0 ? '' : `: ${names.join(', ')}${machines.entries.length > names.length ? ', …' : ''}`;
  return `${count}, ${dark} of them not reporting, plugins of ${agents.length}${told}`;
}
