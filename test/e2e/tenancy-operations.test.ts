// Every operation that probes ask for, through Oracle's SDK: it is there, it asks for what the table says, and what comes back is what
// was written.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isListOperation, type OciOperation, type OciOperationName, ociOperations, pathParams } from '../../src/contract/oci-operations.ts';
import type { OciParams } from '../../src/contract/tenancy.ts';
import type { RecordedCall } from '../../src/tenancy/recorded.ts';
import { type Opened, openRegions } from '../support/oci/tenancies.ts';

const names = Object.keys(ociOperations) as OciOperationName[];

/** Dates, numbers and keys that the SDK's models do not know. */
const thing = (operation: string) => ({
  displayName: operation,
  timeCreated: '2026-01-05T12:00:00.123Z',
  isNewHere: null,
  nested: { of: ['tomorrow'] },
  size: 1.5,
});

const bodyOf = (operation: OciOperationName): unknown => {
  const { body } = ociOperations[operation];
  return body === 'array'
    ? [thing(operation)]
    : body === 'items'
      ? { items: [thing(operation)], remainingItemsCount: 0 }
      : thing(operation);
};

const calls = names.map((operation): RecordedCall => ({ operation, with: {}, body: bodyOf(operation) }));

/** Values that have to be escaped, in the path too. */
function paramsOf(operation: OciOperationName): OciParams {
  const { path, needs = [] } = ociOperations[operation] as OciOperation;
  const params = [...pathParams(path), ...needs].map((name) => [
    name,
    name === 'endpoint' ? 'https://example.com' : `ocid1.${name} &/=+#?%'ü`,
  ]);
  return Object.fromEntries(params);
}

let opened: Opened;
beforeAll(async () => {
  opened = await openRegions({ calls });
});
afterAll(() => opened.end());

describe.each(names)('%s', (operation) => {
  const { path } = ociOperations[operation];
  const params = paramsOf(operation);

  it('is asked by its path and parameters, and answered with what OCI wrote', async () => {
    const [oci] = opened.regions;
    const before = oci!.requests.length;
    const { port } = opened;
    if (isListOperation(operation)) expect(await port.list(operation, params)).toStrictEqual({ kind: 'list', items: [thing(operation)] });
    else expect(await port.get(operation, params)).toStrictEqual({ kind: 'object', body: thing(operation) });

    const asked = oci!.requests.slice(before);
    expect(asked).toMatchObject([{ method: 'GET', status: 200, refusedBecause: null }]);
    const { pathname, searchParams } = new URL(asked[0]!.target, 'http://example');
    const inPath = pathParams(path);
    expect(pathname.split('/').map(decodeURIComponent)).toEqual(
      path.split('/').map((segment) => (segment.startsWith('{') ? params[segment.slice(1, -1)] : segment)),
    );
    const sent = Object.entries(params).filter(([name]) => !inPath.includes(name) && name !== 'endpoint');
    expect(Object.fromEntries([...searchParams].filter(([name]) => name !== 'limit'))).toEqual(Object.fromEntries(sent));
  });
});

it('all of them have been asked for by their own names, with one request each', () => {
  expect(opened.usage().map(({ operation, calls, answered }) => [operation, calls, answered])).toEqual(names.map((name) => [name, 1, 1]));
});

it('no other than reading operations were asked for', () => {
  expect(new Set(opened.regions[0]!.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
});

describe('what cannot be asked', () => {
  const whyNot = async (operation: OciOperationName, params: OciParams) => {
    const answer = isListOperation(operation) ? await opened.port.list(operation, params) : await opened.port.get(operation, params);
    return answer.kind === 'failed' ? answer.detail : null;
  };

  it('is not sent without what it needs, nor with a name that is another path', async () => {
    const before = opened.regions[0]!.requests.length;
    const why = 'it cannot be asked with these parameters';
    expect(await whyNot('listVcns', {})).toBe(`listVcns: ${why}`);
    expect(await whyNot('listVcns', { compartmentId: '' })).toBe(`listVcns: ${why}`);
    expect(await whyNot('getVnic', {})).toBe(`getVnic: ${why}`);
    for (const vnicId of ['.', '..', '']) expect(await whyNot('getVnic', { vnicId })).toBe(`getVnic: ${why}`);
    expect(await whyNot('listVcns', { compartmentId: '\ud800' })).toBe(`listVcns: ${why}`);
    expect(opened.regions[0]!.requests).toHaveLength(before);
  });

  it('is not sent with a parameter that the SDK would leave out: the answer would be another question’s', async () => {
    const before = opened.regions[0]!.requests.length;
    expect(await whyNot('listVcns', { compartmentId: 'ocid1.c', colour: 'red' })).toBe('listVcns: the SDK knows no parameter of that name');
    expect(opened.regions[0]!.requests).toHaveLength(before);
  });
});
