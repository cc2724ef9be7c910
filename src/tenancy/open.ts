// Opens the way to OCI's regions: the live side of the port through which region probes ask. Nothing of Oracle's SDK is loaded before
// the first question.
import type { TenancySource } from '../contract/tenancy.ts';
import type { OciAccess, RegionState, RegionUsage, TenancyParts } from './access.ts';
import { openCredentials } from './live/credentials.ts';
import { liveRegion } from './live/region.ts';

export type { OciAccess, RegionState, RegionUsage, TenancyParts } from './access.ts';

export interface Tenancies {
  /** The same source for the same name. It answers with failures, never with an exception, also where there is no such region. */
  region(name: string): TenancySource;
  /**
   * Resolves when it is known who asks, or that it cannot be known now; never rejects. Ports know their tenancy's OCID and the keys of
   * newer regions only after it, so it is awaited before a look.
   */
  ready(): Promise<void>;
  /** What was asked since the start, by region and operation; nothing of what was never asked. Counters only grow. */
  usage(): readonly RegionUsage[];
  /** How each region that was named is doing now. */
  states(): readonly RegionState[];
  /** Ends whatever is under way; whatever is asked later fails. */
  close(): void;
}

export function openTenancies(access: OciAccess, parts: TenancyParts): Tenancies {
  const closing = new AbortController();
  const credentials = openCredentials(access, parts, closing.signal);
  const regions = new Map<string, ReturnType<typeof liveRegion>>();
  const regionOf = (name: string) => {
    const region = regions.get(name) ?? liveRegion(name, { access, parts, credentials, closing: closing.signal });
    regions.set(name, region);
    return region;
  };
  return {
    region: (name) => regionOf(name).source,
    ready: async () => {
      await Promise.all([...regions.values()].map((region) => region.ready()));
    },
    usage: () => [...regions.values()].flatMap((region) => region.usage()),
    states: () => [...regions.values()].map((region) => region.state()),
    close: () => closing.abort(),
  };
}
