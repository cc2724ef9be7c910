// Databases of a region and what they run on: whether each primary has a standby that is high enough, applies and runs.
import { defineRegionProbe } from '../../contract/probe.ts';
import { noRegion } from '../../contract/region.ts';
import { type Facts, FactsSchema } from './facts.ts';
import { observe } from './observe.ts';
import { guardRules } from './rules-guard.ts';
import { lagRules } from './rules-lag.ts';
import { sightRules } from './rules-sight.ts';
import { systemRules } from './rules-systems.ts';
import { tieRules } from './rules-ties.ts';
import { versionRules } from './rules-versions.ts';
import { SettingsSchema } from './settings.ts';

export const probe = defineRegionProbe({
  id: 'databases',
  title: 'Databases',
  gap: 'database-patches',
  factsVersion: 1,
  settings: SettingsSchema,
  facts: FactsSchema,
  readings: {
    applyLagSeconds: 'How far a standby database is behind with applying, as it tells itself',
    transportLagSeconds: 'How far behind what has arrived at a standby database is',
  },
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
  rules: [...sightRules, ...guardRules, ...tieRules, ...lagRules, ...versionRules, ...systemRules],
  summary,
  observe,
});

/** Names them: of a side that has none at all, this is all that is said of what it lacks. */
function summary({ systems, homes, databases }: Facts): string {
  const count = (noun: string, { entries, missed }: Facts['systems'] | Facts['homes'] | Facts['databases']): string =>
    `${entries.length} ${noun}${entries.length === 1 ? '' : 's'}${missed.length === 0 ? '' : ' (some not seen)'}`;
  const names = databases.entries.slice(0, 8).map(({ name }) => name);
  const told = names.length === 0 ? '' : `: ${names.join(', ')}${databases.entries.length > names.length ? ', …' : ''}`;
  return `${count('system', systems)}, ${count('home', homes)}, ${count('database', databases)}${told}`;
}
