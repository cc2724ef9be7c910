// A process that plays both regions of the large tenancy: prints how to reach them, and on each line from outside how often it was asked.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { largeRegion } from '../../test/support/large-tenancy.ts';
import { makeUser, startRegion } from '../../test/support/oci/region.ts';

const planted = { withoutRuleOf: 7, detached: 11, withoutPolicy: 3 };
const regions = await Promise.all(
  (['primary', 'standby'] as const).map((side) => startRegion({ region: largeRegion(side, undefined, planted) })),
);
// As large a page as OCI gives.
for (const { world } of regions) world.pageSizeMax = 1_000;
const { file } = makeUser(regions, { folder: mkdtempSync(join(tmpdir(), 'understudy-bench-oci-')), region: regions[0]!.name });
const endpoints = Object.assign({}, ...regions.map(({ ociEndpoints }) => ociEndpoints)) as Record<string, string>;
console.log(JSON.stringify({ file, endpoints }));
createInterface({ input: process.stdin }).on('line', () => {
  console.log(JSON.stringify(regions.map((region) => region.count(/^GET \/2/))));
});
