// The numbers of a check, asked of the agent that keeps them: what it tells, and what is told where it tells nothing, or something else.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { observed } from '../../src/contract/outcome.ts';
import { systemClock } from '../../src/daemon/clock.ts';
import { hour, minute } from '../support/agent.ts';
import { ask, got, type Reply } from '../support/asking.ts';
import { groupOf, pairOf, serveCollector, servePair, type TestSide } from '../support/collector.ts';
import { lookAtRegions, regionAt, regionCheck, regionGroup, regionWorld, scopeIn } from '../support/regions.ts';
import { vcns } from '../support/regions-probe.ts';
import { descriptionOf, scriptedAgent } from '../support/scripted-agent.ts';

const path = '/v1/checks/readings?group=billing&pair=app1&side=standby&check=levels';

/** Each look has one reading more. */
async function looking({ agent, probe }: TestSide, ...values: readonly number[]): Promise<void> {
  for (const value of values) {
    probe.answer = async () => observed({ level: 7, parts: [] }, [{ name: 'lagMs', subject: 'disk', value }]);
    const before = probe.looks;
    while (probe.looks === before) await agent.agent.lookNow('levels');
  }
}

const valuesOf = ({ points }: { points: { value: number }[] }) => points.map(({ value }) => value);

describe('readings', () => {
  test('are the agent’s, look by look or hour by hour, a page at a time', async () => {
    const app1 = await servePair('app1');
    await looking(app1.standby, 1, 2, 3);
    const served = await serveCollector({ groups: [groupOf('billing', [app1.config])] });
    const all = await got(served, path);
    expect(all).toMatchObject({ target: app1.standby.agent.url, series: [{ subject: 'disk', name: 'lagMs' }], hours: [], nextFrom: null });
    expect(valuesOf(all)).toEqual([1, 2, 3]);
    const first = await got(served, `${path}&limit=2`);
    expect(valuesOf(first)).toEqual([1, 2]);
    expect(valuesOf(await got(served, `${path}&from=${first.nextFrom}`))).toEqual([3]);
    const { hours } = await got(served, `${path}&per=hour`);
    expect(hours.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(3);
    expect(valuesOf(await got(served, `${path}&name=other`))).toEqual([]);
  });

  test('come by the collector’s clock, whatever the node’s shows', async () => {
    const ahead = { ...systemClock(), now: () => Date.now() + hour };
    const app1 = await servePair('app1', { clock: ahead });
    const from = Date.now();
    await looking(app1.standby, 1);
    const served = await serveCollector({ groups: [groupOf('billing', [app1.config])] });
    const { points, clockOffsetMs, at } = await got(served, `${path}&from=${from - minute}`);
    expect(valuesOf({ points })).toEqual([1]);
    expect(Math.abs(clockOffsetMs - hour)).toBeLessThan(minute);
    expect(Math.abs(points[0].at - at)).toBeLessThan(minute);
  });

  test('of a region are the collector’s own', async () => {
    const world = regionWorld();
    const measured = {
      ...vcns,
      observe: async (...asked: Parameters<typeof vcns.observe>) => ({
        ...(await vcns.observe(...asked)),
        readings: [{ name: 'networkCount', subject: '', value: 3 }],
      }),
    };
    const regions = [regionAt('fra', 'eu-frankfurt-1'), regionAt('zrh', 'eu-zurich-1')].map((one) => ({
      ...one,
      checks: [regionCheck(scopeIn(one.site), measured)],
    }));
    const served = await serveCollector({
      probes: [measured],
      groups: [regionGroup('billing', { regions })],
      openTenancies: world.openTenancies,
    });
    await lookAtRegions(served);
    const told = await got(served, '/v1/checks/readings?group=billing&pair=region&side=standby&check=vcns');
    expect(told).toMatchObject({ target: 'region:billing/zrh', series: [{ name: 'networkCount' }] });
    expect(valuesOf(told)[0]).toBe(3);
  });

  test('are refused for longer than may be asked at once, and of a check that nobody has', async () => {
    const app1 = await servePair('app1');
    const { url } = await serveCollector({ groups: [groupOf('billing', [app1.config])] });
    expect(await ask(`${url}${path}&from=0`)).toMatchObject({ status: 400, json: { detail: expect.stringContaining('At most 7 days') } });
    expect(await ask(`${url}${path}&from=0&to=${hour}`)).toMatchObject({ status: 200, json: { points: [] } });
    expect(await ask(`${url}${path}&from=${hour}&to=${hour}`)).toMatchObject({ status: 200, json: { points: [] } });
    expect(await ask(`${url}${path}&from=${hour + 1}&to=${hour}`)).toMatchObject({
      status: 400,
      json: { detail: 'from has to lie before to' },
    });
    expect(await ask(`${url}${path.replace('=levels', '=level')}`)).toMatchObject({
      status: 404,
      json: { detail: expect.stringContaining('did you mean "levels"') },
    });
  });
});

describe('an agent that tells no readings', () => {
  test('and does not answer at all is said to be silent, and where what it saw is kept', async () => {
    const app1 = await servePair('app1');
    const { url } = await serveCollector({ groups: [groupOf('billing', [app1.config])] });
    await app1.standby.agent.doors.close();
    const { status, json } = await ask(url + path);
    expect([status, json.title, json.detail]).toEqual([504, 'Gateway Timeout', expect.stringContaining('nothing listens at')]);
    expect(json.detail).toContain('in the history of the check');
  });

  test('and hangs is waited for no longer than a poll waits', async () => {
    const agent = await scriptedAgent({ description: descriptionOf(['levels'], { role: 'standby', group: 'billing', twin: 'app1' }) });
    const { url } = await serveCollector({
      groups: [groupOf('billing', [pairOf('app1', { primary: 'http://127.0.0.1:1', standby: agent.url })])],
      config: { poll: { everyMs: hour, timeoutMs: 500, concurrency: 8 } },
    });
    agent.answer = () => {};
    const before = performance.now();
    expect((await ask(url + path)).status).toBe(504);
    // Five seconds are what it gets where a poll gets more.
    expect(performance.now() - before).toBeLessThan(4_000);
  });

  test('is nobody where nobody stands', async () => {
    const gone = { ...pairOf('app1', { primary: 'http://127.0.0.1:1', standby: 'http://127.0.0.1:2' }), members: [] };
    const { url } = await serveCollector({ groups: [groupOf('billing', [gone])] });
    expect(await ask(url + path)).toMatchObject({ status: 409, json: { detail: expect.stringContaining('Nobody is the standby') } });
  });

  const now = Date.now();
  const page = { series: [], points: [], hours: [], nextFrom: null };
  const point = { at: now - minute, subject: '', name: 'lagMs', value: 1 };
  const json = (body: unknown) => (_: IncomingMessage, response: ServerResponse) => response.end(JSON.stringify(body));
  const answers: readonly (readonly [
    name: string,
    answer: (request: IncomingMessage, response: ServerResponse) => void,
    detail: RegExp,
  ])[] = [
    ['a refusal', (_, response) => response.writeHead(403).end(), /does not let the collector read/],
    ['a redirect', (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), /status 302/],
    ['a page of something else', (_, response) => response.end('<html>'), /no readings/],
    ['a schema of its own', json({ ...page, points: [{ ...point, value: '<script>' }] }), /no readings/],
    ['a subject longer than there are any', json({ ...page, points: [{ ...point, subject: 'x'.repeat(257) }] }), /no readings/],
    ['a name that no reading has', json({ ...page, series: [{ subject: '', name: '<b>lag</b>' }] }), /no readings/],
    ['times that were not asked for', json({ ...page, points: [{ ...point, at: 5 }] }), /not asked for/],
    ['a page without end', json({ ...page, nextFrom: 0 }), /goes on where/],
    [
      'numbers that are none',
      (_, response) => response.end(JSON.stringify({ ...page, points: [point] }).replace('"value":1', '"value":1e999')),
      /no number|no readings/,
    ],
    ['more than is read', (_, response) => response.end('x'.repeat(5 * 1024 ** 2)), /more than is read/],
  ];

  test.each(answers)('but %s is not passed on', async (_, answer, detail) => {
    const agent = await scriptedAgent({ description: descriptionOf(['levels'], { role: 'standby', group: 'billing', twin: 'app1' }) });
    const { url, collector } = await serveCollector({
      groups: [groupOf('billing', [pairOf('app1', { primary: 'http://127.0.0.1:1', standby: agent.url })])],
    });
    expect(collector.nodes.get(agent.url)?.heardAt).not.toBeNull();
    agent.answer = answer;
    const { status, json: problem } = await ask(url + path);
    expect([status, problem.detail]).toEqual([502, expect.stringMatching(detail)]);
    expect(problem.detail).not.toContain('<');
  });

  test('gives what it says beside readings to nobody', async () => {
    const agent = await scriptedAgent({ description: descriptionOf(['levels'], { role: 'standby', group: 'billing', twin: 'app1' }) });
    const served = await serveCollector({
      groups: [groupOf('billing', [pairOf('app1', { primary: 'http://127.0.0.1:1', standby: agent.url })])],
    });
    agent.answer = json({ ...page, secret: 'x', points: [{ ...point, secret: 'x' }] });
    const told = await got(served, path);
    expect(valuesOf(told)).toEqual([1]);
    expect(JSON.stringify(told)).not.toContain('secret');
  });

  test('is asked one thing at a time, and a crowd is sent away', async () => {
    const agent = await scriptedAgent({ description: descriptionOf(['levels'], { role: 'standby', group: 'billing', twin: 'app1' }) });
    const { url } = await serveCollector({
      groups: [groupOf('billing', [pairOf('app1', { primary: 'http://127.0.0.1:1', standby: agent.url })])],
    });
    let [underWay, most] = [0, 0];
    const { promise: isCrowded, resolve: open } = Promise.withResolvers<void>();
    agent.answer = async (_, response) => {
      most = Math.max(most, ++underWay);
      await isCrowded;
      underWay--;
      response.end(JSON.stringify(page));
    };
    const crowd: Reply[] = [];
    const asking = Array.from({ length: 40 }, async () => {
      const reply = await ask(url + path);
      if (reply.status === 503 && crowd.push(reply) === 8) open();
      return reply.status;
    });
    const statuses = await Promise.all(asking);
    expect(most).toBe(1);
    expect([statuses.filter((status) => status === 200).length, crowd.length]).toEqual([32, 8]);
    expect(crowd[0]!.headers['retry-after']).toBe('5');
  });
});
