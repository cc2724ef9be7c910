import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FakeClock, fakeClock, listeningLog, minute, temporaryFolder } from '../../../test/support/agent.ts';
import { parseFleetConfig } from '../../config/fleet/parse.ts';
import type { FleetConfig } from '../../config/fleet-config.ts';
import { createHttpClient } from '../http/client.ts';
import { rolesByFile } from '../site-roles.ts';
import { createInventory, type Inventory } from './inventory.ts';

const members = 'sites: {fra: {}, zrh: {}}\ngroups: {billing: {primary: fra, pairs: {app1: {fra: "https://a:1", zrh: "https://b:1"}}}}\n';
const memberKeys = ['https://a:1', 'https://b:1'];

async function fleet(text: string, folder: string): Promise<FleetConfig> {
  const places = { socket: null, storeFile: join(folder, 'collector.db'), receiptKeyFile: join(folder, 'receipts.key') };
  const read = await parseFleetConfig(text, '/etc/understudy/fleet.yaml', new Map(), places);
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.errors));
  return read.config;
}

interface Kept {
  readonly inventory: Inventory;
  readonly clock: FakeClock;
  readonly log: ReturnType<typeof listeningLog>;
  readonly folder: string;
  readonly changes: () => number;
  readonly take: (text: string) => Promise<void>;
  readonly keys: () => readonly string[];
  readonly problems: () => readonly string[];
  /** Time goes on, and each look that is due in it comes to its end. */
  readonly pass: (ms: number) => Promise<void>;
  /** Looks that will come. */
  readonly waiting: () => number;
}

/** Built, not started. */
async function keep(text: string, folder = temporaryFolder(), clock = fakeClock()): Promise<Kept> {
  let config = await fleet(text, folder);
  let changes = 0;
  const log = listeningLog();
  const http = createHttpClient();
  const timers = new Set<object>();
  const setTimer: FakeClock['setTimer'] = (ms, call) => {
    const timer = {};
    timers.add(timer);
    const cancel = clock.setTimer(ms, () => {
      timers.delete(timer);
      call();
    });
    return () => {
      timers.delete(timer);
      cancel();
    };
  };
  const inventory = createInventory({
    sightOf: () => null,
    config: () => config,
    roles: rolesByFile,
    clock: { ...clock, setTimer },
    log,
    http,
    onChange: () => changes++,
  });
  const allLooked = () => expect.poll(() => timers.size).toBe(config.discover.length);
  onTestFinished(() => {
    inventory.stop();
    http.close();
  });
  return {
    inventory,
    clock,
    log,
    folder,
    changes: () => changes,
    take: async (next) => {
      config = await fleet(next, folder);
      await inventory.reload();
    },
    keys: () => inventory.roster().targets.map(({ key }) => key),
    problems: () => inventory.roster().problems,
    pass: async (ms) => {
      await allLooked();
      await clock.advance(ms);
      await allLooked();
    },
    waiting: () => timers.size,
  };
}

async function started(text: string, folder?: string): Promise<Kept> {
  const kept = await keep(text, folder);
  await kept.inventory.start();
  return kept;
}

const list = (...targets: readonly string[]): string => JSON.stringify([{ targets }]);

interface Service {
  readonly url: string;
  readonly asked: IncomingMessage[];
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  close(): Promise<void>;
}

async function service(first: string, port = 0): Promise<Service> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    own.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  onTestFinished(close);
  const own: Service = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer: (_, response) => void response.end(first),
    close,
  };
  return own;
}

describe('the fleet file', () => {
  it('names its members before anything was looked at', async () => {
    const { keys, problems } = await keep(members);
    expect(keys()).toEqual(memberKeys);
    expect(problems()).toEqual([]);
  });

  it('that is read again turns a group round, and says so once', async () => {
    const kept = await started(members);
    await kept.take(members.replace('primary: fra', 'primary: zrh'));
    expect(kept.inventory.roster().targets.map(({ told }) => told.role)).toEqual(['standby', 'primary']);
    expect(kept.changes()).toBe(1);
    await kept.take(members.replace('primary: fra', 'primary: zrh'));
    expect(kept.changes()).toBe(1);
  });
});

describe('files of targets', () => {
  const filesIn = (folder: string, more = '') => `${members}discover: [{files: [${folder}/*.json, ${folder}/*.yml], every: 1m${more}}]\n`;

  it('are JSON or YAML as Prometheus takes them, with labels that say whose the agents are', async () => {
    const folder = temporaryFolder();
    const labels = { group: 'web', pair: 'web1', site: 'zrh', role: 'standby', env: 'prod', __scheme__: 'https', job: '' };
    writeFileSync(join(folder, 'a.json'), JSON.stringify([{ targets: ['C.example.com', '[2001:db8::1]:7808'], labels }]));
    writeFileSync(join(folder, 'b.yml'), '- targets: [127.0.0.1:7809]\n  labels: {__scheme__: http, pair: ""}\n- targets: []\n');
    writeFileSync(join(folder, '.hidden.json'), 'half a wri');
    const { inventory, problems } = await started(filesIn(folder));
    const told = { group: 'web', pair: 'web1', site: 'zrh', role: 'standby' };
    expect(inventory.roster().targets.slice(2)).toMatchObject([
      { key: 'https://c.example.com:7807', told, source: join(folder, 'a.json') },
      { key: 'https://[2001:db8::1]:7808', told },
      { key: 'http://127.0.0.1:7809', told: { group: null, pair: null, site: null, role: null }, source: join(folder, 'b.yml') },
    ]);
    expect(problems()).toEqual([]);
  });

  it('are read again when they are others than before, and nobody hears of it when they are not', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.json'), list('c:1'));
    const { keys, pass, changes } = await started(filesIn(folder).replace(`, ${folder}/*.yml`, ''));
    expect(keys()).toEqual([...memberKeys, 'https://c:1']);
    expect(changes()).toBe(0);
    writeFileSync(join(folder, 'a.json'), list('d:1'));
    writeFileSync(join(folder, 'b.json'), list('e:1'));
    await pass(minute);
    expect(keys()).toEqual([...memberKeys, 'https://d:1', 'https://e:1']);
    expect(changes()).toBe(1);
    await pass(minute);
    writeFileSync(join(folder, 'a.json'), list('f:1'));
    await pass(minute);
    expect(keys()).toEqual([...memberKeys, 'https://f:1', 'https://e:1']);
    expect(changes()).toBe(2);
  });

  it('that break keep what they last named, and say where they are broken and how old that is', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.json'), list('c:1', 'd:1'));
    writeFileSync(join(folder, 'b.yml'), '- targets: [e:1]\n');
    const { keys, problems, pass, log } = await started(filesIn(folder));
    writeFileSync(join(folder, 'a.json'), '[{"targets": ["c:1"],\n}]');
    writeFileSync(join(folder, 'b.yml'), '- targets: [e:1]\n  lables: {pair: x}\n');
    await pass(12 * minute);
    const said = [
      `${folder}/a.json:2:1: not valid JSON; the 2 agents that it named 12 m ago stay`,
      `${folder}/b.yml:2:3: unknown key 'lables'; did you mean 'labels'?; the agent that it named 12 m ago stays`,
    ];
    expect(problems()).toEqual(said);
    expect(keys()).toEqual([...memberKeys, 'https://c:1', 'https://d:1', 'https://e:1']);
    expect(log.said.filter(({ level }) => level === 'warn')).toHaveLength(2);
    writeFileSync(join(folder, 'a.json'), list('f:1'));
    await pass(minute);
    expect(keys()).toEqual([...memberKeys, 'https://f:1', 'https://e:1']);
    expect(problems()).toHaveLength(1);
    expect(log.said.filter(({ level }) => level === 'info')).toHaveLength(1);
  });

  it.each([
    ['nothing', '', ': not valid JSON'],
    ['a map', '{"targets": ["c:1"]}', ': a map; expected a list of maps with targets, labels'],
    ['one target in place of several', '[{"targets": "c:1"}]', ': [0].targets: "c:1"; expected a list of text; did you mean ["c:1"]?'],
    ['a misspelt key', '[{"target": ["c:1"]}]', ": [0] lacks 'targets': expected a list of text, and 1 more"],
    ['texts', '["c:1"]', ': [0]: "c:1"; expected a map with targets, labels'],
    ['more than is read', `[${'x'.repeat(8 * 1024 ** 2)}`, ': larger than 8 MiB; not read'],
  ])('that hold %s are no list', async (_, text, problem) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.json'), text);
    const { problems, keys } = await started(filesIn(folder).replace(`, ${folder}/*.yml`, ''));
    expect(problems()).toEqual([`${folder}/a.json${problem}; whom it names is not known`]);
    expect(keys()).toEqual(memberKeys);
  });

  it.each([
    [{ targets: ['http://c:1'] }, '[0].targets[0]: "http://c:1" is no target; expected HOST:PORT, with the scheme in the label __scheme__'],
    [{ targets: ['unix:/run/docker.sock'] }, '[0].targets[0]: "unix:/run/docker.sock" is no target; expected HOST:PORT'],
    [{ targets: ['c:1/metrics'] }, '[0].targets[0]: "https://c:1/metrics" has something after its port'],
    [{ targets: ['u:s3cr3t@c:1'] }, '[0].targets[0]: a user or a password stands in this address (not shown)'],
    [{ targets: ['c:1'], labels: { __scheme__: 'http' } }, '[0].targets[0]: "http://c:1" could be read and changed by others on its way'],
    [{ targets: ['c:1'], labels: { __scheme__: 'ftp' } }, '[0].targets[0]: __scheme__: "ftp" is not one of https, http'],
    [{ targets: ['ok:1'], labels: { role: 'stanby' } }, '[0].labels.role: "stanby" is not one of primary, standby; did you mean'],
    [{ targets: ['ok:1'], labels: { pair: 'a\nb' } }, '[0].labels.pair: "a\\nb" cannot name a pair'],
    [{ targets: ['ok:1'], labels: { group: 7 } }, '[0].labels.group: 7 cannot name a group'],
  ])('tell of an entry that cannot be used, and use the others: %j', async (entry, problem) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.json'), JSON.stringify([entry, { targets: ['d:1'] }]));
    const { problems, keys } = await started(filesIn(folder).replace(`, ${folder}/*.yml`, ''));
    expect(problems()).toEqual([expect.stringContaining(`${folder}/a.json: ${problem}`)]);
    expect(keys()).toContain('https://d:1');
    expect(problems().join()).not.toContain('s3cr3t');
  });

  it('that go take their agents with them, but a folder that goes takes nobody', async () => {
    const folder = join(temporaryFolder(), 'targets');
    mkdirSync(folder);
    writeFileSync(join(folder, 'a.json'), list('c:1'));
    writeFileSync(join(folder, 'b.json'), list('d:1'));
    const { keys, problems, pass } = await started(filesIn(folder).replace(`, ${folder}/*.yml`, ''));
    rmSync(join(folder, 'b.json'));
    await pass(minute);
    expect(keys()).toEqual([...memberKeys, 'https://c:1']);
    renameSync(folder, `${folder}.away`);
    await pass(minute);
    await expect
      .poll(problems)
      .toEqual([
        `${folder}: there is no such folder; what its files named before stays`,
        `${folder}/a.json: there is no such file; the agent that it named 2 m ago stays`,
      ]);
    expect(keys()).toEqual([...memberKeys, 'https://c:1']);
  });

  it('that are not there are said to be missing', async () => {
    const folder = temporaryFolder();
    const { problems } = await started(`${members}discover: [{files: [${folder}/a.json, ${folder}/*.yaml]}]\n`);
    expect(problems()).toEqual([`no file matches ${folder}/*.yaml`, `${folder}/a.json: there is no such file; whom it names is not known`]);
  });

  it('are not looked at any more after a stop', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.json'), list('c:1'));
    const { pass, inventory, waiting } = await started(filesIn(folder));
    await pass(minute);
    inventory.stop();
    expect(waiting()).toBe(0);
  });
});

describe('a service that lists targets', () => {
  const at = (url: string, more = '') =>
    `${members}agents: {tokenFile: /agents.token}\ndiscover: [{http: "${url}/sd?kind=s3cr3t", every: 1m${more}}]\n`;

  it('is asked again and again, and gets its own token, never that of the agents', async () => {
    const cmdb = await service(JSON.stringify([{ targets: ['c:1'], labels: { group: 'web' } }]));
    const folder = temporaryFolder();
    const tokenFile = join(folder, 'cmdb.token');
    writeFileSync(tokenFile, 'for-the-cmdb\n', { mode: 0o600 });
    const { inventory, pass, keys } = await started(at(cmdb.url, `, tokenFile: ${tokenFile}`), folder);
    expect(inventory.roster().targets.at(-1)).toMatchObject({
      key: 'https://c:1',
      contact: { tokenFile: '/agents.token' },
      told: { group: 'web' },
      source: `${cmdb.url}/sd`,
    });
    expect(cmdb.asked[0]).toMatchObject({ method: 'GET', url: '/sd?kind=s3cr3t', headers: { authorization: 'Bearer for-the-cmdb' } });
    cmdb.answer = (_, response) => void response.end(list('d:1'));
    await pass(minute);
    expect(keys()).toEqual([...memberKeys, 'https://d:1']);
  });

  it('that is down keeps whom it named, with its age, and is forgiven when it is back', async () => {
    const cmdb = await service(list('c:1', 'd:1'));
    const { keys, problems, pass, changes } = await started(at(cmdb.url));
    await pass(minute);
    expect(cmdb.asked).toHaveLength(2);
    expect(problems()).toEqual([]);
    await cmdb.close();
    await pass(minute);
    expect(problems()).toHaveLength(1);
    await pass(minute / 2);
    expect(problems()).toEqual([
      `nothing listens at ${cmdb.url}: start what should, or correct the address; the 2 agents that it named 1 m 30 s ago stay`,
    ]);
    expect(keys()).toEqual([...memberKeys, 'https://c:1', 'https://d:1']);
    expect(changes()).toBe(1);
    const again = await service(list('c:1', 'd:1'), Number(new URL(cmdb.url).port));
    await pass(minute);
    expect(problems()).toEqual([]);
    expect(again.asked).toHaveLength(1);
    expect(changes()).toBe(2);
  });

  it.each<[string, Service['answer'], string]>([
    ['an error', (_, response) => void response.writeHead(503).end(list('x:1')), 'answered with status 503'],
    ['elsewhere', (_, response) => void response.writeHead(302, { location: '/other' }).end(), 'answered with status 302'],
    ['a page', (_, response) => void response.end('<html>sign in: s3cr3t</html>'), 'not valid JSON'],
    [
      'a list of something else',
      (_, response) => void response.end('[{"host": "x"}]'),
      "[0] lacks 'targets': expected a list of text, and 1 more",
    ],
    ['more than a list', (_, response) => void response.end(' '.repeat(17 * 1024 ** 2)), 'answered with more than is read of it'],
  ])('that answers with %s keeps whom it named', async (_, answer, problem) => {
    const cmdb = await service(list('c:1'));
    const { keys, problems, pass } = await started(at(cmdb.url));
    cmdb.answer = answer;
    await pass(minute);
    expect(problems()).toEqual([expect.stringContaining(problem)]);
    expect(problems()[0]).toMatch(new RegExp(`^${cmdb.url}.*; the agent that it named 1 m ago stays$`));
    expect(problems()[0]).not.toContain('s3cr3t');
    expect(keys()).toEqual([...memberKeys, 'https://c:1']);
  });

  it('that does not answer holds up neither the start nor what else is found, and is heard when it does', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.json'), list('c:1'));
    const cmdb = await service('');
    const waiting: ServerResponse[] = [];
    cmdb.answer = (_, response) => void waiting.push(response);
    const kept = await keep(
      `${at(cmdb.url)}  - {files: [${folder}/a.json]}\n`.replace('discover: [', 'discover:\n  - ').replace('}]', '}'),
      folder,
    );
    const start = kept.inventory.start();
    await expect.poll(() => waiting.length).toBe(1);
    await expect.poll(kept.keys).toEqual([...memberKeys, 'https://c:1']);
    await kept.clock.advance(2_000);
    await start;
    expect(kept.problems()).toEqual([`${cmdb.url}/sd was not looked at yet; whom it names is not known`]);
    waiting[0]!.end(list('d:1'));
    await expect.poll(kept.keys).toEqual([...memberKeys, 'https://d:1', 'https://c:1']);
    await expect.poll(kept.changes).toBe(1);
    expect(kept.problems()).toEqual([]);
  });
});

describe('a stop', () => {
  it('ends a look that is under way, of which nothing comes any more', async () => {
    const cmdb = await service('');
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    cmdb.answer = (request) => void request.socket.once('close', () => resolve());
    const kept = await keep(`${members}discover: [{http: "${cmdb.url}/sd"}]\n`);
    const start = kept.inventory.start();
    await expect.poll(() => cmdb.asked.length).toBe(1);
    kept.inventory.stop();
    await ended;
    await start;
    expect(kept.waiting()).toBe(0);
    expect(kept.keys()).toEqual(memberKeys);
  });
});

describe('over a restart', () => {
  const at = (url: string, folder: string) => `${members}discover: [{http: "${url}/sd?a=b"}, {files: [${folder}/targets/*.json]}]\n`;

  async function restarted(
    prepare: (folder: string, clock: FakeClock) => Promise<void>,
  ): Promise<{ readonly kept: Kept; readonly url: string }> {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'targets'));
    writeFileSync(join(folder, 'targets/a.json'), list('d:1'));
    const cmdb = await service(JSON.stringify([{ targets: ['c:1'], labels: { group: 'web', site: 'zrh', role: 'standby' } }]));
    const first = await started(at(cmdb.url, folder), folder);
    expect(first.problems()).toEqual([]);
    first.inventory.stop();
    await cmdb.close();
    await first.clock.advance(3 * minute);
    await prepare(folder, first.clock);
    const kept = await keep(at(cmdb.url, folder), folder, first.clock);
    await kept.inventory.start();
    return { kept, url: cmdb.url };
  }

  it('with the service down and the files gone, everybody whom they named is still asked', async () => {
    const { kept, url } = await restarted(async (folder) => rmSync(join(folder, 'targets'), { recursive: true }));
    expect(kept.inventory.roster().targets.slice(2)).toMatchObject([
      { key: 'https://c:1', told: { group: 'web', site: 'zrh', role: 'standby' }, source: `${url}/sd` },
      { key: 'https://d:1', source: `${kept.folder}/targets/a.json` },
    ]);
    expect(kept.problems()).toEqual([
      `nothing listens at ${url}: start what should, or correct the address; the agent that it named 3 m ago stays`,
      `${kept.folder}/targets: there is no such folder; what its files named before stays`,
      `${kept.folder}/targets/a.json: there is no such file; the agent that it named 3 m ago stays`,
    ]);
  });

  it('while the service does not answer yet, everybody whom it named is asked', async () => {
    const { kept, url } = await restarted(async () => {});
    kept.inventory.stop();
    const silent = await service('', Number(new URL(url).port));
    silent.answer = () => {};
    const again = await keep(at(url, kept.folder), kept.folder, kept.clock);
    const start = again.inventory.start();
    await expect.poll(() => silent.asked.length).toBe(1);
    // The patience, and the next look at the files.
    await expect.poll(again.waiting).toBe(2);
    await kept.clock.advance(2_000);
    await start;
    expect(again.keys()).toEqual([...memberKeys, 'https://c:1', 'https://d:1']);
    expect(again.problems()).toEqual([`${url}/sd was not looked at yet; the agent that it named 3 m 2 s ago stays`]);
  });

  it('what it was kept in is damaged: that is said, and mended by the next good list', async () => {
    const { kept } = await restarted(async (folder) => {
      writeFileSync(join(folder, 'collector.discovered.json'), '{"format":');
      rmSync(join(folder, 'targets/a.json'));
    });
    expect(kept.keys()).toEqual(memberKeys);
    expect(kept.problems()).toContainEqual(
      `what discovery last named is not known: ${kept.folder}/collector.discovered.json is not what was written there`,
    );
    writeFileSync(join(kept.folder, 'targets/a.json'), list('e:1'));
    await kept.pass(minute);
    expect(kept.problems().filter((one) => one.startsWith('what discovery'))).toEqual([]);
    expect(JSON.parse(readFileSync(join(kept.folder, 'collector.discovered.json'), 'utf8')).lists).toMatchObject([
      { found: [{ address: 'https://e:1' }] },
    ]);
  });

  it('a file that went in between names nobody', async () => {
    const { kept } = await restarted(async (folder) => rmSync(join(folder, 'targets/a.json')));
    expect(kept.keys()).toEqual([...memberKeys, 'https://c:1']);
  });

  it('what cannot be kept is said, and the agents are asked all the same', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'collector.discovered.json.new'));
    writeFileSync(join(folder, 'a.json'), list('c:1'));
    const { keys, problems } = await started(`${members}discover: [{files: [${folder}/a.json]}]\n`, folder);
    expect(keys()).toContain('https://c:1');
    expect(problems()).toEqual([
      `what discovery named cannot be kept over a restart: ${folder}/collector.discovered.json cannot be written (EISDIR)`,
    ]);
  });

  it('what is kept is nobody else’s to read, and holds no part of a query', async () => {
    const { kept } = await restarted(async () => {});
    const file = join(kept.folder, 'collector.discovered.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain('a=b');
  });
});

describe('a reload', () => {
  it('keeps what a source named that is still there, and drops one that is not', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.json'), list('c:1'));
    const cmdb = await service(list('d:1'));
    const files = `{files: [${folder}/a.json], every: 1m}`;
    const kept = await started(`${members}discover: [${files}, {http: "${cmdb.url}/sd"}]\n`, folder);
    await cmdb.close();
    rmSync(join(folder, 'a.json'));
    await kept.take(`${members}discover: [{http: "${cmdb.url}/sd", every: 5m}, ${files.replace('1m', '2m')}]\n`);
    expect(kept.keys()).toEqual([...memberKeys, 'https://d:1', 'https://c:1']);
    await kept.take(`${members}discover: [${files}]\n`);
    expect(kept.keys()).toEqual([...memberKeys, 'https://c:1']);
  });

  it('leaves a target of which nothing else is said as it was', async () => {
    const kept = await started(members);
    const before = kept.inventory.roster().targets;
    await kept.take(members.replace('sites: {fra: {}', 'sites: {fra: {name: eu-frankfurt-1}'));
    expect(kept.inventory.roster().targets[0]).toBe(before[0]);
  });
});
