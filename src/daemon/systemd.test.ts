import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from './clock.ts';
import { sendDatagram } from './notify-socket.ts';
import { systemd } from './systemd.ts';

interface Heard {
  readonly pid: number;
  readonly message: string;
}

/** Listens as systemd does: the kernel, not the message, says who sent it. */
async function manager(path: string): Promise<{ next(): Promise<Heard> }> {
  const script = `
import json, socket, struct, sys
name = sys.argv[1]
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
s.bind('\\0' + name[1:] if name[0] == '@' else name)
print(json.dumps({'pid': 0, 'message': 'listening'}), flush=True)
while True:
    message, extra, _, _ = s.recvmsg(4096, 1024)
    print(json.dumps({'pid': struct.unpack('3i', extra[0][2])[0], 'message': message.decode()}), flush=True)
`;
  const child = spawn('python3', ['-c', script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const heard: Heard[] = [];
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    heard.push(...lines.map((line) => JSON.parse(line) as Heard));
  });
  const next = async (): Promise<Heard> => {
    for (let tries = 0; tries < 1_000; tries += 1) {
      const one = heard.shift();
      if (one !== undefined) return one;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error('nothing was heard in ten seconds');
  };
  expect((await next()).message).toBe('listening');
  return { next };
}

function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-notify-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'notify');
}

const warnings: string[] = [];
const log = { warn: (_: unknown, message: string) => warnings.push(message), error: () => {}, info: () => {}, debug: () => {} } as never;

it('each message comes from this very process, so that systemd can always tell whose it is', async () => {
  const path = socketPath();
  const { next } = await manager(path);
  const told = systemd({ NOTIFY_SOCKET: path, WATCHDOG_USEC: '30000' }, systemClock(), log);
  await told.ready('4 checks');
  expect(await next()).toEqual({ pid: process.pid, message: 'READY=1\nSTATUS=4 checks' });
  told.watch(() => true);
  expect(await next()).toEqual({ pid: process.pid, message: 'WATCHDOG=1' });
  await told.stopping();
  const said = [await next(), await next().catch(() => null)].map((one) => one?.message);
  expect(said).toContain('STOPPING=1');
}, 30_000);

it('an abstract socket is reached too', async () => {
  const name = `@understudy-test-${process.pid}`;
  const { next } = await manager(name);
  await sendDatagram(name, 'READY=1');
  expect(await next()).toEqual({ pid: process.pid, message: 'READY=1' });
});

it('no sign of life is given while the schedule stands still', async () => {
  const path = socketPath();
  const { next } = await manager(path);
  const told = systemd({ NOTIFY_SOCKET: path, WATCHDOG_USEC: '30000' }, systemClock(), log);
  told.watch(() => false);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await told.stopping();
  expect((await next()).message).toBe('STOPPING=1');
});

it('a manager that is gone is said, and is no fault', async () => {
  const told = systemd({ NOTIFY_SOCKET: join(tmpdir(), 'nobody-listens-here') }, systemClock(), log);
  await told.ready('x');
  expect(warnings.at(-1)).toBe('systemd could not be told');
});

it('a program that systemd did not start says nothing, and its children are never told of the socket', async () => {
  const environment = { NOTIFY_SOCKET: '/run/somewhere' };
  systemd(environment, systemClock(), log);
  expect(environment).not.toHaveProperty('NOTIFY_SOCKET');
  await systemd({}, systemClock(), log).ready('x');
});
