// Three small probes with every kind of setting, so that what the configuration says does not move with the real ones.
import * as Type from 'typebox/type';
import { durationPattern } from '../../src/contract/duration.ts';
import { absent } from '../../src/contract/outcome.ts';
import { type AnyProbe, defineProbe, defineRegionProbe } from '../../src/contract/probe.ts';

import { noRegion, scopeSetting } from '../../src/contract/region.ts';

const strict = { additionalProperties: false } as const;

const kernel = defineProbe({
  id: 'kernel',
  title: 'Kernel',
  gap: 'kernel',
  factsVersion: 1,
  settings: Type.Object(
    {
      packages: Type.Boolean({ description: 'List packages', default: true }),
      captureFolder: Type.String({ pattern: '^/', description: 'Captures', default: '/var/spool/understudy' }),
    },
    strict,
  ),
  facts: Type.Object(
    {
      release: Type.String(),
      packages: Type.Union([
        Type.Object({ seen: Type.Literal(true), list: Type.Array(Type.String()) }, strict),
        Type.Object({ seen: Type.Literal(false), detail: Type.String() }, strict),
      ]),
      modules: Type.Array(Type.Object({ name: Type.String(), version: Type.String() }, strict)),
      boot: Type.Record(Type.String(), Type.String()),
    },
    strict,
  ),
  readings: {},
  defaults: { everyMs: 300_000, timeoutMs: 30_000, staleAfterMs: 1_800_000 },
  withoutConfig: { settings: { packages: true, captureFolder: '/var/spool/understudy' } },
  absentOnStandby: 'warning',
  rules: [],
  summary: () => '',
  observe: async () => absent('never asked'),
});

const dns = defineProbe({
  id: 'dns',
  title: 'DNS',
  gap: 'dns',
  factsVersion: 1,
  settings: Type.Object(
    {
      names: Type.Array(Type.String({ minLength: 1, description: 'A name' }), { minItems: 1, description: 'Names to ask for' }),
      attempts: Type.Integer({ minimum: 1, maximum: 5, description: 'How often', default: 2 }),
      budget: Type.Optional(Type.String({ pattern: durationPattern, description: 'Longest TTL' })),
      matching: Type.Optional(Type.String({ format: 'regex', description: 'What an answer matches' })),
      within: Type.Optional(Type.Array(Type.String({ format: 'cidr' }), { description: 'Networks' })),
      headers: Type.Optional(Type.Record(Type.String(), Type.String({ format: 'regex' }), { description: 'Headers' })),
      method: Type.Optional(Type.Union([Type.Literal('GET'), Type.Literal('HEAD')], { description: 'Method' })),
      resolver: Type.Optional(Type.String({ format: 'ip', description: 'Whom to ask' })),
      targets: Type.Optional(
        Type.Array(
          Type.Union([
            Type.Object({ kind: Type.Literal('tcp'), port: Type.Integer({ minimum: 1, maximum: 65_535 }) }, strict),
            Type.Object({ kind: Type.Literal('file'), path: Type.String() }, strict),
          ]),
          { description: 'What to try' },
        ),
      ),
    },
    strict,
  ),
  facts: Type.Object({}, strict),
  readings: {},
  defaults: { everyMs: 60_000, timeoutMs: 10_000, staleAfterMs: 300_000 },
  withoutConfig: { notTold: 'names to resolve (checks.dns.settings.names)' },
  absentOnStandby: 'warning',
  rules: [],
  summary: () => '',
  observe: async () => absent('never asked'),
});

const network = defineRegionProbe({
  id: 'network',
  title: 'Network',
  gap: 'network-rules',
  factsVersion: 1,
  settings: Type.Object(
    {
      ...scopeSetting,
      flowsMax: Type.Integer({ minimum: 1, maximum: 1_000, description: 'Flows that one finding names', default: 20 }),
      ignore: Type.Array(Type.String({ format: 'cidr' }), { description: 'Networks that nobody asks about', default: [] }),
    },
    strict,
  ),
  facts: Type.Object({ flows: Type.Array(Type.String()) }, strict),
  readings: {},
  defaults: { everyMs: 3_600_000, timeoutMs: 120_000, staleAfterMs: 14_400_000 },
  withoutConfig: noRegion,
  absentOnStandby: 'warning',
  rules: [],
  summary: () => '',
  observe: async () => absent('never asked'),
});

export const configProbes: ReadonlyMap<string, AnyProbe> = new Map<string, AnyProbe>([
  ['kernel', kernel],
  ['dns', dns],
]);

/** With one of regions, as a collector has them. */
export const fleetProbes: ReadonlyMap<string, AnyProbe> = new Map<string, AnyProbe>([...configProbes, ['network', network]]);
