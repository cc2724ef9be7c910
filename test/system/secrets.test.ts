// Secrets planted wherever an agent looks, reads or is told of them: none comes out of it again.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canaries, filesIn } from '../support/canaries.ts';
import { program } from '../support/understudy.ts';

const planted = canaries();
const folder = mkdtempSync(join(tmpdir(), 'understudy-secrets-'));
const at = (name: string): string => join(folder, name);
const put = (name: string, text: string): string => {
  writeFileSync(at(name), text, { mode: 0o600 });
  return at(name);
};
const closers: (() => void)[] = [() => rmSync(folder, { recursive: true, force: true })];
afterAll(() => {
  for (const close of closers.reverse()) close();
});

/** Answers with everything that it was sent, and with secrets of its own. */
function gossip(request: IncomingMessage, response: ServerResponse): void {
  const { rawHeaders, url = '', method } = request;
  let sent = '';
  request.on('data', (chunk: Buffer) => (sent += chunk.toString()));
  request.on('end', () => {
    const said = rawHeaders.join(' ');
    response.writeHead(url.includes('moved') ? 302 : url.includes('denied') ? 403 : 200, {
      location: `http://user:${planted.plant('userinfo in Location')}@127.0.0.1/?token=${planted.plant('query in Location')}`,
      'set-cookie': `session=${planted.plant('cookie')}; HttpOnly`,
      'x-you-sent': said.replaceAll(/[^\x20-\x7e]/g, ' '),
      'x-api-key': planted.plant('header of the answer'),
    });
    response.end(`${method} ${url} ${said} ${sent} {"password": "${planted.plant('password in a body')}"}`);
  });
}

async function listening(): Promise<number> {
  const server = createServer(gossip);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return (server.address() as { port: number }).port;
}

/** A proxy that repeats to whoever reads it what it was given. */
async function proxying(): Promise<number> {
  const server = createServer(gossip);
  server.on('connect', (request, socket) => {
    const given = String(request.headers['proxy-authorization']);
    const user = Buffer.from(given.replace('Basic ', ''), 'base64').toString();
    socket.end(
      `HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm="${user}"\r\nX-Sent: ${given}\r\nContent-Length: ${user.length}\r\n\r\n${user}`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return (server.address() as { port: number }).port;
}

const openssl = (...words: readonly string[]): void => void execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });

function keystores(): {
  readonly store: string;
  readonly passwordFile: string;
  readonly wrongFile: string;
  readonly bundle: string;
  readonly key: string;
} {
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'app.key',
    '-out',
    'app.crt',
    '-days',
    '400',
    '-subj',
    '/CN=app.example.com',
  );
  const password = planted.plant('keystore password');
  openssl('pkcs12', '-export', '-in', 'app.crt', '-inkey', 'app.key', '-out', 'app.p12', '-passout', `pass:${password}`, '-name', 'app');
  const key = readFileSync(at('app.key'), 'utf8');
  for (const [n, line] of key.split('\n').entries()) if (line.length === 64) planted.watch(`line ${n} of a private key`, line);
  return {
    store: at('app.p12'),
    passwordFile: put('app.password', `${password}\n`),
    wrongFile: put('wrong.password', `${planted.plant('wrong keystore password')}\n`),
    bundle: put('bundle.pem', `${readFileSync(at('app.crt'), 'utf8')}${key}`),
    key: at('app.key'),
  };
}

/** The whole of /etc, with what other programs keep secret there. Seen by the agent alone. */
function ownEtc(): string {
  execFileSync('cp', ['-a', '/etc', at('etc')]);
  const files: Record<string, string> = {
    'uptrack/uptrack.conf': `[Auth]\naccesskey = ${planted.plant('uptrack accesskey')}\n[Network]\nhttps_proxy = http://u:${planted.plant('proxy in uptrack.conf')}@proxy:3128\n`,
    'datadog-agent/datadog.yaml': `api_key: ${planted.plant('datadog api_key', (mark) => `${mark}abcdef0123456789`)}\napp_key: ${planted.plant('datadog app_key')}\nproxy:\n  https: http://u:${planted.plant('datadog proxy')}@proxy:3128\n`,
    'nginx/nginx.conf': `http { server { listen 443 ssl; ssl_certificate ${at('app.crt')}; ssl_certificate_key ${at('app.key')}; proxy_set_header Authorization "Bearer ${planted.plant('header in nginx.conf')}"; } }\n`,
    'understudy.env': `TOKEN=${planted.plant('environment file')}\n`,
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(at('etc'), name, '..'), { recursive: true });
    writeFileSync(join(at('etc'), name), text);
  }
  return at('etc');
}

function splunkHome(): string {
  mkdirSync(at('splunk/etc/system/local'), { recursive: true });
  mkdirSync(at('splunk/var/log/splunk'), { recursive: true });
  mkdirSync(at('splunk/bin'), { recursive: true });
  put('splunk/etc/splunk.version', 'VERSION=9.2.1\nBUILD=1\n');
  put(
    'splunk/etc/system/local/server.conf',
    `[general]\npass4SymmKey = ${planted.plant('pass4SymmKey')}\n[sslConfig]\nsslPassword = ${planted.plant('sslPassword')}\n`,
  );
  put('splunk/etc/system/local/outputs.conf', `[tcpout:x]\nserver = 127.0.0.1:9997\ntoken = ${planted.plant('splunk token')}\n`);
  put(
    'splunk/var/log/splunk/splunkd.log',
    `11-23-2026 20:00:00.000 +0000 ERROR TcpOutputFd - login with Authorization: Splunk ${planted.plant('splunk session')} failed, password=${planted.plant('password in splunkd.log')}\n`,
  );
  return at('splunk');
}

/** Runs as long as the test, with a secret among its arguments. */
function chatterbox(): void {
  const child = spawn('sleep', ['600'], {
    argv0: `chatterbox --password=${planted.plant('argv')}`,
    stdio: 'ignore',
    env: { DB_PASSWORD: planted.plant('environment of a process') },
  });
  closers.push(() => void child.kill('SIGKILL'));
  const other = spawn('sh', ['-c', 'while :; do sleep 60; done', 'chatterbox', '--token', planted.plant('argv of a shell')], {
    stdio: 'ignore',
  });
  closers.push(() => void other.kill('SIGKILL'));
}

async function config(): Promise<string> {
  const port = await listening();
  const proxyPort = await proxying();
  const keys = keystores();
  const web = `http://127.0.0.1:${port}`;
  const tool = put('tool', `#!/bin/sh\necho "1.2.3 $* password=${planted.plant('output of a tool')}"\n`);
  execFileSync('chmod', ['755', tool]);
  const text = {
    node: { name: 'app1', role: 'standby', twin: 'app1' },
    listen: { socket: at('agent.sock'), address: '127.0.0.1', port: 7899 },
    access: {
      tokens: [
        {
          name: 'collector',
          sha256: createHash('sha256').update(planted.plant('bearer token of the agent')).digest('hex'),
          rights: ['read', 'run'],
        },
      ],
      requestsPerMinute: 100_000,
    },
    store: { file: at('agent.db') },
    log: { level: 'debug' },
    checks: {
      egress: {
        every: '2s',
        settings: {
          endpoints: [
            {
              name: 'header from a file',
              url: `${web}/a`,
              headersFrom: { 'X-Vendor': { file: put('vendor', `${planted.plant('header from a file')}\n`) } },
            },
            {
              name: 'bearer from a file',
              url: `${web}/moved`,
              headersFrom: { Authorization: { file: put('bearer', `${planted.plant('bearer from a file')}\n`), prefix: 'Bearer ' } },
              expect: { header: { 'set-cookie': '^other', 'x-you-sent': '^other', location: '^https' }, bodyContains: 'not there' },
            },
            { name: 'query', url: `${web}/denied?api_key=${planted.plant('query key')}&sig=${planted.plant('query signature')}` },
            {
              name: 'header',
              url: `${web}/b`,
              headers: {
                Authorization: `Bearer ${planted.plant('header in the configuration')}`,
                'X-Api-Key': planted.plant('key in the configuration'),
              },
            },
            { name: 'body', url: `${web}/c`, method: 'POST', body: `{"password": "${planted.plant('body in the configuration')}"}` },
            {
              name: 'proxy',
              url: `${web}/d`,
              proxy: `http://127.0.0.1:${proxyPort}`,
              proxyAuthorizationFile: put('proxy', `user:${planted.plant('proxy password')}\n`),
            },
            { name: 'client', url: `tls://127.0.0.1:${port}`, clientCertificateFile: at('app.crt'), clientKeyFile: keys.key },
          ],
          echo: { url: `${web}/echo?token=${planted.plant('query of the echo')}` },
        },
      },
      certs: {
        every: '2s',
        settings: {
          discover: true,
          files: [{ path: keys.bundle, keyFile: keys.key }, keys.key],
          stores: [
            { path: keys.store, passwordFile: keys.passwordFile },
            { path: keys.store, passwordFile: keys.wrongFile },
          ],
        },
      },
      monitoring: {
        every: '2s',
        settings: {
          splunkHome: splunkHome(),
          describe: [
            {
              name: 'chatterbox',
              process: 'chatterbox',
              log: { path: put('chatter.log', `2026-11-23 login password=${planted.plant('password in a log')}\n`) },
              http: {
                url: `http://user:${planted.plant('userinfo of a health url')}@127.0.0.1:${port}/health?token=${planted.plant('query of a health url')}`,
              },
              version: { command: [tool, '--password', planted.plant('argument of a configured command')] },
            },
          ],
        },
      },
      dns: { every: '2s', settings: { names: [{ name: 'localhost', type: 'A' }] } },
      kernel: { every: '5s' },
    },
  };
  // JSON is YAML.
  return put('agent.yaml', JSON.stringify(text));
}

/** In a mount namespace of its own, where /etc is the one above. */
const inOwnEtc = (etc: string, words: readonly string[]): readonly string[] => [
  'unshare',
  '--mount',
  'sh',
  '-c',
  'mount --bind "$0" /etc && exec "$@"',
  etc,
  ...words,
];

let log = '';
let pid = 0;
let agent: ReturnType<typeof spawn>;
let token = '';

async function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const asked = request({ socketPath: at('agent.sock'), method, path, headers, agent: false }, (response) => {
    let text = JSON.stringify(response.headers);
    response.on('data', (chunk: Buffer) => (text += chunk.toString()));
    response.on('end', () => resolve({ status: response.statusCode!, text }));
  });
  asked.on('error', reject);
  asked.end();
  return promise;
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition().valueOf())) {
    if (agent.exitCode !== null) throw new Error(`the agent ended: ${log}`);
    await new Promise((again) => setTimeout(again, 100));
  }
}

beforeAll(async () => {
  const file = await config();
  chatterbox();
  const etc = ownEtc();
  const [command, ...words] = inOwnEtc(etc, [program, 'agent', '--config', file]);
  agent = spawn(command!, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: folder, DB_PASSWORD: planted.plant('environment of the agent') },
  });
  closers.push(() => void agent.kill('SIGKILL'));
  for (const stream of [agent.stdout!, agent.stderr!]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  pid = agent.pid!;
  token = planted.plant('unknown bearer token');
  await until(async () => (await ask('GET', '/readyz').catch(() => null))?.status === 200);
});

describe('what was planted comes out nowhere', () => {
  test('in any answer, of any check, right after many looks', async () => {
    await new Promise((done) => setTimeout(done, 5_000));
    for (const check of ['egress', 'certs', 'monitoring', 'dns', 'kernel'])
      expect((await ask('POST', `/v1/checks/${check}/run`)).status).toBe(200);
    const { paths } = JSON.parse((await ask('GET', '/openapi.json')).text.replace(/^\{.*?\}(?=\{)/, '')) as {
      paths: Record<string, { get?: object }>;
    };
    const answers = await Promise.all(
      Object.entries(paths)
        .filter(([, { get }]) => get !== undefined)
        .flatMap(([path]) =>
          path.includes('{id}') ? ['egress', 'certs', 'monitoring', 'dns', 'kernel'].map((id) => path.replace('{id}', id)) : [path],
        )
        .map(async (path) => ({ path, text: (await ask('GET', path)).text })),
    );
    const leaks = answers.flatMap(({ path, text }) => planted.in(text).map((as) => `${as} in ${path}`));
    expect(leaks).toEqual([]);
    // Or it would prove nothing: each probe saw what was laid out for it.
    const all = answers.map(({ text }) => text).join();
    for (const seen of ['header from a file', 'app.p12', 'chatterbox', 'datadog', 'splunk', 'uptrack']) expect(all).toContain(seen);
  });

  test('in what a refused reload says', async () => {
    const good = readFileSync(at('agent.yaml'), 'utf8');
    const wrong = JSON.parse(good) as { access: object; checks: { egress: { settings: { endpoints: object[] } } } };
    Object.assign(wrong.access, { tokens: [{ name: 'x', sha256: planted.plant('token in place of its hash'), rights: ['read'] }] });
    wrong.checks.egress.settings.endpoints.push(
      { name: 'x', url: `https://user:${planted.plant('userinfo in a url')}@example.com/` },
      { name: 'y', url: 'https://example.com/', proxy: `http://user:${planted.plant('userinfo in a proxy')}@proxy:3128` },
      { name: 'z', url: 'https://example.com/', headersFrom: { Authorization: planted.plant('token in place of its file') } },
      { name: 'w', url: 'https://example.com/', password: planted.plant('password under an unknown key') },
    );
    put('agent.yaml', JSON.stringify(wrong));
    process.kill(pid, 'SIGHUP');
    await until(() => log.includes('the old one stays'));
    const answers = await Promise.all(['/healthz', '/v1/node'].map((path) => ask('GET', path)));
    put('agent.yaml', good);
    expect(planted.in(answers.map(({ text }) => text).join())).toEqual([]);
    expect(planted.in(log)).toEqual([]);
  });

  test('in a refusal', async () => {
    const refused = await Promise.all([
      ask('GET', '/v1/node', { authorization: `Bearer ${token}` }),
      ask('GET', '/v1/node', { authorization: `Basic ${token}` }),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([401, 401]);
    expect(planted.in(refused.map(({ text }) => text).join())).toEqual([]);
  });

  test('in the log', () => {
    expect(log).toContain('the agent serves');
    expect(planted.in(log)).toEqual([]);
  });

  test('in the database, neither in its pages nor in what is packed in them', () => {
    const db = new Database(at('agent.db'), { readonly: true });
    closers.push(() => db.close());
    const packed = db.prepare<[], { bytes: Buffer }>('SELECT bytes FROM bodies UNION ALL SELECT bytes FROM trails').all();
    expect(packed.length).toBeGreaterThan(5);
    const texts = packed.map(({ bytes }) => (bytes[0] === 1 ? inflateRawSync(bytes.subarray(1)) : bytes.subarray(1)).toString('utf8'));
    expect(planted.in(texts.join('\n'))).toEqual([]);
    for (const name of ['agent.db', 'agent.db-wal']) expect(planted.in(readFileSync(at(name), 'latin1'))).toEqual([]);
  });

  test('in a recording of the machine', () => {
    const [command, ...words] = inOwnEtc(at('etc'), [program, 'record', at('recording'), '--config', at('agent.yaml')]);
    execFileSync(command!, words, { stdio: 'pipe', env: { PATH: process.env.PATH, HOME: folder } });
    const files = filesIn(at('recording'));
    expect(files.length).toBeGreaterThan(5);
    expect(files.flatMap(({ path, text }) => planted.in(text).map((as) => `${as} in ${path}`))).toEqual([]);
  });
});
