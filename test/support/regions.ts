// Two regions whose bodies a test changes as it goes.
import { regionAddress } from '../../src/collector/regions/address.ts';
import type { OpenTenancies } from '../../src/collector/regions/tenancies.ts';
import type { GroupConfig, RegionConfig } from '../../src/config/fleet-config.ts';
import type { Check } from '../../src/contract/check.ts';
import type { AnyProbe } from '../../src/contract/probe.ts';
import type { RegionScope } from '../../src/contract/region.ts';
import { type RecordedCall, recordedTenancy } from '../../src/tenancy/recorded.ts';
import { groupOf, type TestCollector } from './collector.ts';
import { vcns } from './regions-probe.ts';

export { vcns } from './regions-probe.ts';

export const scopeIn = (compartment: string): RegionScope => ({
  compartments: { shared: `ocid1.compartment.oc1..${compartment}` },
  networks: {},
  hosts: {},
  addresses: {},
  names: {},
});

export const regionCheck = (scope: RegionScope, probe: AnyProbe = vcns, more: Partial<Check> = {}): Check => ({
  id: probe.id,
  probe: probe.id,
  settings: { scope },
  schedule: { kind: 'every', everyMs: probe.defaults.everyMs },
  timeoutMs: probe.defaults.timeoutMs,
  staleAfterMs: probe.defaults.staleAfterMs,
  isRequired: true,
  ...more,
});

export const regionAt = (site: string, region: string, more: Partial<RegionConfig> = {}): RegionConfig => {
  const scope = scopeIn(site);
  return { site, region, scope, tenancyId: null, checks: [regionCheck(scope)], ...more };
};

/** Frankfurt is the primary. */
export const regionGroup = (name: string, more: Partial<GroupConfig> = {}): GroupConfig =>
  groupOf(name, [], { regions: [regionAt('fra', 'eu-frankfurt-1'), regionAt('zrh', 'eu-zurich-1')], ...more });

export const atPrimary = regionAddress('billing', 'fra');
export const atStandby = regionAddress('billing', 'zrh');

export interface RegionWorld {
  readonly openTenancies: OpenTenancies;
  /** What a region answers from now on. */
  set(region: string, calls: readonly RecordedCall[]): void;
  /** How often the way was opened, and whether it is open now. */
  readonly ways: { opened: number; open: number };
}

export const networksNamed = (...names: readonly string[]): readonly RecordedCall[] => [
  { operation: 'listVcns', with: {}, body: names.map((displayName) => ({ displayName })) },
];

export const noAnswer: readonly RecordedCall[] = [
  { operation: 'listVcns', with: {}, failed: 'unreadable', detail: 'listVcns: the region did not answer' },
];

/** A region that nothing was said of has no network. */
export function regionWorld(): RegionWorld {
  const worlds = new Map<string, readonly RecordedCall[]>();
  const ways = { opened: 0, open: 0 };
  const sourceOf = (name: string, now: () => number) => {
    const recorded = () =>
      recordedTenancy({ now: now(), region: { name, key: null }, tenancyId: null, calls: worlds.get(name) ?? networksNamed() });
    return { now, forLook: (signal: AbortSignal) => recorded().forLook(signal) };
  };
  return {
    ways,
    set: (region, calls) => void worlds.set(region, calls),
    openTenancies: async (_, { now }) => {
      ways.opened++;
      ways.open++;
      return {
        region: (name) => sourceOf(name, now),
        ready: async () => {},
        usage: () => [],
        states: () => [],
        close: () => void ways.open--,
      };
    },
  };
}

/** Looks at both regions, and judges what was seen. */
export async function lookAtRegions(
  { collector, lookAround }: Pick<TestCollector, 'collector' | 'lookAround'>,
  check = 'vcns',
): Promise<void> {
  const look = () => Promise.all([atPrimary, atStandby].map((address) => collector.regions.lookNow(address, check)));
  // The first may be one that was under way before.
  await look();
  await look();
  await lookAround();
}
