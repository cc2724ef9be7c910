// The live port in front of doubles, with a clock that a test moves.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OciOperationName } from '../../../src/contract/oci-operations.ts';
import type { OciParams, Tenancy } from '../../../src/contract/tenancy.ts';
import { type OciAccess, openTenancies, type Tenancies } from '../../../src/tenancy/open.ts';
import type { RecordedCall } from '../../../src/tenancy/recorded.ts';
import { makeUser, type OciRegion, startRegion } from './region.ts';

export interface Opened extends Tenancies {
  readonly regions: readonly OciRegion[];
  /** Of the first region, for a look that nobody ends. */
  readonly port: Tenancy;
  /** What was waited, in milliseconds. */
  readonly waits: number[];
  advance(ms: number): void;
  end(): Promise<void>;
}

export interface OpenedWith {
  readonly calls?: readonly RecordedCall[];
  /** Names; each is a double of its own. */
  readonly regions?: readonly string[];
  readonly access?: Partial<OciAccess>;
  /** Waits take their time; else they move the clock and take none. */
  readonly isWaiting?: boolean;
}

const keys: Readonly<Record<string, string>> = { 'us-phoenix-1': 'phx', 'us-ashburn-1': 'iad' };

/** Asks as a user, whose key all regions know. */
export async function openRegions({
  calls = [],
  regions = ['us-phoenix-1'],
  access = {},
  isWaiting = false,
}: OpenedWith = {}): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-oci-'));
  const doubles = await Promise.all(regions.map((name) => startRegion({ region: { region: { name, key: keys[name] ?? null }, calls } })));
  const { file } = makeUser(doubles, { folder, region: regions[0]! });
  const waits: number[] = [];
  let elapsedMs = 0;
  const advance = (ms: number): void => {
    // Whole ones: sums of fractions are a little less than they should be.
    elapsedMs += Math.ceil(ms);
  };
  const wait = async (ms: number): Promise<void> => {
    waits.push(ms);
    advance(ms);
  };
  const tenancies = openTenancies(
    {
      auth: 'config-file',
      configFile: file,
      profile: 'DEFAULT',
      endpoints: Object.assign({}, ...doubles.map(({ ociEndpoints }) => ociEndpoints)) as Record<string, string>,
      concurrency: 8,
      callTimeoutMs: 10_000,
      ...access,
    },
    { now: Date.now, monotonicMs: () => elapsedMs, ...(isWaiting ? {} : { wait }) },
  );
  return {
    ...tenancies,
    regions: doubles,
    port: tenancies.region(regions[0]!).forLook(new AbortController().signal),
    waits,
    advance,
    end: async () => {
      tenancies.close();
      await Promise.all(doubles.map((double) => double.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const compartmentId = 'ocid1.compartment.oc1..aaaaaaaaexampleapps';

export const vcns: RecordedCall = { operation: 'listVcns', with: {}, body: [{ id: 'ocid1.vcn.oc1.phx.example', displayName: 'pay' }] };

export const listVcns = (port: Tenancy) => port.list('listVcns', { compartmentId });

export const named = (operation: OciOperationName, count: number, params: OciParams = {}): RecordedCall => ({
  operation,
  with: params,
  body: Array.from({ length: count }, (_, at) => ({ displayName: `thing ${at}` })),
});
