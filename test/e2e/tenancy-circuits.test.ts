// A region that has been failing is left alone for a while, and nothing else with it.
import { afterEach, describe, expect, it } from 'vitest';
import type { Tenancy } from '../../src/contract/tenancy.ts';
import { problem } from '../support/oci/answer.ts';
import { type Fault, failing, throttled } from '../support/oci/faults.ts';
import { compartmentId, named, type Opened, type OpenedWith, openRegions } from '../support/oci/tenancies.ts';

/** A machine may be busy. */
const patient = { timeout: 15_000 };

let opened: Opened;
const open = async (options: OpenedWith = {}): Promise<Opened> => {
  opened = await openRegions({
    calls: [named('listInstances', 1), named('listZones', 1), named('listDbSystems', 1)],
    regions: ['us-phoenix-1', 'us-ashburn-1'],
    ...options,
  });
  return opened;
};
afterEach(() => opened.end());

const [phoenix, ashburn] = [0, 1].map((at) => () => opened.regions[at]!) as [
  () => (typeof opened.regions)[0],
  () => (typeof opened.regions)[0],
];
const look = (name: string): Tenancy => opened.region(name).forLook(new AbortController().signal);
const inPhoenix = () => look('us-phoenix-1');
const inAshburn = () => look('us-ashburn-1');
const instances = async (port: Tenancy) => said(await port.list('listInstances', { compartmentId }));
const zones = async (port: Tenancy) => said(await port.list('listZones', { compartmentId }));
const systems = async (port: Tenancy) => said(await port.list('listDbSystems', { compartmentId }));
const said = (answer: Awaited<ReturnType<Tenancy['list']>>): string =>
  answer.kind === 'failed' ? `${answer.reason}: ${answer.detail}` : 'answered';
const states = () => opened.states().map(({ region, circuit, failingServices }) => [region, circuit, ...failingServices]);

const failAll = (fault: Fault): void => phoenix().faults.plan(/GET /, fault);
const notAsked = (operation: string): string => `unreadable: ${operation}: not asked, since us-phoenix-1 has been failing`;

/** Comes to four requests each. */
async function wearOut(): Promise<void> {
  await instances(inPhoenix());
  await zones(inPhoenix());
  await systems(inPhoenix());
}

describe.each<[string, Fault]>([
  ['fails', failing],
  ['answers with the page of a proxy', { kind: 'html' }],
  ['resets connections', { kind: 'reset' }],
])('a region that %s', (_, fault) => {
  it('is not asked any more, says so, and blinds no other', async () => {
    await open();
    failAll(fault);
    expect(await instances(inAshburn())).toBe('answered');
    await wearOut();
    const before = phoenix().requests.length;
    expect(before).toBe(8);
    expect(await instances(inPhoenix())).toMatch(fault.kind === 'reset' ? notAsked('listInstances') : /InternalError|503|not asked/);
    opened.advance(4_000);
    expect(await instances(inPhoenix())).toBe(notAsked('listInstances'));
    expect(await systems(inPhoenix())).toBe(notAsked('listDbSystems'));
    expect(phoenix().requests).toHaveLength(before);
    expect(states()).toEqual([
      ['us-phoenix-1', 'open'],
      ['us-ashburn-1', 'closed'],
    ]);
    expect(await systems(inAshburn())).toBe('answered');
    expect(
      opened
        .usage()
        .filter(({ region }) => region === 'us-ashburn-1')
        .every(({ failed, notAsked }) => failed + notAsked === 0),
    ).toBe(true);
  });
});

describe('after a while', () => {
  it('one question is tried; where it fails the region is left alone again', async () => {
    await open();
    failAll(failing);
    await wearOut();
    opened.advance(30_000);
    expect(states()[0]).toEqual(['us-phoenix-1', 'half-open']);
    const before = phoenix().requests.length;
    await Promise.all([instances(inPhoenix()), zones(inPhoenix()), systems(inPhoenix())]);
    expect(phoenix().requests).toHaveLength(before + 1);
    expect(states()[0]!.slice(0, 2)).toEqual(['us-phoenix-1', 'open']);
  });

  it('and where it succeeds, all are asked again', async () => {
    await open();
    failAll(failing);
    await wearOut();
    phoenix().faults.clear();
    opened.advance(30_000);
    expect(await zones(inPhoenix())).toBe('answered');
    expect(states()[0]).toEqual(['us-phoenix-1', 'closed']);
    expect(await instances(inPhoenix())).toBe('answered');
    expect(await systems(inPhoenix())).toBe('answered');
  });

  it('the trial of a look that was ended is no word about the region', async () => {
    await open({ access: { callTimeoutMs: 5_000 } });
    failAll(failing);
    await wearOut();
    phoenix().faults.clear();
    opened.advance(30_000);
    phoenix().faults.plan(/instances/, { kind: 'hang' }, 1);
    const ended = new AbortController();
    const trial = instances(opened.region('us-phoenix-1').forLook(ended.signal));
    const before = phoenix().requests.length;
    await expect.poll(() => phoenix().requests.length, patient).toBeGreaterThan(before);
    ended.abort();
    expect(await trial).toMatch(/^timeout/);
    expect(await zones(inPhoenix())).toBe('answered');
  });
});

describe('a region that is there', () => {
  it.each<[string, Fault]>([
    ['may not be seen', { kind: 'answer', answer: problem(404, 'NotAuthorizedOrNotFound', 'no') }],
    ['is asked too much', throttled],
    ['does not believe', { kind: 'answer', answer: problem(401, 'NotAuthenticated', 'no') }],
    ['writes half of what it should', { kind: 'truncated' }],
  ])('is asked on, where it %s', async (_, fault) => {
    await open();
    failAll(fault);
    for (let round = 0; round < 4; round += 1) {
      await wearOut();
      opened.advance(3_600_000);
    }
    expect(states()[0]).toEqual(['us-phoenix-1', 'closed']);
  });

  it('is asked on where one service fails: that one alone is left alone', async () => {
    await open();
    phoenix().faults.plan(/dbSystems/, failing);
    await systems(inPhoenix());
    opened.advance(4_000);
    expect(await systems(inPhoenix())).toMatch(/InternalError/);
    expect(states()[0]).toEqual(['us-phoenix-1', 'closed', 'database']);
    opened.advance(4_000);
    expect(await systems(inPhoenix())).toBe(notAsked('listDbSystems'));
    expect(await instances(inPhoenix())).toBe('answered');
    expect(await zones(inPhoenix())).toBe('answered');
  });
});

describe('one region that hangs', () => {
  it('holds up nobody in the other', async () => {
    await open({ access: { callTimeoutMs: 60_000, concurrency: 2 } });
    failAll({ kind: 'hang' });
    const ended = new AbortController();
    const port = opened.region('us-phoenix-1').forLook(ended.signal);
    const hanging = [instances(port), zones(port), systems(port)];
    await expect.poll(() => opened.states()[0], patient).toMatchObject({ underWay: 2, waiting: 1 });
    expect(await instances(inAshburn())).toBe('answered');
    expect(ashburn().requests).toHaveLength(1);
    ended.abort();
    for (const one of hanging) expect(await one).toMatch(/^timeout/);
  });
});
