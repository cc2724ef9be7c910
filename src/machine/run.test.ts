import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { localMachine } from './local.ts';

const limits = { timeoutMs: 10_000, bytesMax: 65_536 };

const machine = (signal: AbortSignal = new AbortController().signal) => localMachine().forLook(signal);

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'understudy-run-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A program of one line of shell. */
function tool(script: string, mode = 0o755): string {
  const path = join(folder(), 'tool');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, mode);
  return path;
}

const isAlive = (pid: number): boolean => {
  try {
    // A zombie is dead; it may wait a moment for whoever adopted it.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

async function until(condition: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return condition();
}

test('exit code, stdout and stderr come back apart', async () => {
  const answer = await machine().run([tool('echo out; echo err >&2; exit 3')], limits);
  expect(answer).toEqual({ kind: 'exited', code: 3, stdout: 'out\n', stderr: 'err\n' });
});

test('a program sees a fixed environment, no input and the root folder, whatever the agent was started with', async () => {
  process.env.UNDERSTUDY_TEST_SECRET = 'x';
  onTestFinished(() => {
    delete process.env.UNDERSTUDY_TEST_SECRET;
  });
  const answer = await machine().run([tool('env | sort; pwd; cat; readlink /proc/self/fd/0')], { ...limits, env: { EXTRA: '1' } });
  if (answer.kind !== 'exited') throw new Error(answer.detail);
  const lines = answer.stdout.trim().split('\n');
  expect(lines).toEqual(expect.arrayContaining(['LC_ALL=C', 'TZ=UTC', 'HOME=/', 'EXTRA=1', '/', '/dev/null']));
  expect(answer.stdout).not.toContain('UNDERSTUDY_TEST_SECRET');
});

test('arguments are passed as they are: no shell reads them', async () => {
  const answer = await machine().run(['echo', '$HOME; exit 9', '*', "'"], limits);
  expect(answer).toMatchObject({ kind: 'exited', code: 0, stdout: "$HOME; exit 9 * '\n" });
});

test('a hanging tool is a timeout, and its whole group is killed', async () => {
  const pids = join(folder(), 'pids');
  const path = tool(`echo $$ >> ${pids}; sleep 1000 & echo $! >> ${pids}; echo partial; wait`);
  const answer = await machine().run([path], { ...limits, timeoutMs: 700 });
  expect(answer).toMatchObject({ kind: 'failed', reason: 'timeout' });
  const started = readFileSync(pids, 'utf8').trim().split('\n').map(Number);
  expect(started).toHaveLength(2);
  for (const pid of started) expect(await until(() => !isAlive(pid))).toBe(true);
});

test('a tool that ignores SIGTERM is ended all the same', async () => {
  const pids = join(folder(), 'pids');
  const answer = await machine().run([tool(`trap '' TERM INT HUP; echo $$ > ${pids}; while :; do sleep 1; done`)], {
    ...limits,
    timeoutMs: 700,
  });
  expect(answer).toMatchObject({ kind: 'failed', reason: 'timeout' });
  expect(await until(() => !isAlive(Number(readFileSync(pids, 'utf8'))))).toBe(true);
});

test('a flooding tool is too much output, on either stream, and is killed', async () => {
  for (const stream of ['1', '2']) {
    const pids = join(folder(), 'pids');
    const answer = await machine().run([tool(`echo $$ > ${pids}; exec yes flood >&${stream}`)], limits);
    expect(answer).toMatchObject({ kind: 'failed', reason: 'too-much-output' });
    expect(await until(() => !isAlive(Number(readFileSync(pids, 'utf8'))))).toBe(true);
  }
});

test('output of exactly the limit is not too much', async () => {
  const answer = await machine().run([tool('head -c 65536 /dev/zero | tr "\\0" x')], limits);
  expect(answer.kind === 'exited' && answer.stdout.length).toBe(65_536);
});

test('a child that keeps the pipe open does not keep the answer back, and does not outlive it', async () => {
  const pids = join(folder(), 'pids');
  const answer = await machine().run([tool(`sleep 1000 & echo $! > ${pids}; echo done; exit 4`)], { ...limits, timeoutMs: 60_000 });
  expect(answer).toMatchObject({ kind: 'exited', code: 4, stdout: 'done\n' });
  expect(await until(() => !isAlive(Number(readFileSync(pids, 'utf8'))))).toBe(true);
});

test('a tool that is not installed is missing', async () => {
  expect(await machine().run(['understudy-no-such-tool'], limits)).toMatchObject({ kind: 'failed', reason: 'tool-missing' });
  expect(await machine().run(['/nowhere/tool'], limits)).toMatchObject({ kind: 'failed', reason: 'tool-missing' });
});

test('a tool that may not be run is denied', async () => {
  expect(await machine().run([tool('exit 0', 0o644)], limits)).toMatchObject({ kind: 'failed', reason: 'denied' });
});

test('a tool whose interpreter is missing, or that is no program, is not taken for one that said no', async () => {
  const path = join(folder(), 'tool');
  writeFileSync(path, '#!/nowhere/interpreter\n', { mode: 0o755 });
  expect(await machine().run([path], limits)).toMatchObject({ kind: 'failed', reason: 'tool-missing' });
  writeFileSync(path, 'rm -rf nothing\n', { mode: 0o755 });
  expect(await machine().run([path], limits)).toMatchObject({ kind: 'failed', reason: 'unreadable' });
});

test('a relative path is no name of a program', async () => {
  expect(await machine().run(['./tool'], limits)).toMatchObject({ kind: 'failed', reason: 'unreadable' });
});

test('a tool ended by a signal exits with 128 and its number', async () => {
  expect(await machine().run([tool('kill -SEGV $$')], limits)).toMatchObject({ kind: 'exited', code: 139 });
});

test('bytes that are no UTF-8 come back with replacement characters', async () => {
  const answer = await machine().run([tool('printf "a\\377\\376b\\000c"')], limits);
  expect(answer).toMatchObject({ kind: 'exited', stdout: 'a\ufffd\ufffdb\u0000c' });
});

test('characters torn between two reads are whole in the answer', async () => {
  const answer = await machine().run([tool('printf "\\303"; sleep 0.1; printf "\\251"')], limits);
  expect(answer).toMatchObject({ kind: 'exited', stdout: 'é' });
});

test('an abort ends the program and the question at once', async () => {
  const pids = join(folder(), 'pids');
  const abort = new AbortController();
  const asked = machine(abort.signal).run([tool(`echo $$ > ${pids}; exec sleep 1000`)], { ...limits, timeoutMs: 600_000 });
  expect(await until(() => existsSync(pids) && readFileSync(pids, 'utf8').trim() !== '')).toBe(true);
  abort.abort();
  expect(await asked).toMatchObject({ kind: 'failed', reason: 'timeout' });
  expect(await until(() => !isAlive(Number(readFileSync(pids, 'utf8'))))).toBe(true);
});

test('few programs run at once, the others wait their turn, and all are answered', async () => {
  const log = join(folder(), 'log');
  const path = tool(`echo + >> ${log}; sleep 0.1; echo - >> ${log}`);
  const answers = await Promise.all(Array.from({ length: 14 }, () => machine().run([path], limits)));
  expect(answers.every((answer) => answer.kind === 'exited' && answer.code === 0)).toBe(true);
  let running = 0;
  let most = 0;
  for (const mark of readFileSync(log, 'utf8').trim().split('\n')) {
    running += mark === '+' ? 1 : -1;
    most = Math.max(most, running);
  }
  expect(most).toBeLessThanOrEqual(4);
  expect(running).toBe(0);
});

test('programs are not run for a folder that stands for another machine', async () => {
  const port = localMachine({ root: folder() }).forLook(new AbortController().signal);
  expect(await port.run(['echo'], limits)).toMatchObject({ kind: 'failed', reason: 'unreadable' });
});

test('where no file descriptors are left a program has failed to start, and the process lives on', () => {
  const script = join(folder(), 'script.mjs');
  const module = (name: string): string => JSON.stringify(join(import.meta.dirname, name));
  writeFileSync(
    script,
    `import { openSync, closeSync } from 'node:fs';
    import { runProgram } from ${module('run.ts')};
    import { askChild } from ${module('cloud/child.ts')};
    const never = new AbortController().signal;
    const limits = { timeoutMs: 500, bytesMax: 100 };
    const run = () => runProgram(['true'], limits, never);
    const ask = () => askChild({ name: 'it', argv: ['/bin/true'], env: {}, input: '', ...limits }, never);
    const answers = [await run(), await ask()];
    for (let free = 0; free < 9; free += 1) {
      const taken = [];
      try { for (;;) taken.push(openSync('/dev/null')); } catch {}
      for (const one of taken.splice(0, free)) closeSync(one);
      answers.push(await run(), await ask());
      for (const one of taken) closeSync(one);
    }
    await new Promise((resolve) => setTimeout(resolve, 700));
    console.log(JSON.stringify(answers.map(({ kind, detail }) => detail ?? kind)));`,
  );
  const { stdout, stderr } = spawnSync('sh', ['-c', 'ulimit -n 60; exec "$0" "$1"', process.execPath, script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const answers = JSON.parse(stdout) as readonly string[];
  expect(answers).toHaveLength(20);
  expect(answers).toContain('exited');
  expect(answers).toContain('true could not be started: EMFILE');
  expect(answers).toContain('it could not be started: EMFILE');
});
