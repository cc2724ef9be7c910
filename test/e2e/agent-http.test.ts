// The agent's doors as a caller finds them: real sockets, real TLS, every refusal a problem document.
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { request as requestTls } from 'node:https';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { agentRoutes } from '../../src/agent/routes/all.ts';
import { observed, unseen } from '../../src/contract/outcome.ts';
import { schemaProblems } from '../../src/contract/schema.ts';
import { ProblemSchema } from '../../src/server/problem.ts';
import {
  type AgentWish,
  buildAgent,
  checkOf,
  type configOf,
  hour,
  type ServedAgent,
  serveAgent,
  settled,
  testProbe,
} from '../support/agent.ts';
import { type CertificateMaker, certificateMaker, type MadeCertificate } from '../support/openssl-certificates.ts';

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: parsed as a stranger would, without our types.
  readonly json: any;
}

interface Asking {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly socketPath?: string;
  readonly tls?: { readonly ca: string; readonly cert?: string; readonly key?: string };
}

function ask(url: string, { method = 'GET', headers = {}, body, socketPath, tls }: Asking = {}): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const options = {
    method,
    headers,
    agent: false as const,
    ...(socketPath === undefined ? {} : { socketPath }),
    ...tls,
    ...(tls === undefined ? {} : { servername: 'localhost' }),
  };
  const asked = (tls === undefined ? request : requestTls)(url, options, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const isJson = String(response.headers['content-type']).includes('json');
      resolve({ status: response.statusCode!, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined });
    });
  });
  asked.on('error', reject);
  asked.end(body);
  return promise;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

async function serve(wish: Partial<AgentWish> = {}): Promise<ServedAgent> {
  const served = await serveAgent({ probes: [testProbe('dns')], ...wish });
  await served.agent.firstJudgement();
  await settled();
  return served;
}

/** Larger than the history may get. */
const unwritable = () => ({
  check: 'other',
  probe: 'dns',
  factsVersion: 1,
  outcome: observed({ value: randomBytes(500_000).toString('hex') }),
  readings: [],
  trail: [],
  at: Date.now(),
  tookMs: 1,
});

const config = (more: Partial<ReturnType<typeof configOf>>) => more;

describe('answers', () => {
  test('each answers as its own description says, over TCP and over the socket', async () => {
    const served = await serve();
    const routes = agentRoutes(served.agent, { urls: () => [], doorProblems: () => [], reloadProblem: () => null });
    for (const route of routes.filter(({ method }) => method === 'GET')) {
      const path = route.path.replace('{id}', 'dns');
      const reply = await ask(served.url + path);
      expect([path, reply.status]).toEqual([path, 200]);
      const { schema } = route.answers[200]!;
      if (schema !== undefined) expect([path, schemaProblems(schema, reply.json)]).toEqual([path, []]);
      expect((await ask(`http://agent${path}`, { socketPath: served.socket })).status).toBe(200);
    }
  });

  test('the description lists every route that is served, and nothing else', async () => {
    const served = await serve();
    const routes = agentRoutes(served.agent, { urls: () => [], doorProblems: () => [], reloadProblem: () => null });
    const { json } = await ask(`${served.url}/openapi.json`);
    const described = Object.entries(json.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
    for (const route of described) {
      const [method, path] = route.split(' ') as [string, string];
      const reply = await ask(served.url + path.replace('{id}', 'dns'), {
        method,
        headers: { 'content-type': 'application/json' },
        body: method === 'PUT' ? '{}' : '',
      });
      expect([route, reply.status]).not.toEqual([route, 404]);
    }
    expect(json).toMatchObject({ openapi: '3.1.0', info: { version: '0.0.0-test' } });
  });

  test('a snapshot that has not changed is not sent again', async () => {
    const probe = testProbe('dns');
    const { url, agent } = await serve({ probes: [probe] });
    const first = await ask(`${url}/v1/snapshot`);
    const again = await ask(`${url}/v1/snapshot`, { headers: { 'if-none-match': first.headers.etag! } });
    expect([again.status, again.text]).toEqual([304, '']);
    await agent.lookNow('dns');
    const after = await ask(`${url}/v1/snapshot`, { headers: { 'if-none-match': first.headers.etag! } });
    expect(after.status).toBe(200);
    expect(after.json.checks[0].current.count).toBe(2);
  });

  test('a look that is asked for is taken, and what it saw is answered', async () => {
    const probe = testProbe('dns');
    const { url } = await serve({ probes: [probe] });
    probe.answer = async () => observed({ value: 'another' });
    const reply = await ask(`${url}/v1/checks/dns/run`, { method: 'POST' });
    expect(reply.json).toMatchObject({ state: { current: { seq: 2, outcome: { facts: { value: 'another' } } } }, says: 'another' });
  });

  test('changes are paged, and readings by look and by hour', async () => {
    const probe = testProbe('dns');
    let n = 0;
    probe.answer = async () => observed({ value: `${n++}` }, [{ name: 'lagMs', subject: 'a', value: n }]);
    const { url, agent } = await serve({ probes: [probe] });
    for (let look = 0; look < 4; look++) await agent.lookNow('dns');
    const first = await ask(`${url}/v1/changes?after=0&limit=3`);
    expect([first.json.observations.map(({ seq }: { seq: number }) => seq), first.json.hasMore]).toEqual([[1, 2, 3], true]);
    const rest = await ask(`${url}/v1/changes?after=3`);
    expect([rest.json.observations.map(({ seq }: { seq: number }) => seq), rest.json.hasMore]).toEqual([[4, 5], false]);
    const readings = await ask(`${url}/v1/checks/dns/readings?name=lagMs&limit=2`);
    expect(readings.json.points.map(({ value }: { value: number }) => value)).toEqual([1, 2]);
    const next = await ask(`${url}/v1/checks/dns/readings?name=lagMs&from=${readings.json.nextFrom}`);
    expect(next.json.points.length).toBe(3);
    const hours = await ask(`${url}/v1/checks/dns/readings?per=hour`);
    expect(hours.json.hours.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(5);
    const history = await ask(`${url}/v1/checks/dns/history?limit=2`);
    expect([history.json.observations.map(({ seq }: { seq: number }) => seq), history.json.nextBefore]).toEqual([[5, 4], 4]);
  });

  test('who the node is and what it looks at comes with the changes until the poller has it, and again when it changed', async () => {
    const probe = testProbe('dns');
    const confirm = { bad: 3, good: 2 };
    const check = checkOf(probe, { settings: { url: 'https://user:hunter2@example.com/' }, confirm });
    const { url, agent, config } = await serve({ probes: [probe], checks: [check] });
    const first = await ask(`${url}/v1/changes`);
    expect(first.json.description).toMatchObject({
      identity: { name: 'app1-zrh', role: 'standby' },
      checks: [{ check: 'dns', probe: 'dns', staleAfterMs: 300_000, isRequired: true, confirm }],
      notTold: [],
    });
    expect(first.text).not.toContain('hunter2');
    const again = await ask(`${url}/v1/changes?after=1&known=${first.json.revision}`);
    expect(again.json).toMatchObject({ description: null, revision: first.json.revision, runId: agent.runId, nodeId: agent.node().id });
    await agent.reload({ ...config, checks: [{ ...check, staleAfterMs: 1 }] });
    const changed = await ask(`${url}/v1/changes?after=1&known=${first.json.revision}`);
    expect(changed.json.description.checks).toMatchObject([{ staleAfterMs: 1 }]);
    expect(changed.json.revision).not.toBe(first.json.revision);
    await agent.reload(config);
    expect((await ask(`${url}/v1/changes?after=1&known=${first.json.revision}`)).json.description).toBeNull();
  });

  test('another start of the agent is another run of the same node, with the same description', async () => {
    const first = await serve();
    const { json: before } = await ask(`${first.url}/v1/changes`);
    await first.doors.close();
    await first.agent.stop();
    const second = await serveAgent({ probes: [testProbe('dns')], folder: first.folder });
    const { json: after } = await ask(`${second.url}/v1/changes?known=${before.revision}`);
    expect(after).toMatchObject({ nodeId: before.nodeId, instanceId: before.instanceId, description: null });
    expect(after.runId).not.toBe(before.runId);
  });

  test('metrics tell unseen from absent and never show an old number as a new one', async () => {
    const probe = testProbe('dns');
    probe.answer = async () => observed({ value: 'x' }, [{ name: 'lagMs', subject: 'a"\\\n', value: 1.5 }]);
    const { url, agent } = await serve({ probes: [probe] });
    const seen = (await ask(`${url}/metrics`)).text;
    expect(seen).toContain('understudy_check_state{check="dns",probe="dns",state="observed"} 1\n');
    expect(seen).toContain('understudy_reading{check="dns",probe="dns",name="lagMs",subject="a\\"\\\\\\n"} 1.5\n');
    expect(seen).toContain('understudy_verdict{verdict="unknown"} 1\n');
    probe.answer = async () => unseen('denied', 'no');
    await agent.lookNow('dns');
    const blind = (await ask(`${url}/metrics`)).text;
    expect(blind).toContain('understudy_check_state{check="dns",probe="dns",state="unseen"} 1\n');
    expect(blind).toContain('understudy_check_state{check="dns",probe="dns",state="absent"} 0\n');
    expect(blind).not.toContain('understudy_reading{');
  });

  test('it is ready only when every required check was looked at', async () => {
    const probe = testProbe('dns');
    const { promise, resolve } = Promise.withResolvers<void>();
    probe.answer = async () => {
      await promise;
      return observed({ value: 'x' });
    };
    const served = await serveAgent({ probes: [probe] });
    expect(await ask(`${served.url}/readyz`)).toMatchObject({ status: 503, json: { isReady: false, waitsFor: ['dns'] } });
    resolve();
    await served.agent.firstJudgement();
    expect((await ask(`${served.url}/readyz`)).status).toBe(200);
  });
});

describe('refusals are problem documents', () => {
  const cases: readonly (readonly [name: string, path: string, asking: Asking, status: number, detail: RegExp])[] = [
    ['a path that is not there', '/v2/nothing', {}, 404, /openapi\.json/],
    ['a check that is not there', '/v1/checks/nothing', {}, 404, /no check named "nothing"/],
    ['a method that a path does not take', '/v1/verdict', { method: 'DELETE' }, 405, /only GET, HEAD/],
    ['a query that is no number', '/v1/changes?after=now', {}, 400, /does not fit/],
    ['a query beyond its range', '/v1/changes?limit=501', {}, 400, /does not fit/],
    ['a query that is not known', '/v1/changes?since=5', {}, 400, /does not fit/],
    ['a span that would hold up probes', '/v1/checks/dns/readings?from=0', {}, 400, /At most 7 days/],
    ['a name that is too long', `/v1/checks/${'x'.repeat(300)}`, {}, 414, /too long/],
    ['a path that is not well-formed', '/v1/checks/%ff', {}, 400, /well-formed/],
    [
      'a body of another type',
      '/v1/twin',
      { method: 'PUT', body: 'x', headers: { 'content-type': 'text/plain' } },
      415,
      /application\/json/,
    ],
    ['a body that is no JSON', '/v1/twin', { method: 'PUT', body: '{', headers: { 'content-type': 'application/json' } }, 400, /not JSON/],
    [
      'a body that is no snapshot',
      '/v1/twin',
      { method: 'PUT', body: '{}', headers: { 'content-type': 'application/json' } },
      400,
      /does not fit/,
    ],
    [
      'a body that is too large',
      '/v1/checks/dns/run',
      { method: 'POST', body: JSON.stringify('x'.repeat(20_000)), headers: { 'content-type': 'application/json' } },
      413,
      /larger/,
    ],
    ['a token that is not known', '/v1/verdict', { headers: { authorization: 'Bearer wrong' } }, 401, /not known/],
    ['an authorization that is no bearer token', '/v1/verdict', { headers: { authorization: 'Basic eDp5' } }, 401, /not "Bearer"/],
    ['a name that was made to resolve here', '/v1/verdict', { headers: { host: 'evil.example:7807' } }, 403, /Host header/],
    ['a page of another site', '/v1/checks/dns/run', { method: 'POST', headers: { origin: 'https://evil.example' } }, 403, /other sites/],
    ['what a browser says comes from elsewhere', '/v1/verdict', { headers: { 'sec-fetch-site': 'cross-site' } }, 403, /other sites/],
  ];

  test.each(cases)('%s', async (_, path, asking, status, detail) => {
    const { url } = await serve({
      config: config({ access: { tokens: [], clients: [], localRights: ['read', 'run', 'twin'], requestsPerMinute: 600 } }),
    });
    const reply = await ask(url + path, asking);
    expect(reply.status).toBe(status);
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(schemaProblems(ProblemSchema, reply.json)).toEqual([]);
    expect(reply.json).toMatchObject({ status, detail: expect.stringMatching(detail) });
    expect(reply.headers['x-content-type-options']).toBe('nosniff');
  });

  test('a right that a caller has not', async () => {
    const { url, socket } = await serve({
      config: config({ access: { tokens: [], clients: [], localRights: ['read'], requestsPerMinute: 600 } }),
    });
    for (const socketPath of [undefined, socket]) {
      const reply = await ask(`${url}/v1/checks/dns/run`, { method: 'POST', ...(socketPath === undefined ? {} : { socketPath }) });
      expect(reply).toMatchObject({ status: 403, json: { detail: expect.stringContaining('not the right to run') } });
    }
  });

  test('more requests than are allowed, by one caller and not by another', async () => {
    const { url, socket } = await serve({
      config: config({ access: { tokens: [], clients: [], localRights: ['read'], requestsPerMinute: 5 } }),
    });
    const statuses: number[] = [];
    for (let n = 0; n < 8; n++) statuses.push((await ask(`${url}/healthz`)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
    const refused = await ask(`${url}/healthz`);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask('http://agent/healthz', { socketPath: socket })).status).toBe(200);
  });

  test('guessing tokens is held back by address', async () => {
    const { url } = await serve({ config: config({ access: { tokens: [], clients: [], localRights: ['read'], requestsPerMinute: 5 } }) });
    const statuses: number[] = [];
    for (let n = 0; n < 7; n++) statuses.push((await ask(`${url}/v1/node`, { headers: { authorization: `Bearer guess-${n}` } })).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
  });

  test.each([
    ['what is no HTTP', 'hello\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nHost: localhost\r\n${'X-Long: y'.padEnd(20_000, 'y')}\r\n\r\n`, 431],
  ])('%s', async (_, bytes, status) => {
    const { url } = await serve();
    const { promise, resolve } = Promise.withResolvers<string>();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.on('close', () => resolve(text));
    socket.write(bytes);
    expect(await promise).toMatch(new RegExp(`^HTTP/1.1 ${status} .*application/problem\\+json`, 's'));
  });

  test('a fault of our own says nothing of itself to the caller, and all to the log', async () => {
    const { url, agent, log } = await serve();
    agent.ledger.close();
    Object.assign(agent, {
      snapshot: () => {
        throw new Error('the inner secret');
      },
    });
    const reply = await ask(`${url}/v1/snapshot`);
    expect(reply).toMatchObject({ status: 500, json: { title: 'Internal Server Error' } });
    expect(reply.text).not.toContain('inner secret');
    expect(log.said.some(({ fields }) => fields.detail === 'the inner secret')).toBe(true);
  });
});

describe('the twin', () => {
  const primaryOf = (served: ServedAgent, more: object = {}) => {
    const snapshot = served.agent.snapshot();
    return { ...snapshot, node: { ...snapshot.node, id: 'ffff', name: 'app1-fra', role: 'primary', ...more } };
  };
  const twinAccess = { access: { tokens: [], clients: [], localRights: ['read', 'twin'] as const, requestsPerMinute: 600 } };
  const put = (served: ServedAgent, body: object) =>
    ask(`${served.url}/v1/twin`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

  test('the primary’s snapshot is kept over a restart and judged beside', async () => {
    const probe = testProbe('dns', {
      rules: [
        {
          code: 'dns/differs',
          kind: 'paired',
          severity: 'blocker',
          title: 'It differs',
          why: 'for tests',
          remedy: () => '$ true',
          judge: (own: { value: string }, theirs: { value: string }) =>
            own.value === theirs.value ? [] : [{ subject: 'it', expected: theirs.value, actual: own.value }],
        },
      ],
    });
    const served = await serve({ probes: [probe], config: twinAccess });
    expect(served.agent.review.latest()).toMatchObject({ verdict: 'unknown', blindSpots: [{ kind: 'no-primary' }] });
    expect((await put(served, primaryOf(served))).status).toBe(204);
    expect((await ask(`${served.url}/v1/verdict`)).json.verdict).toBe('ready');
    probe.answer = async () => observed({ value: 'drifted' });
    await served.agent.lookNow('dns');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await ask(`${served.url}/v1/findings`)).json).toMatchObject({
      verdict: 'not-ready',
      findings: [{ code: 'dns/differs', expected: 'same', actual: 'drifted' }],
    });
    await served.agent.stop();
    const again = await buildAgent({ probes: [probe], folder: served.folder });
    await again.agent.start();
    onTestFinished(() => again.agent.stop());
    expect(again.agent.review.judgeNow()).toMatchObject({ verdict: 'not-ready' });
  });

  test.each([
    ['of another pair', { twin: 'app2' }, /twin "app2"/],
    ['of a standby', { role: 'standby' }, /not of a primary/],
    ['of a clone of this machine', { isClone: true }, /clone/],
  ])('a snapshot %s is refused', async (_, more, detail) => {
    const served = await serve({ config: twinAccess });
    const id = 'isClone' in more ? { id: served.agent.node().id } : {};
    expect(await put(served, primaryOf(served, { ...more, ...id }))).toMatchObject({
      status: 409,
      json: { detail: expect.stringMatching(detail) },
    });
  });

  test.each([[{}], [null], [{ value: 7 }], [{ value: 'x', more: 1 }]])(
    'facts that no rule can read (%j) do not replace good ones',
    async (facts) => {
      const served = await serve({ config: twinAccess });
      const twin = primaryOf(served);
      await put(served, twin);
      const [check] = twin.checks;
      const broken = { ...twin, checks: [{ ...check!, current: { ...check!.current!, outcome: { kind: 'observed', facts } } }] };
      const reply = await put(served, broken as never);
      expect(reply).toMatchObject({
        status: 422,
        json: { errors: [{ at: expect.stringMatching(/^body\/checks\/0\/current\/outcome\/facts/) }] },
      });
      expect(served.agent.ledger.ask((store) => store.twins.get())?.snapshot.checks[0]?.current?.outcome).toEqual(check!.current!.outcome);
      // A primary of another release sees otherwise; that is judged, not refused.
      const other = {
        ...twin,
        checks: [{ ...check!, current: { ...check!.current!, factsVersion: 99, outcome: { kind: 'observed', facts } } }],
      };
      expect((await put(served, other as never)).status).toBe(204);
    },
  );

  test('an older snapshot does not replace a newer one', async () => {
    const served = await serve({ config: twinAccess });
    const twin = primaryOf(served);
    await put(served, twin);
    expect((await put(served, { ...twin, takenAt: twin.takenAt - hour })).status).toBe(409);
    expect((await put(served, { ...twin, takenAt: twin.takenAt + 30_000 })).status).toBe(204);
  });

  test('a snapshot from a clock that was far ahead does not keep later ones out', async () => {
    const served = await serve({ config: twinAccess });
    const twin = primaryOf(served);
    expect((await put(served, { ...twin, takenAt: twin.takenAt + 365 * 24 * hour })).status).toBe(204);
    expect((await put(served, twin)).status).toBe(204);
  });
});

describe('beyond this machine', () => {
  let maker: CertificateMaker;
  let authority: MadeCertificate;
  let server: MadeCertificate;
  beforeAll(() => {
    maker = certificateMaker();
    authority = maker.make({ commonName: 'Test CA', isAuthority: true });
    server = maker.make({ commonName: 'localhost', names: ['DNS:localhost', 'IP:127.0.0.1'], issuer: authority });
  });
  afterAll(() => maker.remove());

  const tlsConfig = (access: Partial<ReturnType<typeof configOf>['access']>, more: { readonly address?: string } = {}) =>
    config({
      listen: {
        socket: null,
        tcp: { address: more.address ?? '127.0.0.1', port: 0 },
        tls: { certificateFile: server.certificateFile, keyFile: server.keyFile, clientAuthoritiesFile: authority.certificateFile },
      },
      access: { tokens: [], clients: [], localRights: [], requestsPerMinute: 600, ...access },
    });

  test('a token opens what it has the right to, and no more', async () => {
    const tokens = [
      { name: 'collector', sha256: sha256('reading-token'), rights: ['read'] as const },
      { name: 'operator', sha256: sha256('running-token'), rights: ['read', 'run'] as const },
    ];
    const { url } = await serve({ config: tlsConfig({ tokens }) });
    const tls = { ca: authority.pem };
    const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` }, tls });
    expect((await ask(`${url}/v1/verdict`, { tls })).status).toBe(401);
    expect((await ask(`${url}/v1/verdict`, bearer('reading-token'))).status).toBe(200);
    expect((await ask(`${url}/v1/checks/dns/run`, { ...bearer('reading-token'), method: 'POST' })).status).toBe(403);
    expect((await ask(`${url}/v1/checks/dns/run`, { ...bearer('running-token'), method: 'POST' })).status).toBe(200);
  });

  const doorOf = (served: ServedAgent, tls: { readonly certificateFile: string; readonly keyFile: string } | null) => ({
    ...served.config,
    listen: {
      socket: null,
      tcp: { address: '127.0.0.1', port: Number(new URL(served.url).port) },
      tls: tls === null ? null : { certificateFile: tls.certificateFile, keyFile: tls.keyFile, clientAuthoritiesFile: null },
    },
  });

  /** On a port that the configuration names, as in life: there is no other one to move to. */
  async function serveOnNamedPort(): Promise<ServedAgent> {
    const served = await serve({ config: config({ listen: { socket: null, tcp: { address: '127.0.0.1', port: 0 }, tls: null } }) });
    const port = Number(new URL(served.url).port);
    await served.doors.close();
    await served.doors.open(doorOf({ ...served, url: `http://127.0.0.1:${port}` }, server));
    return { ...served, url: `https://127.0.0.1:${port}` };
  }

  test('other TLS files for the same port are taken at a reload', async () => {
    const served = await serveOnNamedPort();
    const renewed = maker.make({ commonName: 'renewed', names: ['DNS:localhost'], issuer: authority });
    await served.doors.change(doorOf(served, renewed));
    expect((await ask(`${served.url}/healthz`, { tls: { ca: authority.pem } })).status).toBe(200);
    await served.doors.change(doorOf(served, null));
    expect((await ask(`${served.url.replace('https', 'http')}/healthz`)).status).toBe(200);
  });

  test.each([
    [
      'whose key is of another certificate',
      () => ({ certificateFile: server.certificateFile, keyFile: authority.keyFile }),
      /cannot be served with .*mismatch/,
    ],
    [
      'that are not there',
      () => ({ certificateFile: '/nonexistent/a.pem', keyFile: server.keyFile }),
      /\/nonexistent\/a\.pem cannot be read/,
    ],
    ['that hold something else', () => ({ certificateFile: import.meta.filename, keyFile: server.keyFile }), /cannot be served with/],
  ])('TLS files %s are refused at a reload, named, and the old ones go on being served', async (_, files, message) => {
    const served = await serveOnNamedPort();
    await expect(served.doors.change(doorOf(served, files()))).rejects.toThrow(message);
    expect((await ask(`${served.url}/healthz`, { tls: { ca: authority.pem } })).status).toBe(200);
  });

  test('a certificate of its own that ended is served all the same, and said', async () => {
    const served = await serveOnNamedPort();
    const ended = maker.make({ commonName: 'localhost', issuer: authority, from: '2024-01-01T00:00:00Z', to: '2025-01-01T00:00:00Z' });
    await served.doors.change(doorOf(served, ended));
    const tls = { ca: authority.pem };
    await expect(ask(`${served.url}/healthz`, { tls })).rejects.toThrow(/expired/);
    expect(served.doors.problems(Date.now())).toEqual([
      `the certificate that ${served.url} is served with ended on 2025-01-01: renew ${ended.certificateFile} and reload`,
    ]);
  });

  test('without the right to read one learns whether it works, and not what it looks at or keeps where', async () => {
    const probe = testProbe('dns');
    probe.answer = () => new Promise(() => {});
    const served = await serveAgent({
      probes: [probe],
      config: tlsConfig({ tokens: [{ name: 'a', sha256: sha256('t'), rights: ['read'] }] }),
    });
    served.agent.ledger.setLimits({ keepMs: 1e12, bytesMax: 1 });
    served.agent.ledger.record([unwritable()]);
    const tls = { ca: authority.pem };
    const bearer = { headers: { authorization: 'Bearer t' }, tls };
    const [anybody, reader] = await Promise.all([ask(`${served.url}/healthz`, { tls }), ask(`${served.url}/healthz`, bearer)]);
    expect([anybody.json.state, reader.json.state]).toEqual(['degraded', 'degraded']);
    expect(reader.text).toContain('the history cannot be written');
    expect(anybody.json.problems).toEqual(['what is wrong is told to those who have the right to read']);
    expect((await ask(`${served.url}/readyz`, { tls })).json).toEqual({ isReady: false, waitsFor: [] });
    expect((await ask(`${served.url}/readyz`, bearer)).json).toEqual({ isReady: false, waitsFor: ['dns'] });
  });

  test('a client certificate is known by its name, if an authority of ours signed it', async () => {
    const { url } = await serve({ config: tlsConfig({ clients: [{ commonName: 'collector', rights: ['read'] }] }) });
    const known = maker.make({ commonName: 'collector', issuer: authority });
    const other = maker.make({ commonName: 'somebody', issuer: authority });
    const forged = maker.make({ commonName: 'collector' });
    const as = (client: MadeCertificate) => ask(`${url}/v1/verdict`, { tls: { ca: authority.pem, cert: client.pem, key: client.keyPem } });
    expect((await as(known)).status).toBe(200);
    expect((await as(other)).status).toBe(401);
    expect((await as(forged)).status).toBe(401);
    const { status } = await ask(`${url}/v1/checks/dns/run`, {
      method: 'POST',
      tls: { ca: authority.pem, cert: known.pem, key: known.keyPem },
    });
    expect(status).toBe(403);
  });

  test('a renewed certificate is served after a reload; a broken one leaves the old', async () => {
    const file = join(maker.folder, 'served.pem');
    const key = join(maker.folder, 'served.key');
    const write = (made: MadeCertificate) => {
      writeFileSync(file, made.pem);
      writeFileSync(key, made.keyPem);
    };
    write(server);
    const base = tlsConfig({ tokens: [{ name: 'a', sha256: sha256('t'), rights: ['read'] }] });
    const served = await serve({
      config: { ...base, listen: { ...base.listen!, tls: { certificateFile: file, keyFile: key, clientAuthoritiesFile: null } } },
    });
    const seen = async () => {
      const { connect: connectTls } = await import('node:tls');
      const socket = connectTls({ host: '127.0.0.1', port: Number(new URL(served.url).port), rejectUnauthorized: false });
      await new Promise((resolve) => socket.once('secureConnect', resolve));
      const { fingerprint256 } = socket.getPeerCertificate();
      socket.destroy();
      return fingerprint256;
    };
    const first = await seen();
    write(maker.make({ commonName: 'localhost', names: ['DNS:localhost'], issuer: authority }));
    await served.doors.change(served.config);
    const renewed = await seen();
    expect(renewed).not.toBe(first);
    writeFileSync(file, 'no certificate');
    await expect(served.doors.change(served.config)).rejects.toThrow();
    expect(await seen()).toBe(renewed);
  });
});

describe('opening the doors', () => {
  test('the socket is for its owner and group', async () => {
    const { socket } = await serve();
    expect(statSync(socket).mode & 0o777).toBe(0o660);
  });

  test('a socket that a killed agent left is replaced; one that is answered is not', async () => {
    const first = await serve();
    await expect(
      first.doors.change({ ...first.config, listen: { ...first.config.listen, tcp: null, socket: first.socket } }),
    ).resolves.toBeUndefined();
    const { openDoor } = await import('../../src/server/listen.ts');
    const options = { onRequest: () => {}, onConnection: () => {} };
    await expect(openDoor({ kind: 'socket', path: first.socket }, options)).rejects.toThrow(/already running/);
    const stale = join(first.folder, 'stale.sock');
    const script = `require('net').createServer().listen(${JSON.stringify(stale)}, () => process.kill(process.pid, 'SIGKILL'))`;
    expect(spawnSync(process.execPath, ['-e', script]).signal).toBe('SIGKILL');
    expect(statSync(stale).isSocket()).toBe(true);
    const door = await openDoor({ kind: 'socket', path: stale }, options);
    await door.close(0);
  });

  test('a file in the place of the socket is not removed', async () => {
    const { folder } = await serve();
    const path = join(folder, 'precious');
    writeFileSync(path, 'data');
    const { openDoor } = await import('../../src/server/listen.ts');
    await expect(openDoor({ kind: 'socket', path }, { onRequest: () => {}, onConnection: () => {} })).rejects.toThrow(/is not a socket/);
  });

  test('a port that is taken is one sentence with a remedy', async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void squatter.close());
    const { port } = squatter.address() as { port: number };
    const { openDoor } = await import('../../src/server/listen.ts');
    const opening = openDoor({ kind: 'tcp', address: '127.0.0.1', port, tls: null }, { onRequest: () => {}, onConnection: () => {} });
    await expect(opening).rejects.toThrow(
      `127.0.0.1 port ${port} is in use by another program: stop it, or set listen.port to another one`,
    );
  });

  test('at a reload new doors are open before old ones close, and stay shut when one cannot be opened', async () => {
    const served = await serve();
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void squatter.close());
    const { port } = squatter.address() as { port: number };
    const taken = { ...served.config, listen: { ...served.config.listen, tcp: { address: '127.0.0.1', port } } };
    await expect(served.doors.change(taken)).rejects.toThrow(/in use/);
    expect((await ask(`${served.url}/healthz`)).status).toBe(200);
    const moved = { ...served.config, listen: { ...served.config.listen, tcp: { address: '127.0.0.2', port: 0 } } };
    await served.doors.change(moved);
    const now = served.doors.urls().find((url) => url.includes('127.0.0.2'))!;
    expect((await ask(`${now}/healthz`)).status).toBe(200);
    await expect(ask(`${served.url}/healthz`)).rejects.toThrow(/ECONNREFUSED/);
  });
});

test('what a probe was told in confidence is in no answer', async () => {
  const probe = testProbe('dns');
  probe.answer = async () => {
    throw new Error('request to https://user:hunter2@example.com/ failed');
  };
  const { url } = await serve({ probes: [probe] });
  await settled();
  const paths = ['/v1/snapshot', '/v1/checks/dns', '/v1/changes', '/metrics'];
  const texts = await Promise.all(paths.map(async (path) => (await ask(url + path)).text));
  expect(texts.join()).toContain('the probe failed');
  expect(texts.join()).not.toContain('hunter2');
});
