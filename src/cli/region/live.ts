// The one place where the command line opens the way to OCI.
import type { OciAccess, RegionConfig } from '../../config/fleet-config.ts';
import type { TenancySource } from '../../contract/tenancy.ts';
import { tenancyProgram } from '../collector-program.ts';

export interface LiveRegion {
  readonly source: TenancySource;
  readonly tenancyId: string | null;
  close(): void;
}

/** `address` stands for that of each of the region's services. */
export async function openLive(access: OciAccess, { region, tenancyId }: RegionConfig, address: string | null): Promise<LiveRegion> {
  const { openTenancies } = await tenancyProgram();
  const endpoints = address === null ? access.endpoints : { ...access.endpoints, [region]: address };
  const tenancies = openTenancies({ ...access, endpoints }, { now: Date.now, monotonicMs: () => performance.now() });
  const source = tenancies.region(region);
  await tenancies.ready();
  const found = source.forLook(new AbortController().signal).tenancyId;
  return {
    source: tenancyId === null ? source : ofTenancy(source, tenancyId),
    tenancyId: tenancyId ?? found,
    close: () => tenancies.close(),
  };
}

/** Who asks may belong to another tenancy than what is looked at. */
const ofTenancy = (source: TenancySource, tenancyId: string): TenancySource => ({
  now: () => source.now(),
  forLook: (signal) => {
    const tenancy = source.forLook(signal);
    return {
      now: () => tenancy.now(),
      region: tenancy.region,
      tenancyId,
      list: (operation, params) => tenancy.list(operation, params),
      get: (operation, params) => tenancy.get(operation, params),
    };
  },
});
