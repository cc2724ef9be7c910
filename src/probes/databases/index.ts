// Databases of a region and what they run on: whether each primary has a standby that is high enough, applies and runs.
import { defineRegionProbe } from '../../contract/probe.ts';
import { noRegion } from '../../contract/region.ts';
import { type Facts, FactsSchema } from './facts.ts';
import { observe } from './observe.ts';
import { guardRules } from './rules-guard.ts';
import { sightRules } from './rules-sight.ts';
import { systemRules } from './rules-systems.ts';
import { versionRules } from './rules-versions.ts';
import { SettingsSchema } from './settings.ts';

export const probe = defineRegionProbe({
  id: 'databases',
  title: 'Databases',
  gap: 'database-patches',
  factsVersion: 1,
  settings: SettingsSchema,
  facts: FactsSchema,
  readings: { applyLagSeconds: 'How far a standby database is behind with applying, as it tells itself' },
  defaults: { everyMs: 900_000, timeoutMs: 300_000, staleAfterMs: 2_700_000 },
  example: {
    scope: {
      compartments: { shop: 'ocid1.compartment.oc1..aaaaaaaaexampleshop' },
      networks: {},
      hosts: {},
      addresses: {},
      names: {},
    },
    applyLagMax: '900s',
    ignore: ['scratch*'],
  },
  withoutConfig: noRegion,
  absentOnStandby: 'blocker',
  rules: [...sightRules, ...guardRules, ...versionRules, ...systemRules],
  summary,
  observe,
});

function summary({ systems, homes, databases }: Facts): string {
  const count = (noun: string, { entries, missed }: Facts['systems'] | Facts['homes'] | Facts['databases']): string =>
    `${entries.length} ${noun}${missed.length === 0 ? '' : ' (some not seen)'}`;
  return `${count('databases', databases)} in ${count('homes', homes)} on ${count('systems', systems)}`;
}
