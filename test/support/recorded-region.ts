// A folder that stands in for one side of a recorded case, for tests that run the program.
import type { Role } from '../../src/contract/node.ts';
import { writeRecordedTenancy } from '../../src/tenancy/record.ts';
import { regionOf, scopeOf } from './oci-cases.ts';

/** Returns the folder. */
export async function recordedRegionFolder(
  at: string,
  caseId: string,
  side: Role,
  settings: Readonly<Record<string, object>> = {},
): Promise<string> {
  const { now, region, tenancyId, calls } = regionOf(caseId, side);
  const whole = { now: new Date(now).toISOString(), region: { ...region }, tenancyId, role: side, group: 'payments' };
  await writeRecordedTenancy(at, { ...whole, scope: scopeOf(side), settings: { ...settings } }, calls);
  return at;
}
