// The commands that ask an agent, against a real one that watches a recorded machine.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selfSigned } from '../support/certificate.ts';
import { recordedFolder } from '../support/recorded-folder.ts';
import { bareEnvironment, program, understudy } from '../support/understudy.ts';

let folder: string;
let agent: ChildProcess;
let address: string;
let printed = '';
const token = 'token-of-this-test';
let tokenFile: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-cli-agent-'));
  tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, `${token}\n`);
  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  const machine = recordedFolder({
    at: join(folder, 'machine'),
    name: 'app1-zrh',
    files: { '/etc/app.crt': selfSigned('app.example.com', '20250101000000Z', '20260101000000Z').certificate },
    config: {
      node: { name: 'app1-zrh', role: 'primary' },
      listen: { port },
      access: {
        localRights: ['read'],
        tokens: [{ name: 'operator', sha256: createHash('sha256').update(token).digest('hex'), rights: ['read', 'run'] }],
      },
      discover: false,
      checks: { certs: { every: '1h', settings: { files: ['/etc/app.crt'], discover: false } } },
    },
  });
  agent = spawn(program, ['agent', '--print', '--machine', machine, '--state', join(folder, 'state')], {
    env: bareEnvironment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  printed = await printedUntil(agent, 'config example');
});

afterAll(async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  agent.on('close', () => resolve());
  agent.kill('SIGTERM');
  await promise;
  rmSync(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

function printedUntil(child: ChildProcess, marker: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      if (text.includes(marker)) resolve(text);
    });
  }
  child.once('close', (code) => reject(new Error(`the agent ended with ${code}: ${text}`)));
  return promise;
}

const ask = (...argv: readonly string[]) => understudy([...argv, '--agent', address]);

describe('agent --print', () => {
  it('says what it found, where it serves and how to go on, without a line of log between', () => {
    expect(printed).toContain('✖ NOT READY');
    expect(printed).toContain('certs/expired');
    expect(printed).toContain(`Serving  ${address}`);
    expect(printed).toContain('$ understudy explain certs');
    expect(printed).not.toContain('{"level"');
    expect(printed).not.toContain('\x1b');
  });
});

describe('agent --print on a terminal', () => {
  it('ends with its terminal instead of going on unseen', async () => {
    const state = join(folder, 'state-of-terminal');
    const port = await freePort();
    const machine = recordedFolder({ at: join(folder, 'other'), name: 'other', config: { listen: { port }, discover: false } });
    const line = `echo $$ > ${folder}/shell; exec ${program} agent --print --machine ${machine} --state ${state}`;
    const terminal = spawn('script', ['-qec', line, '/dev/null'], { env: bareEnvironment, stdio: ['ignore', 'pipe', 'pipe'] });
    await printedUntil(terminal, 'config example');
    const pid = Number(readFileSync(join(folder, 'shell'), 'utf8'));
    terminal.kill('SIGKILL');
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
  });
});

describe('agent with its log on a full disk', () => {
  it('serves, and stops when it is told to', async () => {
    const port = await freePort();
    const machine = recordedFolder({ at: join(folder, 'mute'), name: 'mute', config: { listen: { port }, discover: false } });
    const line = `exec ${program} agent --machine ${machine} --state ${join(folder, 'state-of-mute')} > /dev/full`;
    const mute = spawn('sh', ['-c', line], { env: bareEnvironment, stdio: 'ignore' });
    const { promise, resolve } = Promise.withResolvers<number | null>();
    mute.on('close', resolve);
    const answers = async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).status;
    await expect.poll(() => answers().catch(() => null), { timeout: 10_000 }).toBe(200);
    mute.kill('SIGTERM');
    expect(await promise).toBe(0);
  });
});

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('status', () => {
  it('prints the agent’s verdict and exits by it', async () => {
    const { code, stdout, stderr } = await ask('status');
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(stdout).toContain('✖ NOT READY');
    expect(stdout).toContain('/etc/app.crt');
  });

  it('prints every format', async () => {
    expect(JSON.parse((await ask('status', '--format', 'json')).stdout)).toMatchObject({
      format: 'understudy-check/1',
      verdict: 'not-ready',
    });
    expect((await ask('status', '--format', 'nagios')).stdout).toMatch(/^UNDERSTUDY CRITICAL - app1-zrh/);
  });
});

describe('explain', () => {
  it('shows the trail of a check and where a finding holds', async () => {
    expect((await ask('explain', 'certs')).stdout).toContain('What was asked, and what was answered');
    expect((await ask('explain', 'certs/expired')).stdout).toContain('It holds on app1-zrh:');
  });

  it('names the nearest check', async () => {
    const { code, stderr } = await ask('explain', 'cert');
    expect({ code, stderr }).toEqual({ code: 3, stderr: "understudy: there is no check 'cert' on app1-zrh; did you mean 'certs'?\n" });
  });
});

describe('history', () => {
  it('has a line for each change', async () => {
    const { code, stdout } = await ask('history', 'certs');
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toMatch(/^2026-11-23 12:00:\d\dZ {2}observed /);
    expect(JSON.parse((await ask('history', 'certs', '--format', 'json', '--limit', '1')).stdout).observations).toHaveLength(1);
  });

  it('of no check is what the agent says of it', async () => {
    const { code, stderr } = await ask('history', 'nothing');
    expect(code).toBe(3);
    expect(stderr).toContain('There is no check named "nothing"');
  });
});

describe('run', () => {
  it('is a right of its own, and needs the token here', async () => {
    const refused = await ask('run', 'certs');
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 3, stdout: '' });
    const { code, stdout } = await ask('run', 'certs', '--token-file', tokenFile);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}✔ observed {2}certs /);
    const asJson = await ask('run', 'certs', '--token-file', tokenFile, '--format', 'json');
    expect(JSON.parse(asJson.stdout)).toMatchObject({ format: 'understudy-explain-check/1', check: 'certs', probe: 'certs' });
  });
});

describe('diff', () => {
  it('takes an agent as a side', async () => {
    const { stdout } = await understudy(['diff', address, join(folder, 'machine'), '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ format: 'understudy-diff/1', primary: { name: 'app1-zrh' } });
  });
});

describe('what is no agent', () => {
  it('another server is told from an agent', async () => {
    const { createServer: createHttp } = await import('node:http');
    const server = createHttp((_, response) => response.end('<html>hello</html>'));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await understudy(['status', '--agent', `http://127.0.0.1:${port}`]);
    server.close();
    expect(code).toBe(3);
    expect(stderr).toMatch(/^understudy: the agent at http:\/\/127\.0\.0\.1:\d+ answered 200.*no agent/);
  });
});

describe('prometheus', () => {
  it('has the same families and labels as the agent’s own metrics, and one for findings', async () => {
    const families = (text: string) => {
      const named = [...text.matchAll(/^(understudy_\w+)(?:\{(.*)\})? /gm)].map(
        ([, name, labels = '']) => `${name} ${[...labels.matchAll(/(\w+)="/g)].map(([, label]) => label).join(',')}`,
      );
      return new Set(named);
    };
    const own = families(await (await fetch(`${address}/metrics`)).text());
    const printed = families((await ask('status', '--format', 'prometheus')).stdout);
    expect([...printed].filter((family) => !own.has(family))).toEqual(['understudy_finding code,severity,gap,check,subject']);
  });
});
