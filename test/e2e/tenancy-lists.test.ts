// Lists of many pages, and questions that need not be asked.
import { afterEach, describe, expect, it } from 'vitest';
import type { TenancyFailed, TenancyListed } from '../../src/contract/tenancy.ts';
import { ok, problem } from '../support/oci/answer.ts';
import { compartmentId, listVcns, named, type Opened, type OpenedWith, openRegions, vcns } from '../support/oci/tenancies.ts';

/** A machine may be busy. */
const patient = { timeout: 15_000 };

let opened: Opened;
const open = async (options: OpenedWith = {}): Promise<Opened> => {
  opened = await openRegions({ calls: [vcns], ...options });
  return opened;
};
afterEach(() => opened.end());

const oci = () => opened.regions[0]!;
const asked = (at = /GET \/20160918\/vcns/) => oci().count(at);
const another = () => opened.region('us-phoenix-1').forLook(new AbortController().signal);
const things = (one: TenancyListed | TenancyFailed) =>
  one.kind === 'failed' ? one.detail : one.items.map((item) => (item as { displayName: string }).displayName);

describe('a list', () => {
  it('is all of its pages, in their order, whatever is in the tokens between them', async () => {
    await open({ calls: [named('listVcns', 25)] });
    oci().world.pageSizeMax = 4;
    expect(things(await listVcns(opened.port))).toEqual(Array.from({ length: 25 }, (_, at) => `thing ${at}`));
    expect(asked()).toBe(7);
    expect(oci().requests.every(({ status }) => status === 200)).toBe(true);
  });

  it('of a collection is the same', async () => {
    await open({
      calls: [{ operation: 'listContainerImages', with: {}, body: { items: [{ displayName: 'a' }, { displayName: 'b' }], x: 1 } }],
    });
    oci().world.pageSizeMax = 1;
    expect(things(await opened.port.list('listContainerImages', { compartmentId }))).toEqual(['a', 'b']);
  });

  it('goes on behind an empty page that has a next one', async () => {
    await open();
    const page = (body: unknown, next?: string) =>
      ({ kind: 'answer', answer: ok(body, next === undefined ? {} : { 'opc-next-page': next }) }) as const;
    oci().faults.plan(/page=two/, page([{ displayName: 'last' }]), 1);
    oci().faults.plan(/vcns/, page([], 'two'), 1);
    expect(things(await listVcns(opened.port))).toEqual(['last']);
  });

  it('whose pages do not end is none', async () => {
    await open({ calls: [named('listVcns', 3)] });
    oci().world.hasEndlessPages = true;
    oci().world.pageSizeMax = 1;
    expect(await listVcns(opened.port)).toMatchObject({ kind: 'failed', reason: 'unparsable', detail: 'listVcns: its pages do not end' });
    expect(asked()).toBe(1_000);
  });

  it('whose pages lead back to one of them is none, and is found out at once', async () => {
    await open();
    oci().faults.plan(/vcns/, { kind: 'answer', answer: ok([], { 'opc-next-page': 'again' }) });
    expect(things(await listVcns(opened.port))).toBe('listVcns: its pages do not end');
    expect(asked()).toBe(2);
  });

  it('is asked for without a number of entries where the service does not take ours', async () => {
    await open({ calls: [named('listVcns', 9)] });
    oci().world.pageSizeMax = 5;
    oci().faults.plan(/limit=/, { kind: 'answer', answer: problem(400, 'InvalidParameter', 'limit is too large') });
    expect(things(await listVcns(opened.port))).toHaveLength(9);
    expect(asked(/limit=1000/)).toBe(2);
  });

  it('is none where one of its pages fails', async () => {
    await open({ calls: [named('listVcns', 9)] });
    oci().world.pageSizeMax = 3;
    oci().faults.plan(/page=.*6/, { kind: 'answer', answer: problem(404, 'NotAuthorizedOrNotFound', 'no') });
    expect(await listVcns(opened.port)).toMatchObject({ kind: 'failed', reason: 'denied', status: 404 });
  });

  it('larger than is read over all of its pages is none', async () => {
    await open();
    const large = ok([{ text: 'x'.repeat(9 << 20) }]);
    for (const next of ['1', '2', '3', '4', '5'])
      oci().faults.plan(/vcns/, { kind: 'answer', answer: { ...large, headers: { 'opc-next-page': next } } }, 1);
    expect(await listVcns(opened.port)).toMatchObject({ reason: 'too-much-output', detail: 'listVcns: its pages are larger than is read' });
    expect(asked()).toBe(4);
  });
});

describe('a question', () => {
  it('that was answered a moment ago is not asked again, by whomever', async () => {
    await open();
    const first = await listVcns(opened.port);
    opened.advance(100_000);
    expect(await listVcns(another())).toStrictEqual(first);
    expect(asked()).toBe(1);
    expect(opened.usage()).toMatchObject([{ operation: 'listVcns', calls: 1, fromCache: 1 }]);
  });

  it.each([
    ['listInstances', 20_000, 'a state: for one round of looks'],
    ['listSubnets', 480_000, 'what people write: for eight minutes at most'],
    ['listServices', 86_400_000, 'what hardly moves: for a day at most'],
  ] as const)('%s is asked again after %i ms (%s)', async (operation, keptMs, _) => {
    await open({ calls: [named(operation, 1)] });
    const askIt = () => opened.port.list(operation, operation === 'listServices' ? {} : { compartmentId });
    await askIt();
    opened.advance(keptMs * 0.79);
    await askIt();
    expect(oci().requests).toHaveLength(1);
    opened.advance(keptMs * 0.22);
    await askIt();
    expect(oci().requests).toHaveLength(2);
  });

  it('is another one with another parameter, and the same one in another order', async () => {
    await open();
    await opened.port.list('listVcns', { compartmentId, displayName: 'a' });
    await opened.port.list('listVcns', { displayName: 'a', compartmentId });
    await opened.port.list('listVcns', { compartmentId, displayName: 'b' });
    expect(asked()).toBe(2);
  });

  it('of nine looks at once is one request, and each has its own copy of the answer', async () => {
    await open();
    const answers = await Promise.all(Array.from({ length: 9 }, () => listVcns(another())));
    expect(asked()).toBe(1);
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
    const [first, second] = answers as TenancyListed[];
    (first!.items[0] as { displayName: string }).displayName = 'changed';
    expect((second!.items[0] as { displayName: string }).displayName).toBe('pay');
    expect(things(await listVcns(opened.port))).toEqual(['pay']);
  });

  it('goes on for the others when one of the looks ends, and ends with the last of them', async () => {
    await open();
    oci().faults.plan(/vcns/, { kind: 'slow', ms: 200 }, 1);
    const short = new AbortController();
    const ended = listVcns(opened.region('us-phoenix-1').forLook(short.signal));
    const whole = listVcns(another());
    short.abort();
    expect(await ended).toMatchObject({ kind: 'failed', reason: 'timeout' });
    expect(things(await whole)).toEqual(['pay']);
    expect(asked()).toBe(1);
  });
});

describe('the regions', () => {
  it('hold back all who wait for a service that was asked too much, not only who was told', async () => {
    await open({ calls: [{ operation: 'getVnic', with: {}, body: { id: 'x' } }], access: { concurrency: 2 } });
    oci().faults.plan(
      /vnics/,
      { kind: 'answer', answer: { ...problem(429, 'TooManyRequests', 'no'), headers: { 'retry-after': '5' } } },
      2,
    );
    const all = await Promise.all(Array.from({ length: 30 }, (_, at) => opened.port.get('getVnic', { vnicId: `ocid1.vnic.${at}` })));
    expect(all.every(({ kind }) => kind === 'object')).toBe(true);
    expect(asked(/vnics/)).toBe(32);
    expect(Math.max(...opened.waits)).toBeGreaterThanOrEqual(5_000);
  });

  it('are not asked with more at once than was said, and nobody waits for one who asks much', async () => {
    await open({ calls: [{ operation: 'getVnic', with: {}, body: { id: 'x' } }, named('listZones', 1)], access: { concurrency: 3 } });
    oci().faults.plan(/vnics/, { kind: 'slow', ms: 20 });
    const much = Promise.all(Array.from({ length: 60 }, (_, at) => opened.port.get('getVnic', { vnicId: `ocid1.vnic.${at}` })));
    await expect.poll(() => opened.states()[0]!.waiting, patient).toBeGreaterThan(50);
    expect(opened.states()[0]!.underWay).toBe(3);
    const zones = await another().list('listZones', { compartmentId });
    expect(zones.kind).toBe('list');
    expect(asked(/vnics/)).toBeLessThan(30);
    expect((await much).every(({ kind }) => kind === 'object')).toBe(true);
    expect(opened.states()[0]).toMatchObject({ waiting: 0, underWay: 0 });
  });

  it('end what is under way, waits or is between two attempts when the look does', async () => {
    await open({ calls: [{ operation: 'getZone', with: {}, body: { id: 'x' } }, vcns], access: { concurrency: 1 }, isWaiting: true });
    oci().faults.plan(/zones/, { kind: 'hang' });
    oci().faults.plan(/vcns/, { kind: 'answer', answer: { ...problem(429, 'TooManyRequests', 'no'), headers: { 'retry-after': '50' } } });
    const look = new AbortController();
    const port = opened.region('us-phoenix-1').forLook(look.signal);
    const between = listVcns(port);
    await expect.poll(() => asked(), patient).toBe(1);
    const others = ['a', 'b', 'c'].map((zoneNameOrId) => port.get('getZone', { zoneNameOrId }));
    await expect.poll(() => opened.states()[0], patient).toMatchObject({ underWay: 1, waiting: 2 });
    look.abort();
    for (const one of [between, ...others, listVcns(port)])
      expect(await one).toMatchObject({ kind: 'failed', reason: 'timeout', status: null });
    await expect.poll(() => opened.states()[0], patient).toMatchObject({ underWay: 0, waiting: 0 });
  });

  it('answer nothing any more once they are closed', async () => {
    await open();
    oci().faults.plan(/vcns/, { kind: 'hang' });
    const hanging = listVcns(opened.port);
    await expect.poll(() => asked(), patient).toBe(1);
    opened.close();
    expect(await hanging).toMatchObject({ kind: 'failed', reason: 'timeout' });
    expect((await listVcns(another())).kind).toBe('failed');
    expect(asked()).toBe(1);
  });
});
