// The fleet gap by gap, now and then, as a page finds it: real agents, a real store, real sockets.
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Cell } from '../../src/contract/cell.ts';
import { gapIds } from '../../src/contract/gap.ts';
import { type GroupRows, type Matrix, MatrixSchema, type PairRow } from '../../src/contract/matrix.ts';
import { schemaProblems } from '../../src/contract/schema.ts';
import { hour } from '../support/agent.ts';
import { ask, got } from '../support/asking.ts';
import { contactOf, groupOf, pairOf, type ServedCollector, see, serveCollector, servePair, serveTwoGroups } from '../support/collector.ts';
import { levels } from '../support/levels-probe.ts';

const matrixOf = async (served: ServedCollector, at?: number): Promise<Matrix> => {
  const matrix: Matrix = await got(served, `/v1/matrix${at === undefined ? '' : `?at=${at}`}`);
  expect(schemaProblems(MatrixSchema, matrix)).toEqual([]);
  return matrix;
};

const groupIn = (matrix: Matrix, name: string): GroupRows => matrix.groups.find(({ group }) => group === name)!;
const rowIn = (matrix: Matrix, group: string, pair: string): PairRow => groupIn(matrix, group).pairs.find((row) => row.pair === pair)!;
const cellIn = (row: PairRow, gap = levels.gap): Cell => row.cells.find((cell) => cell.gap === gap)!;

/** What was judged before this and what comes after have different milliseconds. */
async function moment(): Promise<number> {
  await delay(5);
  const at = Date.now();
  await delay(5);
  return at;
}

describe('now', () => {
  test('the past of a young collector begins with its first judgement, however long it would keep one', async () => {
    const begun = Date.now();
    const served = await serveTwoGroups();
    const { at, keptFrom } = await matrixOf(served);
    expect(keptFrom).toBeGreaterThanOrEqual(begun);
    expect(keptFrom).toBeLessThanOrEqual(at);
  });

  test('each pair stands under its group, worst first, with a cell for each gap', async () => {
    const served = await serveTwoGroups();
    const matrix = await matrixOf(served);
    expect(matrix).toMatchObject({ moment: null, verdict: 'not-ready', unassigned: 0, problems: [] });
    expect(matrix.groups.map(({ group, verdict }) => [group, verdict])).toEqual([
      ['billing', 'not-ready'],
      ['crm', 'ready'],
    ]);
    const row = rowIn(matrix, 'billing', 'app1');
    expect(row.cells.map(({ gap }) => gap)).toEqual(gapIds);
    expect(cellIn(row)).toEqual({ gap: levels.gap, state: 'not-ready', count: 1, worst: expect.stringContaining(': ') });
    expect(cellIn(rowIn(matrix, 'crm', 'app2'))).toEqual({ gap: levels.gap, state: 'ready', count: 0, worst: null });
    expect(row.cells.filter(({ state }) => state === 'not-watched').length).toBe(gapIds.length - 1);
    expect(row).toMatchObject({
      verdict: 'not-ready',
      standby: { name: 'app1-standby', failures: 0, troubles: [] },
      counts: { blocker: 1 },
    });
  });

  test('one group may be asked for alone, now and then, and one that there is not is refused', async () => {
    const served = await serveTwoGroups();
    const at = await moment();
    await served.lookAround();
    const whole = await matrixOf(served);
    for (const name of ['crm', 'billing']) {
      const own = groupIn(whole, name);
      expect(await got(served, `/v1/matrix?group=${name}`)).toMatchObject({ moment: null, verdict: own.verdict, groups: [own] });
      const past: Matrix = await got(served, `/v1/matrix?group=${name}&at=${at}`);
      expect(past.groups.map(({ group, verdict }) => [group, verdict])).toEqual([[name, own.verdict]]);
    }
    for (const asked of ['group=bilingl', `group=bilingl&at=${at}`])
      expect((await ask(`${served.url}/v1/matrix?${asked}`)).status).toBe(404);
  });

  test('what was accepted is shown as that, and no check that sees nothing as good', async () => {
    const served = await serveTwoGroups();
    const { findings } = await got(served, '/v1/findings?group=billing');
    for (const { id } of findings) {
      const body = { group: 'billing', pair: 'app1', finding: id, author: 'Ada', reason: 'known', until: Date.now() + hour };
      expect((await ask(`${served.url}/v1/waivers`, { method: 'POST', body })).status).toBe(201);
    }
    expect(cellIn(rowIn(await matrixOf(served), 'billing', 'app1'))).toMatchObject({ state: 'waived' });
    const { probe, agent } = served.app2.standby;
    probe.answer = async () => ({ kind: 'unseen', reason: 'denied', detail: 'not for us' });
    await agent.agent.lookNow('levels');
    await served.lookAround();
    const row = rowIn(await matrixOf(served), 'crm', 'app2');
    expect([row.verdict, cellIn(row).state, cellIn(row).worst]).toEqual(['unknown', 'unknown', expect.stringContaining('not for us')]);
  });

  test('a pair that nobody ever heard is unknown in every cell', async () => {
    const nowhere = pairOf('app9', { primary: 'http://127.0.0.1:9', standby: 'http://127.0.0.1:9' });
    const served = await serveCollector({ groups: [groupOf('billing', [nowhere])] });
    const row = rowIn(await matrixOf(served), 'billing', 'app9');
    expect(row.verdict).toBe('unknown');
    expect(new Set(row.cells.map(({ state }) => state))).toEqual(new Set(['unknown']));
  });

  test('a pair without a standby is unknown where its primary is watched', async () => {
    const app1 = await servePair('app1');
    const alone = { ...app1.config, members: [{ site: 'fra', contact: contactOf(app1.primary.agent.url) }] };
    const served = await serveCollector({ groups: [groupOf('billing', [alone])] });
    const row = rowIn(await matrixOf(served), 'billing', 'app1');
    expect([row.verdict, row.standby, cellIn(row).state]).toEqual(['unknown', null, 'unknown']);
    expect(row.cells.filter(({ state }) => state === 'not-watched').length).toBe(gapIds.length - 1);
  });

  test('the share of ready time leaves out what nobody watched', async () => {
    const served = await serveTwoGroups();
    for (const { shares } of (await matrixOf(served)).groups) {
      expect(shares.map(({ days }) => days)).toEqual([30, 90]);
      for (const { ofMs, readyMs, unwatchedMs } of shares) {
        expect(unwatchedMs).toBeGreaterThan(ofMs - hour);
        expect(readyMs + unwatchedMs).toBeLessThanOrEqual(ofMs);
      }
    }
  });

  test('an unchanged matrix is not sent again, a changed one is, and either may come compressed', async () => {
    const served = await serveTwoGroups();
    const asked = async (etag?: string) =>
      fetch(`${served.url}/v1/matrix`, etag === undefined ? {} : { headers: { 'if-none-match': etag } });
    const first = await asked();
    expect([first.status, first.headers.get('content-encoding')]).toEqual([200, 'gzip']);
    expect(await first.json()).toMatchObject({ verdict: 'not-ready' });
    const etag = first.headers.get('etag')!;
    expect((await asked(etag)).status).toBe(304);
    await see(served.app2.primary, 9);
    await served.lookAround();
    expect((await asked(etag)).status).toBe(200);
  });
});

describe('then', () => {
  test('a past moment shows what was open and seen then, whatever became of it', async () => {
    const served = await serveTwoGroups();
    const wrong = await moment();
    await see(served.app1.standby, 9, [{ name: 'lib', version: '2' }]);
    await served.lookAround();
    const right = await moment();
    await see(served.app1.standby, 7);
    await served.lookAround();
    const [before, between, after] = [await matrixOf(served, wrong), await matrixOf(served, right), await matrixOf(served)];
    expect(before).toMatchObject({ moment: wrong, verdict: 'not-ready' });
    expect(rowIn(before, 'billing', 'app1')).toMatchObject({
      verdict: 'not-ready',
      standby: null,
      primary: null,
      asOf: null,
      counts: { blocker: 1 },
    });
    expect(cellIn(rowIn(before, 'billing', 'app1')).state).toBe('not-ready');
    expect(rowIn(between, 'billing', 'app1')).toMatchObject({ verdict: 'ready' });
    expect(cellIn(rowIn(between, 'billing', 'app1'))).toMatchObject({ state: 'ready', count: 0 });
    expect(cellIn(rowIn(between, 'crm', 'app2'))).toMatchObject({ state: 'ready' });
    expect(cellIn(rowIn(after, 'billing', 'app1')).state).toBe('not-ready');
    expect(groupIn(between, 'billing').forecast).toEqual({ kind: 'not-known' });
  });

  test('what could not be seen then is unknown, and what nobody looked at is not watched', async () => {
    const served = await serveTwoGroups();
    const { probe, agent } = served.app2.standby;
    const { answer } = probe;
    probe.answer = async () => ({ kind: 'unseen', reason: 'denied', detail: 'not for us' });
    await agent.agent.lookNow('levels');
    await served.lookAround();
    const blind = await moment();
    probe.answer = answer;
    await agent.agent.lookNow('levels');
    await served.lookAround();
    const row = rowIn(await matrixOf(served, blind), 'crm', 'app2');
    expect([row.verdict, cellIn(row).state, cellIn(row).count]).toEqual(['unknown', 'unknown', 1]);
    expect(row.cells.filter(({ state }) => state === 'not-watched').length).toBe(gapIds.length - 1);
    expect(cellIn(rowIn(await matrixOf(served), 'crm', 'app2')).state).toBe('ready');
  });

  test('an accepted finding was accepted from then on and not before', async () => {
    const served = await serveTwoGroups();
    const open = await moment();
    const { findings } = await got(served, '/v1/findings?group=billing');
    for (const { id } of findings) {
      const body = { group: 'billing', pair: 'app1', finding: id, author: 'Ada', reason: 'known', until: Date.now() + hour };
      await ask(`${served.url}/v1/waivers`, { method: 'POST', body });
    }
    const accepted = await moment();
    expect(cellIn(rowIn(await matrixOf(served, open), 'billing', 'app1')).state).toBe('not-ready');
    expect(cellIn(rowIn(await matrixOf(served, accepted), 'billing', 'app1')).state).toBe('waived');
  });

  test('what was accepted then and is not any more was accepted then', async () => {
    const served = await serveTwoGroups();
    const { findings } = await got(served, '/v1/findings?group=billing');
    const ids: string[] = [];
    for (const { id } of findings) {
      const body = { group: 'billing', pair: 'app1', finding: id, author: 'Ada', reason: 'known', until: Date.now() + hour };
      ids.push((await ask(`${served.url}/v1/waivers`, { method: 'POST', body })).json.id);
    }
    const accepted = await moment();
    for (const id of ids) await ask(`${served.url}/v1/waivers/${id}/end`, { method: 'POST', body: {} });
    expect(cellIn(rowIn(await matrixOf(served), 'billing', 'app1')).state).toBe('not-ready');
    expect(cellIn(rowIn(await matrixOf(served, accepted), 'billing', 'app1')).state).toBe('waived');
  });

  test('a collector that was just started and has judged nobody knows what was open before', async () => {
    const first = await serveTwoGroups();
    const there = await moment();
    await first.lookAround();
    await first.doors.close();
    await first.collector.stop();
    const nobody = first.config.groups.map((group) => ({ ...group, pairs: group.pairs.map((pair) => ({ ...pair, members: [] })) }));
    const next = await serveCollector({ folder: first.folder, groups: nobody });
    expect(cellIn(rowIn(await matrixOf(next, there), 'billing', 'app1')).state).toBe('not-ready');
    expect(cellIn(rowIn(await matrixOf(next, there), 'crm', 'app2')).state).toBe('ready');
  });

  test('a pair that has left the fleet is shown with its verdict and with what was watched then', async () => {
    const served = await serveTwoGroups();
    const there = await moment();
    await served.lookAround();
    await served.collector.reload({ ...served.config, groups: served.config.groups.filter(({ name }) => name === 'crm') });
    await served.lookAround();
    expect((await matrixOf(served)).groups.map(({ group }) => group)).toEqual(['crm']);
    const row = rowIn(await matrixOf(served, there), 'billing', 'app1');
    expect([row.verdict, cellIn(row).state]).toEqual(['not-ready', 'not-ready']);
    expect(new Set(row.cells.filter(({ gap }) => gap !== levels.gap).map(({ state }) => state))).toEqual(new Set(['not-watched']));
  });

  test('before anything was known there is nobody, and the future is refused', async () => {
    const served = await serveTwoGroups();
    expect(await matrixOf(served, 1_000)).toMatchObject({ moment: 1_000, groups: [], verdict: null });
    const { status, json } = await ask(`${served.url}/v1/matrix?at=${Date.now() + hour}`);
    expect([status, json.detail]).toEqual([400, expect.stringContaining('lies in the future')]);
  });

  test('the same moment asked for twice is the same, and many at once are answered one after the other', async () => {
    const served = await serveTwoGroups();
    const at = await moment();
    const first = await fetch(`${served.url}/v1/matrix?at=${at}`);
    const again = await fetch(`${served.url}/v1/matrix?at=${at}`, { headers: { 'if-none-match': first.headers.get('etag')! } });
    expect([first.status, again.status]).toEqual([200, 304]);
    const statuses = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => (await ask(`${served.url}/v1/matrix?at=${at - n}`)).status),
    );
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(16);
    expect(statuses.every((status) => status === 200 || status === 503)).toBe(true);
  });
});
