// Vaults, keys and secrets of a region: there, to stay, and as new as the primary's. Values are never read.
import { defineRegionProbe } from '../../contract/probe.ts';
import { noRegion } from '../../contract/region.ts';
import { isLikeAny } from '../../formats/wildcard.ts';
import { type Facts, FactsSchema } from './facts.ts';
import { observe } from './observe.ts';
import { sightRules } from './rules-alone.ts';
import { keyRules } from './rules-keys.ts';
import { secretRules } from './rules-secrets.ts';
import { SettingsSchema } from './settings.ts';
import { subjectOf } from './subject.ts';

export const probe = defineRegionProbe({
  id: 'secrets',
  title: 'Secrets and keys',
  gap: 'configuration',
  factsVersion: 1,
  settings: SettingsSchema,
  facts: FactsSchema,
  readings: {},
  // Two calls a secret; rotations are rare and a failover does not wait for the next look.
  defaults: { everyMs: 1_800_000, timeoutMs: 300_000, staleAfterMs: 5_400_000 },
  example: {
    scope: {
      compartments: { shop: 'ocid1.compartment.oc1..aaaaaaaaexampleshop' },
      networks: {},
      hosts: {},
      addresses: {},
      names: { 'vault-shop-phx': 'vault-shop' },
    },
    rotationSkew: '60m',
    expiryWarn: '14d',
    ignore: ['vault-shop/scratch-*'],
    keys: true,
  },
  withoutConfig: noRegion,
  absentOnStandby: 'blocker',
  isNeeded: (facts, settings) =>
    [...facts.secrets.entries, ...facts.keys.entries].some((one) => !isLikeAny(subjectOf(facts, settings, one), settings.ignore)),
  rules: [...sightRules, ...secretRules, ...keyRules],
  summary,
  observe,
});

/** Names them: of a side that has none at all, this is all that is said of what it lacks. */
function summary({ vaults, keys, secrets }: Facts): string {
  const count = (noun: string, { entries, missed }: Facts['vaults'] | Facts['keys'] | Facts['secrets']): string =>
    `${entries.length} ${noun}${missed.length === 0 ? '' : ' (some not seen)'}`;
  const names = secrets.entries.slice(0, 8).map(({ name }) => name);
  const told = names.length === 0 ? '' : `: ${names.join(', ')}${secrets.entries.length > names.length ? ', …' : ''}`;
  return `${count('vaults', vaults)}, ${count('keys', keys)}, ${count('secrets', secrets)}${told}`;
}
