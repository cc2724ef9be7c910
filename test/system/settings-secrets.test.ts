// Secrets planted in every kind of settings source: nothing of them comes out of a running fleet, whatever it is asked.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canaries, filesIn } from '../support/canaries.ts';
import { type PlantedSide, plantSide, shownKey, tellingLength } from '../support/settings-sources.ts';
import { program } from '../support/understudy.ts';

const planted = canaries({ inParts: true });
const folder = mkdtempSync(join(tmpdir(), 'understudy-settings-'));
const at = (name: string): string => join(folder, name);
const closers: (() => void)[] = [() => rmSync(folder, { recursive: true, force: true })];
afterAll(() => {
  for (const close of closers.reverse()) close();
});

const fleetKey = randomBytes(32).toString('base64');
const sides = { fra: side('fra'), zrh: side('zrh') } as const;
type Side = keyof typeof sides;

function side(name: string): PlantedSide {
  mkdirSync(at(name));
  const made = plantSide(at(name), name, planted, fleetKey);
  closers.push(() => made.close());
  return made;
}

interface Daemon {
  readonly child: ChildProcess;
  readonly socket: string;
  log(): string;
}

/** Every file that a process may leave, a core among them, is left in the folder that is searched. */
function start(
  name: string,
  words: readonly string[],
  wish: { readonly inside?: PlantedSide; readonly env?: NodeJS.ProcessEnv } = {},
): Daemon {
  const [command, ...args] = wish.inside === undefined ? words : wish.inside.inside(words);
  const child = spawn(command!, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, ...wish.env },
  });
  closers.push(() => void child.kill('SIGKILL'));
  let log = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  return { child, socket: at(`${name}.sock`), log: () => log };
}

function agentFile(name: Side): string {
  const file = at(`${name}.yaml`);
  const config = {
    node: {
      name: `app1-${name}`,
      role: name === 'fra' ? 'primary' : 'standby',
      group: 'billing',
      twin: 'app1',
      site: { name: name === 'fra' ? 'eu-frankfurt-1' : 'eu-zurich-1', tokens: { folder: at(name) } },
    },
    listen: { socket: at(`${name}.sock`), address: null },
    access: { localRights: ['read', 'run', 'twin'], requestsPerMinute: 100_000 },
    store: { file: at(`${name}.db`) },
    log: { level: 'debug' },
    discover: false,
    checks: { settings: { every: '20s', timeout: '20s', staleAfter: '1h', settings: sides[name].settings } },
  };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config));
  return file;
}

function fleetFile(webhook: string): string {
  const file = at('fleet.yaml');
  const unix = (name: Side): string => `unix:${at(`${name}.sock`)}`;
  const config = {
    sites: { fra: { name: 'eu-frankfurt-1' }, zrh: { name: 'eu-zurich-1' } },
    poll: { every: '1s', timeout: '1s' },
    listen: { socket: at('collector.sock'), address: null },
    access: { localRights: ['read', 'waive'], requestsPerMinute: 100_000 },
    store: { file: at('collector.db') },
    receipts: { key: at('receipts.key') },
    log: { level: 'debug' },
    tell: [{ name: 'hook', webhook, severity: 'note' }],
    groups: { billing: { primary: 'fra', expect: { checks: ['settings'] }, pairs: { app1: { fra: unix('fra'), zrh: unix('zrh') } } } },
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

let told = '';

async function webhook(): Promise<string> {
  const server = createServer((asked, response) => {
    asked.on('data', (chunk: Buffer) => (told += chunk.toString()));
    asked.on('end', () => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

async function ask(socketPath: string, method: string, path: string): Promise<{ readonly status: number; readonly text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const asked = request({ socketPath, method, path, agent: false }, (response) => {
    let text = '';
    response.on('data', (chunk: Buffer) => (text += chunk.toString()));
    response.on('end', () => resolve({ status: response.statusCode!, text: `${JSON.stringify(response.headers)}\n${text}` }));
  });
  asked.on('error', reject);
  asked.end();
  return promise;
}

async function until(daemon: Daemon, condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 120_000;
  while (!(await condition().catch(() => false))) {
    if (daemon.child.exitCode !== null) throw new Error(`it ended: ${daemon.log()}`);
    if (Date.now() > end) throw new Error(`it never came to it: ${daemon.log().slice(-4_000)}`);
    await new Promise((again) => setTimeout(again, 200));
  }
}

/** The program as somebody at a shell runs it, on one side's machine where that matters; everything that it printed. */
async function run(words: readonly string[], inside?: PlantedSide): Promise<string> {
  const one = start('run', [program, ...words], inside === undefined ? {} : { inside });
  await new Promise((ended) => one.child.on('close', ended));
  return `${words.join(' ')}\n${one.log()}`;
}

/** Every GET of every route, with what stands in its path filled in. */
interface Operation {
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly responses: Readonly<Record<number, { readonly content?: Readonly<Record<string, object>> }>>;
}

async function everyAnswer(
  daemon: Daemon,
  names: Readonly<Record<string, string>>,
): Promise<readonly (readonly [path: string, text: string])[]> {
  const { text } = await ask(daemon.socket, 'GET', '/openapi.json');
  const { paths } = JSON.parse(text.slice(text.indexOf('\n') + 1)) as { paths: Record<string, { get?: Operation }> };
  const asked = Object.entries(paths).flatMap(([path, { get }]) => {
    // It ends when its reader does, and says that something changed and never what.
    if (get === undefined || get.responses[200]?.content?.['text/event-stream'] !== undefined) return [];
    const needed = get.parameters.filter((one) => one.in === 'query' && (one.required || names[one.name] !== undefined));
    const query = new URLSearchParams(needed.flatMap(({ name }) => (names[name] === undefined ? [] : [[name, names[name]]])));
    return [`${path.replaceAll(/\{(\w+)\}/g, (whole, name: string) => names[name] ?? whole)}?${query}`];
  });
  return Promise.all([...asked, '/metrics'].map(async (path) => [path, (await ask(daemon.socket, 'GET', path)).text] as const));
}

/** All text of a database: of every row of every table, plain and inflated, and of its files as they lie on the disk. */
function databaseText(file: string): string {
  const db = new Database(file, { readonly: true });
  try {
    const tables = db.prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    const rows = tables.flatMap(({ name }) => db.prepare<[], Record<string, unknown>>(`SELECT * FROM "${name}"`).all());
    const cells = rows.flatMap((row) => Object.values(row)).map((cell) => (Buffer.isBuffer(cell) ? unpacked(cell) : String(cell)));
    return [...cells, ...['', '-wal'].map((end) => readIfThere(`${file}${end}`))].join('\n');
  } finally {
    db.close();
  }
}

function unpacked(bytes: Buffer): string {
  const forms = [0, 1, 2].map((skipped) => {
    try {
      return inflateRawSync(bytes.subarray(skipped)).toString('utf8');
    } catch {
      return '';
    }
  });
  return [bytes.toString('utf8'), ...forms].join('\n');
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** What of the secrets is in a text: in any form, by its beginning or its end, or by a length that nothing else has. */
function leaks(text: string): readonly string[] {
  const lengths = [tellingLength, tellingLength + 'LONG='.length, tellingLength + 'LONG='.length + 1];
  return [
    ...planted.in(text),
    ...lengths.filter((length) => new RegExp(`(?<![0-9])${length}(?![0-9])`).test(text)).map((length) => `the length ${length}`),
  ];
}

let agents: Readonly<Record<Side, Daemon>>;
let collector: Daemon;

beforeAll(async () => {
  planted.watch('the fleet key', fleetKey);
  const startAgent = (name: Side): Daemon =>
    start(name, [program, 'agent', '--config', agentFile(name)], {
      inside: sides[name],
      env: { A_SECRET: planted.plant(`${name}: environment of the agent`) },
    });
  agents = { fra: startAgent('fra'), zrh: startAgent('zrh') };
  for (const agent of Object.values(agents)) await until(agent, async () => (await ask(agent.socket, 'GET', '/readyz')).status === 200);
  collector = start('collector', [program, 'collector', '--config', fleetFile(await webhook())]);
  await until(collector, async () => (await ask(collector.socket, 'GET', '/v1/pairs/billing/app1')).text.includes('settings/key-'));
  await until(collector, async () => told.includes('settings/'));
}, 240_000);

describe('nothing of what was planted comes out', () => {
  test('of what an agent answers, by any route', async () => {
    for (const [name, agent] of Object.entries(agents)) {
      expect((await ask(agent.socket, 'POST', '/v1/checks/settings/run')).status).toBe(200);
      const answers = await everyAnswer(agent, { id: 'settings' });
      expect(answers.flatMap(([path, text]) => leaks(text).map((as) => `${as} in ${name} ${path}`))).toEqual([]);
      const all = answers.map(([, text]) => text).join('\n');
      // Or it would prove nothing: each kind of source was seen, and each way of failing was taken.
      for (const word of [
        shownKey,
        'UNIT_VALUE',
        'FROM_FILE',
        'ON_FILES',
        'DROPPED_IN',
        'ONLY_RUNNING',
        '.dockerconfigjson',
        'a.b',
        'unparsable',
      ])
        expect(all, `${word} of ${name}`).toContain(word);
      for (const broken of ['bad.env', 'bad.json', 'bad.yaml', 'bad.toml', 'bad.xml', 'bad.ini', 'bad.properties', 'broken.service'])
        expect(all, `${broken} of ${name}`).toContain(broken);
    }
  });

  test('of what the collector answers, by any route', async () => {
    const pair = (await ask(collector.socket, 'GET', '/v1/pairs/billing/app1')).text;
    const node = /"nodeId":"([^"]+)"/.exec(pair)?.[1] ?? 'none';
    const finding = /"id":"([0-9a-f]{16})"/.exec(pair)?.[1] ?? 'none';
    const names = { group: 'billing', pair: 'app1', node, id: node, check: 'settings', side: 'standby', finding };
    const answers = await everyAnswer(collector, names);
    expect(answers.flatMap(([path, text]) => leaks(text).map((as) => `${as} in ${path}`))).toEqual([]);
    expect(pair).toContain('settings/vital-value-differs');
    // Or it would prove nothing: facts, evidence and history were among the answers.
    const telling = {
      '/v1/checks/compare': '"fields":',
      '/v1/checks/history': '"trail":',
      '/v1/findings/cause': '"changes":',
      '/v1/report': '"coverage":',
    };
    for (const [path, word] of Object.entries(telling))
      expect(answers.find(([asked]) => asked.startsWith(`${path}?`))?.[1], path).toContain(word);
    expect(answers.filter(([, text]) => text.includes(shownKey)).length).toBeGreaterThan(0);
  });

  test('of what the commands print, in any format', async () => {
    const file = at('zrh.yaml');
    const socket = agents.zrh.socket;
    const formats = ['text', 'json', 'nagios', 'junit', 'prometheus'];
    const local = [
      ...formats.map((format) => ['check', '--config', file, '--format', format]),
      ['check', '--config', file, '--format', 'snapshot'],
      ['explain', 'settings', '--now', '--config', file],
      ['explain', 'settings', '--now', '--config', file, '--format', 'json'],
      ['config', 'check', file],
    ];
    const asking = [
      ...formats.map((format) => ['status', '--agent', socket, '--format', format]),
      ['run', 'settings', '--agent', socket],
      ['run', 'settings', '--agent', socket, '--format', 'json'],
      ['explain', 'settings', '--agent', socket],
      ['explain', 'settings', '--agent', socket, '--format', 'json'],
      ['history', 'settings', '--agent', socket],
      ['history', 'settings', '--agent', socket, '--format', 'json'],
      ...formats.map((format) => ['diff', agents.fra.socket, socket, '--format', format]),
      ['fleet', 'billing', 'app1', '--collector', collector.socket],
      ['fleet', 'billing', '--collector', collector.socket, '--format', 'json'],
      ['learn', 'billing', '--collector', collector.socket],
      ['gate', 'billing', '--collector', collector.socket, '--receipt', at('collector-receipt.json')],
      ['gate', '--local', '--agent', socket, '--receipt', at('agent-receipt.json')],
      ['receipt', 'show', at('collector-receipt.json')],
    ];
    const printed = [];
    for (const words of local) printed.push(await run(words, sides.zrh));
    for (const words of asking) printed.push(await run(words));
    expect(printed.flatMap((text) => leaks(text).map((as) => `${as} by ${text.split('\n')[0]}`))).toEqual([]);
    // Prometheus counts what it finds and names nothing of it.
    for (const text of printed.slice(0, 6).filter((one) => !one.includes('--format prometheus'))) expect(text).toContain('good.env');
    expect(printed.join('\n')).toContain(shownKey);
  }, 300_000);

  test('of receipts, of what was told, and of metrics', async () => {
    const left = [readFileSync(at('collector-receipt.json'), 'utf8'), readFileSync(at('agent-receipt.json'), 'utf8'), told];
    for (const text of left) {
      expect(text).toContain('settings/');
      expect(leaks(text)).toEqual([]);
    }
  });

  test('of a recording, which then says that it withheld them', async () => {
    const printed = await run(['record', at('recording'), '--config', at('zrh.yaml')], sides.zrh);
    expect(leaks(printed)).toEqual([]);
    const files = filesIn(at('recording'));
    expect(files.length).toBeGreaterThan(20);
    expect(files.flatMap(({ path, text }) => leaks(text).map((as) => `${as} in ${path}`))).toEqual([]);
    const replayed = await run(['check', 'settings', '--machine', at('recording'), '--format', 'json']);
    expect(leaks(replayed)).toEqual([]);
    const seen = JSON.parse(replayed.slice(replayed.indexOf('{'))) as { verdict: string; observations: readonly { outcome: object }[] };
    expect(seen.verdict).not.toBe('ready');
    expect(JSON.stringify(seen.observations)).not.toContain('"kind":"fingerprint"');
  });

  test('of an agent that dies: by a signal, or by an error that nobody caught', async () => {
    const wrong = join(folder, 'wrong.mjs');
    writeFileSync(wrong, "setTimeout(() => { throw new Error('nobody catches this'); }, 4_000);\n");
    const config = JSON.parse(readFileSync(at('zrh.yaml'), 'utf8')) as { listen: { socket: string }; store: { file: string } };
    config.listen.socket = at('dying.sock');
    config.store.file = at('dying.db');
    writeFileSync(at('dying.yaml'), JSON.stringify(config));
    const words = [program, 'agent', '--config', at('dying.yaml')];
    const dying = start('dying', words, { inside: sides.zrh, env: { NODE_OPTIONS: `--import ${wrong}` } });
    await new Promise((ended) => dying.child.on('close', ended));
    expect(dying.log()).toContain('nobody catches this');
    const aborted = start('dying', words, { inside: sides.zrh });
    await until(aborted, async () => (await ask(aborted.socket, 'GET', '/readyz')).status === 200);
    aborted.child.kill('SIGABRT');
    await new Promise((ended) => aborted.child.on('close', ended));
    expect([...leaks(dying.log()), ...leaks(aborted.log())]).toEqual([]);
  }, 120_000);

  test('of the logs, at their most talkative', () => {
    for (const daemon of [agents.fra, agents.zrh, collector]) {
      expect(daemon.log()).toMatch(/settings|polled|serves/);
      expect(leaks(daemon.log())).toEqual([]);
    }
  });

  test('of the databases, neither in their pages nor in what is packed in them', () => {
    for (const name of ['fra.db', 'zrh.db', 'collector.db', 'dying.db']) {
      const text = databaseText(at(name));
      expect(text, `${name} holds what was seen`).toContain(shownKey);
      expect(leaks(text)).toEqual([]);
    }
  });

  test('of anything else that was left behind', () => {
    const sources = Object.values(sides).map((one) => one.folder);
    const left = filesIn(folder).filter(({ path }) => !sources.some((each) => path.startsWith(each)));
    expect(left.length).toBeGreaterThan(10);
    expect(left.flatMap(({ path, text }) => leaks(text).map((as) => `${as} in ${path}`))).toEqual([]);
  });
});
