// What a collector knows as a caller finds it: real agents, a real store, real sockets.
import { createHash } from 'node:crypto';
import { renameSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { collectorRoutes } from '../../src/collector/routes/all.ts';
import { schemaProblems } from '../../src/contract/schema.ts';
import { ProblemSchema } from '../../src/server/problem.ts';
import { ask, got } from '../support/asking.ts';
import { contactOf, groupOf, pairOf, see, serveCollector, servePair, serveTwoGroups } from '../support/collector.ts';

const nobody = { urls: () => [], doorProblems: () => [], reloadProblem: () => null };
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const encoded = encodeURIComponent;

describe('answers', () => {
  test('each answers as its own description says, over TCP and over the socket', async () => {
    const served = await serveTwoGroups();
    const { app1, url, socket, collector } = served;
    const finding = (await got(served, '/v1/findings')).findings[0];
    const waiver = await ask(`${url}/v1/waivers`, {
      method: 'POST',
      body: { group: 'billing', pair: 'app1', finding: finding.id, author: 'Ada', reason: 'known', until: Date.now() + 60_000 },
    });
    expect(waiver.status).toBe(201);
    const receipt = await got(served, '/v1/gate/billing');
    const filled = (path: string): string =>
      path
        .replace('{group}', 'billing')
        .replace('{pair}', 'app1')
        .replace('{target}', encoded(app1.standby.agent.url))
        .replace('{id}', path.includes('receipts') ? receipt.id : waiver.json.id);
    const queries: Record<string, string> = {
      '/v1/timeline': `?group=billing&at=${Date.now()}`,
      '/v1/checks/history': '?group=billing&pair=app1&side=standby&check=levels',
      '/v1/report': `?group=billing&from=${Date.now() - 60_000}&to=${Date.now()}`,
      '/v1/checks/compare': '?group=billing&pair=app1&check=levels&same=true',
      '/v1/checks/readings': '?group=billing&pair=app1&side=standby&check=levels',
      '/v1/findings/cause': `?group=billing&pair=app1&finding=${finding.id}`,
    };
    for (const route of collectorRoutes(collector, nobody)) {
      if (route.path === '/v1/waivers' && route.method === 'POST') continue;
      // A stream, which has no end.
      if (route.answers[200]?.type === 'text/event-stream') continue;
      const path = filled(route.path) + (queries[route.path] ?? '');
      const reply = await ask(url + path, { method: route.method });
      expect([path, reply.status]).toEqual([path, 200]);
      const { schema, type } = route.answers[200]!;
      if (schema !== undefined && type === undefined) expect([path, schemaProblems(schema, reply.json)]).toEqual([path, []]);
      expect((await ask(`http://collector${path}`, { socketPath: socket, method: route.method })).status).toBe(200);
    }
    const [post] = collectorRoutes(collector, nobody).filter(({ path, method }) => path === '/v1/waivers' && method === 'POST');
    expect(schemaProblems(post!.answers[201]!.schema!, waiver.json)).toEqual([]);
  });

  test('the description lists every route that is served, and nothing else', async () => {
    const served = await serveCollector();
    const routes = collectorRoutes(served.collector, nobody).map(({ method, path }) => `${method} ${path}`);
    const json = await got(served, '/openapi.json');
    const described = Object.entries(json.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(routes.sort());
    expect(json).toMatchObject({ openapi: '3.1.0', info: { title: 'Understudy collector', version: '0.0.0-test' } });
    for (const route of described) {
      const [method, path] = route.split(' ') as [string, string];
      // Of what has no such name the answer is of ours, not of a server that knows no such path.
      const { json: problem } = await ask(served.url + path.replaceAll(/\{\w+\}/g, 'x'), { method, body: {} });
      expect([route, problem?.detail]).not.toEqual([route, expect.stringContaining('openapi.json')]);
    }
  });
});

describe('what is asked for by its name', () => {
  const cases: readonly (readonly [name: string, path: string, status: number, detail: RegExp])[] = [
    ['a group that is misspelt', '/v1/groups/biling', 404, /no group "biling"; did you mean "billing"\?/],
    ['a group that is like no other', '/v1/groups/payroll', 404, /no group "payroll"; there are "crm", "billing"/],
    ['a pair of another group', '/v1/pairs/crm/app1', 404, /no pair "app1"; did you mean "app2"\?/],
    ['a pair of no group', '/v1/pairs/crn/app2', 404, /no group "crn"; did you mean "crm"\?/],
    ['findings of nobody', '/v1/findings?group=biling', 404, /no group "biling"/],
    ['findings of no pair', '/v1/findings?group=billing&pair=app9', 404, /no pair "app9"/],
    ['findings of a pair in whatever group', '/v1/findings?pair=app1', 400, /within its group/],
    ['nodes of a pair in whatever group', '/v1/nodes?pair=app1', 400, /within its group/],
    ['nodes of nobody', '/v1/nodes?group=biling', 404, /no group "biling"/],
    ['a node that is not polled', `/v1/nodes/${encoded('https://app9:7807')}`, 404, /no node at "https:\/\/app9:7807"/],
    ['what happened to nobody', `/v1/nodes/${encoded('https://app9:7807')}/events`, 404, /no node at/],
    ['the past of nobody', '/v1/timeline?group=biling', 404, /no group "biling"/],
    ['the past of no pair', '/v1/timeline?group=billing&pair=app9', 404, /no pair "app9"/],
    ['the gate of nobody', '/v1/gate/biling', 404, /did you mean "billing"/],
    ['waivers of nobody', '/v1/waivers?group=biling', 404, /no group "biling"/],
    ['waivers of a pair in whatever group', '/v1/waivers?pair=app1', 400, /within its group/],
    ['a draft for nobody', '/v1/learn/biling', 404, /did you mean "billing"/],
    ['a receipt that is not there', '/v1/receipts/x', 404, /no such receipt/],
    ['looks of nobody', '/v1/checks/history?group=biling&pair=app1&side=standby&check=levels', 404, /no group "biling"/],
    [
      'looks of no check',
      '/v1/checks/history?group=billing&pair=app1&side=standby&check=level',
      404,
      /no check "level"; did you mean "levels"/,
    ],
    ['both sides of no check', '/v1/checks/compare?group=billing&pair=app1&check=level', 404, /no check "level"; did you mean "levels"/],
    ['both sides of nobody', '/v1/checks/compare?group=biling&pair=app1&check=levels', 404, /no group "biling"/],
    ['the checks of no pair', '/v1/pairs/billing/app9/checks', 404, /no pair "app9"/],
    ['the cause of no finding', '/v1/findings/cause?group=billing&pair=app1&finding=x', 404, /no finding "x"/],
    ['readings of no side', '/v1/checks/readings?group=billing&pair=app1&side=left&check=levels', 400, /does not fit/],
    ['looks of no side', '/v1/checks/history?group=billing&pair=app1&side=left&check=levels', 400, /does not fit/],
    ['a filter that is not known', '/v1/findings?groups=billing', 400, /does not fit/],
  ];

  test('is refused where it is not there, with the name that was probably meant', async () => {
    const { url } = await serveTwoGroups();
    for (const [name, path, status, detail] of cases) {
      const { json, ...reply } = await ask(url + path);
      expect([name, reply.status, json.detail]).toEqual([name, status, expect.stringMatching(detail)]);
      expect(schemaProblems(ProblemSchema, json)).toEqual([]);
    }
  });
});

describe('the fleet', () => {
  test('is as bad as its worst group, which comes first, in lines without findings', async () => {
    const served = await serveTwoGroups();
    const fleet = await got(served, '/v1/fleet');
    expect(fleet).toMatchObject({ verdict: 'not-ready', counts: { blocker: 1, warning: 1 }, unassigned: { count: 0 }, problems: [] });
    expect(fleet.groups.map(({ group, verdict }: { group: string; verdict: string }) => [group, verdict])).toEqual([
      ['billing', 'not-ready'],
      ['crm', 'ready'],
    ]);
    const [line] = fleet.groups[0].pairs;
    expect(line).toMatchObject({ pair: 'app1', verdict: 'not-ready', standby: { name: 'app1-standby', site: 'zrh', troubles: [] } });
    expect(JSON.stringify(fleet)).not.toContain('levels/behind');
    for (const at of [fleet.at, line.since, line.judgedAt, line.asOf, line.primaryAsOf]) expect(Date.now() - at).toBeLessThan(60_000);
  });

  test('is unknown without a group, and where nobody answers', async () => {
    expect(await got(await serveCollector(), '/v1/fleet')).toMatchObject({ verdict: 'unknown', groups: [] });
    const gone = pairOf('app1', { primary: 'http://127.0.0.1:1', standby: 'http://127.0.0.1:2' });
    const served = await serveCollector({ groups: [groupOf('billing', [gone])] });
    const fleet = await got(served, '/v1/fleet');
    expect(fleet).toMatchObject({
      verdict: 'unknown',
      groups: [{ verdict: 'unknown', asOf: null, pairs: [{ standby: { heardAt: null } }] }],
    });
  });

  test('shows who was heard and stands in no pair', async () => {
    const stray = await servePair('app3', { group: 'crm' });
    const { standby } = stray;
    await standby.agent.agent.reload({ ...standby.agent.config, node: { ...standby.agent.config.node, twin: null } });
    const lone = { ...groupOf('billing', []), primarySite: null };
    const served = await serveCollector({ groups: [lone], config: { local: contactOf(standby.agent.url) } });
    expect(await got(served, '/v1/fleet')).toMatchObject({
      verdict: 'unknown',
      unassigned: { count: 1, nodes: [{ name: 'app3-standby', pair: null }] },
    });
  });

  test('has each group and pair in full', async () => {
    const served = await serveTwoGroups();
    const group = await got(served, '/v1/groups/billing');
    expect(group.pairs[0].findings.map(({ code }: { code: string }) => code)).toEqual(['levels/behind', 'levels/part-differs']);
    const pair = await got(served, '/v1/pairs/billing/app1');
    expect(pair).toMatchObject({ verdict: 'not-ready', findings: [{ remedy: '$ raise --to 9' }, {}] });
  });
});

describe('findings', () => {
  test('come worst first with the pair that they are of, and can be chosen from', async () => {
    const served = await serveTwoGroups();
    await see(served.app2.primary, 8);
    await served.lookAround();
    const codes = async (query: string) =>
      (await got(served, `/v1/findings${query}`)).findings.map(
        ({ group, pair, code }: { group: string; pair: string; code: string }) => `${group} ${pair} ${code}`,
      );
    const [behind, differs, other] = ['billing app1 levels/behind', 'billing app1 levels/part-differs', 'crm app2 levels/behind'];
    expect(await codes('')).toEqual([expect.stringContaining('behind'), expect.stringContaining('behind'), differs]);
    expect(await codes('?group=billing')).toEqual([behind, differs]);
    expect(await codes('?group=billing&pair=app1&severity=warning')).toEqual([differs]);
    expect(await codes('?group=crm')).toEqual([other]);
    expect(await codes('?gap=dns')).toEqual([]);
    expect(await codes('?check=levels&severity=blocker')).toHaveLength(2);
    expect(await codes('?state=pending')).toEqual([]);
    expect(await got(served, '/v1/findings?limit=1')).toMatchObject({ count: 3, findings: [{ code: 'levels/behind' }] });
  });

  test('that were accepted come after those that count, and can be left out', async () => {
    const served = await serveTwoGroups();
    const body = { group: 'billing', pair: 'app1', code: 'levels/behind', subject: 'level', author: 'Ada', reason: 'known' };
    await ask(`${served.url}/v1/waivers`, { method: 'POST', body: { ...body, until: Date.now() + 60_000 } });
    const codes = async (query: string) =>
      (await got(served, `/v1/findings${query}`)).findings.map(({ code, waiver }: { code: string; waiver: object | null }) => [
        code,
        waiver !== null,
      ]);
    expect(await codes('')).toEqual([
      ['levels/part-differs', false],
      ['levels/behind', true],
    ]);
    expect(await codes('?waived=false')).toEqual([['levels/part-differs', false]]);
    expect(await codes('?waived=true')).toEqual([['levels/behind', true]]);
  });
});

describe('the collector itself', () => {
  test('is ready when everybody was asked, whether they answered or not', async () => {
    const pair = await servePair('app1');
    const half = { primary: pair.primary.agent.url, standby: 'http://127.0.0.1:1' };
    const tokens = [{ name: 'n', sha256: sha256('nobody'), rights: [] }];
    const access = { tokens, clients: [], localRights: ['read'] as const, requestsPerMinute: 6_000 };
    const served = await serveCollector({ groups: [groupOf('billing', [pairOf('app1', half)])], config: { access } });
    expect((await ask(`${served.url}/readyz`)).json).toEqual({ isReady: true, waitsFor: [] });
    const mute = await muteListener();
    await served.collector.reload({ ...served.config, groups: [groupOf('billing', [pairOf('app1', { ...half, standby: mute.url })])] });
    expect(await ask(`${served.url}/readyz`)).toMatchObject({ status: 503, json: { isReady: false, waitsFor: [mute.url] } });
    expect((await ask(`${served.url}/readyz`, { token: 'nobody' })).json).toEqual({ isReady: false, waitsFor: [] });
    mute.hangUp();
    await served.collector.poller.pollNow();
    expect((await ask(`${served.url}/readyz`)).status).toBe(200);
  });

  test('says what is wrong with it, and only to those who may read', async () => {
    const tokens = [{ name: 'r', sha256: sha256('reader'), rights: ['read'] as const }];
    const missing = { kind: 'files', patterns: ['/nowhere/understudy/*.json'], everyMs: 60_000, agents: contactOf('') } as const;
    const { url } = await serveCollector({
      config: { discover: [missing], access: { tokens, clients: [], localRights: [], requestsPerMinute: 6_000 } },
    });
    const told = await ask(`${url}/healthz`, { token: 'reader' });
    expect(told).toMatchObject({ status: 200, json: { state: 'degraded', problems: [expect.stringContaining('/nowhere/understudy')] } });
    const withheld = await ask(`${url}/healthz`);
    expect(withheld.json).toMatchObject({ state: 'degraded', problems: ['what is wrong is told to those who have the right to read'] });
    expect((await ask(`${url}/v1/collector`, { token: 'reader' })).json.rosterProblems).toHaveLength(1);
    expect((await ask(`${url}/v1/fleet`)).status).toBe(401);
  });

  test('has failed when its polls stand still', async () => {
    const served = await serveCollector({ config: { poll: { everyMs: 1_000, timeoutMs: 1_000, concurrency: 1 } } });
    expect((await ask(`${served.url}/healthz`)).json).toEqual({ state: 'ok', problems: [] });
    const { clock, poller } = served.collector;
    await poller.stop();
    const { monotonicMs } = clock;
    Object.assign(clock, { monotonicMs: () => monotonicMs() + 60_000 });
    expect(await ask(`${served.url}/healthz`)).toMatchObject({ status: 503, json: { state: 'failed', problems: [/stand still/] } });
  });

  test('says that its history was taken from under it', async () => {
    const served = await serveCollector();
    renameSync(served.config.store.file, `${served.config.store.file}.moved`);
    expect((await ask(`${served.url}/healthz`)).json).toMatchObject({
      state: 'degraded',
      problems: [expect.stringContaining('removed or replaced')],
    });
  });

  test('tells who it is and how it fares', async () => {
    const served = await serveTwoGroups();
    expect(await got(served, '/v1/collector')).toMatchObject({
      name: 'watch1',
      version: '0.0.0-test',
      configFile: served.config.file,
      health: { state: 'ok' },
      poll: { nodes: 4, failing: 0, rows: expect.any(Number) },
      deliveries: [],
    });
  });
});

/** Takes connections and says nothing, until it hangs up. */
async function muteListener() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const hangUp = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(hangUp);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, hangUp };
}
