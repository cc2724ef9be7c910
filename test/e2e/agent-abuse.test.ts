// What the agent's doors make of callers that are broken, greedy or up to something.
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { observed } from '../../src/contract/outcome.ts';
import { schemaProblems } from '../../src/contract/schema.ts';
import { ProblemSchema } from '../../src/server/problem.ts';
import { type AgentWish, type ServedAgent, serveAgent, settled, testProbe } from '../support/agent.ts';

const everything = { tokens: [], clients: [], localRights: ['read', 'run', 'twin'], requestsPerMinute: 1e6 } as const;

async function serve(wish: Partial<AgentWish> = {}): Promise<ServedAgent> {
  const served = await serveAgent({ probes: [testProbe('dns')], config: { access: everything }, ...wish });
  await settled();
  return served;
}

interface Wire {
  readonly socket: Socket;
  received(): string;
  readonly closed: Promise<string>;
}

/** Bytes as they are: most of what is tried here no HTTP client would send. */
function wire({ url }: ServedAgent): Wire {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  const chunks: Buffer[] = [];
  const received = (): string => Buffer.concat(chunks).toString();
  socket.on('data', (chunk) => chunks.push(Buffer.from(chunk)));
  socket.on('error', () => {});
  const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(received())));
  return { socket, received, closed };
}

/** One request on a connection of its own, and the whole answer. */
function raw(served: ServedAgent, head: string, body = ''): Promise<string> {
  const { socket, closed } = wire(served);
  socket.write(`${head}\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  return closed;
}

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
const bodyOf = (answer: string): string => answer.slice(answer.indexOf('\r\n\r\n') + 4);

test.each([
  ['another folder', '/v1/checks/..%2f..%2f..%2fetc%2fpasswd', 404],
  ['another folder in the open', '/v1/checks/../../../etc/passwd', 404],
  ['a null byte', '/v1/checks/dns%00', 404],
  ['the prototype of all', '/v1/checks/__proto__', 404],
  ['a constructor', '/v1/checks/constructor/history', 404],
  ['an overlong slash', '/v1/checks/%c0%af', 400],
  ['half a percent sign', '/v1/checks/%', 400],
  ['a lone surrogate', '/v1/checks/%ed%a0%80', 400],
  ['line ends', '/v1/checks/dns%0d%0aSet-Cookie:%20a=b', 404],
  ['two slashes', '//v1//verdict', 404],
  ['another scheme', 'file:///etc/passwd', 404],
  ['a query for a prototype', '/v1/changes?__proto__[limit]=1', 400],
  ['a query given twice', '/v1/changes?after=1&after=2', 400],
  ['a number out of range', '/v1/changes?after=1e400', 400],
  ['a number that is none', '/v1/changes?limit=NaN', 400],
  ['a thousand parameters', `/v1/changes?${Array.from({ length: 1_000 }, (_, n) => `p${n}=1`).join('&')}`, 400],
])('a path with %s is a problem document and nothing else', async (_, path, status) => {
  const answer = await raw(await serve(), `GET ${path} HTTP/1.1`);
  expect(statusOf(answer)).toBe(status);
  expect(schemaProblems(ProblemSchema, JSON.parse(bodyOf(answer)))).toEqual([]);
  expect(answer).not.toMatch(/root:|\/work\/|node_modules|\n {4}at /);
  expect(answer.split('\r\n\r\n')[0]).not.toContain('Set-Cookie');
});

test.each([
  ['HEAD', '/v1/verdict', 200],
  ['HEAD', '/v1/nothing', 404],
  ['OPTIONS', '/v1/verdict', 405],
  ['DELETE', '/v1/verdict', 405],
  ['PATCH', '/v1/twin', 405],
  ['TRACE', '/v1/verdict', 405],
  ['PROPFIND', '/v1/verdict', 405],
  ['BREW', '/v1/verdict', 400],
  ['get', '/v1/verdict', 400],
])('%s %s is %i', async (method, path, status) => {
  const answer = await raw(await serve(), `${method} ${path} HTTP/1.1`);
  expect(statusOf(answer)).toBe(status);
  if (method === 'HEAD') expect(bodyOf(answer)).toBe('');
  if (status === 405) expect(answer).toMatch(/\r\nallow: /i);
});

test.each([
  ['no scheme', 'x'],
  ['no token', 'Bearer'],
  ['spaces', 'Bearer    '],
  ['two tokens', 'Bearer a b'],
  ['bytes that are no text', 'Bearer \xff\xfe'],
  ['a token of 8 KiB', `Bearer ${'x'.repeat(8_192)}`],
])('an Authorization header with %s is 401', async (_, value) => {
  const answer = await raw(await serve(), `GET /v1/verdict HTTP/1.1\r\nAuthorization: ${value}`);
  expect(statusOf(answer)).toBe(401);
  expect(answer).toMatch(/www-authenticate: Bearer/i);
});

test('a query that is longer than any header may be is 431', async () => {
  expect(statusOf(await raw(await serve(), `GET /v1/changes?x=${'y'.repeat(64 * 1_024)} HTTP/1.1`))).toBe(431);
});

const json = 'Content-Type: application/json';

test.each([
  ['of 10 MB, where none is taken', 'POST /v1/checks/dns/run', json, JSON.stringify('x'.repeat(10_000_000)), 413],
  ['of 20 MB', 'PUT /v1/twin', json, JSON.stringify('x'.repeat(20_000_000)), 413],
  ['that is a form', 'PUT /v1/twin', 'Content-Type: application/x-www-form-urlencoded', 'a=b', 415],
  ['without a type', 'PUT /v1/twin', 'X: y', '{}', 415],
  ['that is empty', 'PUT /v1/twin', json, '', 400],
  ['that poisons prototypes', 'PUT /v1/twin', json, '{"__proto__": {"isAdmin": true}}', 400],
  ['that ends early', 'PUT /v1/twin', json, '{"node": ', 400],
  ['nested 100,000 deep', 'PUT /v1/twin', json, `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 400],
])('a body %s is refused, and the agent goes on', async (_, request, header, body, status) => {
  const served = await serve();
  const answer = await raw(served, `${request} HTTP/1.1\r\n${header}`, body);
  expect(statusOf(answer)).toBe(status);
  expect(schemaProblems(ProblemSchema, JSON.parse(bodyOf(answer)))).toEqual([]);
  expect(statusOf(await raw(served, 'GET /healthz HTTP/1.1'))).toBe(200);
});

test('facts nested deeper than anybody reads are refused, not kept and not a fault of the history', async () => {
  const served = await serve();
  const own = served.agent.snapshot();
  const [check] = own.checks;
  // JSON.stringify ends at that depth.
  const text = JSON.stringify({
    ...own,
    node: { ...own.node, id: 'ffff', role: 'primary' },
    checks: [{ ...check!, settings: 'DEEP' }],
  }).replace('"DEEP"', `${'['.repeat(20_000)}${']'.repeat(20_000)}`);
  const answer = await raw(served, `PUT /v1/twin HTTP/1.1\r\n${json}`, text);
  expect(statusOf(answer)).toBe(400);
  expect(answer).toContain('deep');
  expect(served.log.said.filter(({ level }) => level !== 'info')).toEqual([]);
});

test('numbers so large that a day more is the same number end in a refusal, not in a loop', async () => {
  const probe = testProbe('dns');
  probe.answer = async () => observed({ value: 'x' }, [{ name: 'lagMs', subject: '', value: 1 }]);
  const served = await serve({ probes: [probe] });
  await served.agent.firstJudgement();
  const answer = await raw(served, 'GET /v1/checks/dns/readings?from=2e24&to=2.0000000000000003e24 HTTP/1.1');
  expect(statusOf(answer)).toBe(400);
});

test('ten thousand requests on one connection are answered in their order, and looks go on meanwhile', { timeout: 60_000 }, async () => {
  const probe = testProbe('dns', { defaults: { everyMs: 1_000, timeoutMs: 1_000, staleAfterMs: 60_000 } });
  const served = await serve({ probes: [probe] });
  const { socket, received, closed } = wire(served);
  const count = 10_000;
  socket.write('GET /v1/verdict HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(count - 1));
  socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  await closed;
  const answers = received().match(/HTTP\/1\.1 200/g) ?? [];
  expect(answers.length).toBe(count);
  expect(received().slice(-400)).toContain('"problems"');
  const looks = probe.looks;
  while (probe.looks === looks) await new Promise((again) => setTimeout(again, 50));
});

test('two hundred callers who ask for the same look get one look, and a second one never runs beside it', async () => {
  const probe = testProbe('dns');
  let running = 0;
  let most = 0;
  probe.answer = async () => {
    most = Math.max(most, ++running);
    await new Promise((done) => setTimeout(done, 300));
    running--;
    return observed({ value: 'x' });
  };
  const served = await serve({ probes: [probe] });
  const statuses = await Promise.all(
    Array.from({ length: 200 }, async () => statusOf(await raw(served, 'POST /v1/checks/dns/run HTTP/1.1'))),
  );
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(most).toBe(1);
  expect(probe.looks).toBeLessThan(10);
});

test('callers beyond the limit are turned away, and those on the socket are not', { timeout: 60_000 }, async () => {
  const served = await serve();
  const wires = Array.from({ length: 300 }, () => wire(served));
  await Promise.race(wires.map(({ closed }) => closed));
  const { request } = await import('node:http');
  const status = await new Promise<number>((resolve, reject) => {
    const asked = request({ socketPath: served.socket, path: '/healthz', agent: false }, (answer) => resolve(answer.resume().statusCode!));
    asked.on('error', reject);
    asked.end();
  });
  expect(status).toBe(200);
});

test('a head that drips in is given up, and so is a body; nobody else waits for them', { timeout: 90_000 }, async () => {
  const served = await serve();
  const head = wire(served);
  const body = wire(served);
  head.socket.write('GET /v1/verdict HTTP/1.1\r\nHost: localhost\r\n');
  body.socket.write(`PUT /v1/twin HTTP/1.1\r\nHost: localhost\r\n${json}\r\nContent-Length: 100000\r\n\r\n`);
  const drip = setInterval(() => {
    head.socket.write('X-A: b\r\n');
    body.socket.write(' ');
  }, 500);
  onTestFinished(() => clearInterval(drip));
  expect(statusOf(await raw(served, 'GET /healthz HTTP/1.1'))).toBe(200);
  expect(statusOf(await head.closed)).toBe(408);
  expect(statusOf(await body.closed)).toBe(408);
});
