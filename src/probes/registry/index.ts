// What each region could pull and deploy: images of the tags in use, generic artifacts, and DevOps’ targets.
import { defineRegionProbe } from '../../contract/probe.ts';
import { noRegion } from '../../contract/region.ts';
import { type Facts, FactsSchema, seen } from './facts.ts';
import { observe } from './observe.ts';
import { imageRules } from './rules-images.ts';
import { pipelineRules } from './rules-pipelines.ts';
import { inUseNowhere, primaryUnseen } from './rules-primary.ts';
import { partUnseen } from './rules-sight.ts';
import { withRunning } from './running.ts';
import { SettingsSchema } from './settings.ts';

export const probe = defineRegionProbe({
  id: 'registry',
  title: 'Registries',
  gap: 'artifacts',
  factsVersion: 1,
  settings: SettingsSchema,
  facts: FactsSchema,
  readings: {},
  defaults: { everyMs: 900_000, timeoutMs: 180_000, staleAfterMs: 2_700_000 },
  example: {
    scope: {
      compartments: { shop: 'ocid1.compartment.oc1..aaaaaaaaexampleshop' },
      networks: {},
      hosts: {},
      addresses: {},
      names: {},
    },
    inUse: ['shop/api:1.4.2'],
    ignore: ['sandbox/*'],
    watch: { images: true, artifacts: true, pipelines: true },
  },
  withoutConfig: noRegion,
  fromMachines: { probe: 'artifacts', addTo: withRunning },
  absentOnStandby: 'blocker',
  rules: [partUnseen, primaryUnseen, ...imageRules, inUseNowhere, ...pipelineRules],
  summary,
  observe,
});

function summary(facts: Facts): string {
  const count = (name: string, part: Facts['generic'] | Facts['repositories'] | Facts['deployed']): string =>
    part.kind === 'seen' ? `${part.list.length} ${name}` : part.kind === 'unseen' ? `${name} not seen` : `${name} not watched`;
  const images = seen(facts.repositories).reduce((sum, one) => sum + one.images.length, 0);
  return [
    `${count('repositories', facts.repositories)} with ${images} tags`,
    count('artifacts', facts.generic),
    count('deployed things', facts.deployed),
  ].join(', ');
}
