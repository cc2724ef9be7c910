// What the recorded port answers for every recorded case, the live one answers too, through Oracle's SDK and a signed request.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../src/contract/node.ts';
import { isListOperation, type OciOperation, ociOperations, pathParams } from '../../src/contract/oci-operations.ts';
import type { OciParams, Tenancy } from '../../src/contract/tenancy.ts';
import { type RecordedCall, type RecordedRegion, recordedTenancy } from '../../src/tenancy/recorded.ts';
import { type Opened, openRegions } from '../support/oci/tenancies.ts';
import { casesOf, regionOf, sides } from '../support/oci-cases.ts';

let opened: Opened;
beforeAll(async () => {
  opened = await openRegions({ regions: ['us-phoenix-1', 'us-ashburn-1'] });
});
afterAll(() => opened.end());

/** What is recorded of the call, and something for whatever else it needs. */
function paramsOf({ operation, with: given }: RecordedCall): OciParams {
  const { page: _, ...params } = given;
  const { path, needs = [] } = ociOperations[operation] as OciOperation;
  const others = [...pathParams(path), ...needs].filter((name) => params[name] === undefined);
  return { ...Object.fromEntries(others.map((name) => [name, `https://${name}.example.com`])), ...params };
}

const ask = (port: Tenancy, call: RecordedCall) =>
  isListOperation(call.operation) ? port.list(call.operation, paramsOf(call)) : port.get(call.operation, paramsOf(call));

async function compare(recorded: RecordedRegion, side: Role): Promise<number> {
  const oci = opened.regions[side === 'standby' ? 0 : 1]!;
  oci.world.calls.splice(0, Number.POSITIVE_INFINITY, ...recorded.calls);
  // Beyond a day nothing is kept.
  opened.advance(86_400_000);
  const { signal } = new AbortController();
  const expected = recordedTenancy(recorded).forLook(signal);
  const actual = opened.region(oci.name).forLook(signal);
  for (const call of recorded.calls) expect(await ask(actual, call)).toStrictEqual(await ask(expected, call));
  return recorded.calls.length;
}

describe('the live port and the recorded one', () => {
  it.each(casesOf().map(({ id }) => id))('agree on %s', async (id) => {
    for (const side of sides) await compare(regionOf(id, side, { isElseEmpty: false }), side);
  });

  it('were compared on every kind of answer (or the loop above proves nothing)', () => {
    const usage = opened.usage();
    const sum = (counter: 'calls' | 'answered' | 'throttled' | 'failed' | 'retries') =>
      usage.reduce((total, one) => total + one[counter], 0);
    expect(sum('calls')).toBe(sum('answered') + sum('throttled') + sum('failed'));
    expect(new Set(usage.map(({ operation }) => operation)).size).toBeGreaterThan(45);
    expect(sum('failed')).toBeGreaterThan(0);
    expect(opened.regions.flatMap(({ requests }) => requests.filter(({ refusedBecause }) => refusedBecause !== null))).toEqual([]);
  });
});
