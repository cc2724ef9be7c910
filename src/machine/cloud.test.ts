// The process that tries calls, seen from the port: whatever it does, the port answers with a value, in time.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CloudCall, CloudFailure, CloudRequest, CloudTried } from '../contract/cloud.ts';
import { tryCloud } from './cloud.ts';
import { localMachine } from './local.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-cloud-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

let programs = 0;
/** A program in place of the one that asks. */
function program(source: string): URL {
  programs += 1;
  const path = join(folder, `program-${programs}.mjs`);
  writeFileSync(path, source);
  return pathToFileURL(path);
}

const head: CloudCall = { kind: 'head-bucket', bucket: 'one' };
const request = (calls: readonly CloudCall[] = [head], timeoutMs = 10_000): CloudRequest => ({ calls, callTimeoutMs: 1_000, timeoutMs });

const refusal: CloudFailure = { status: 404, code: 'NotAuthorizedOrNotFound', message: 'no', requestId: 'r/1', host: 'example.com' };
const answer: CloudTried = {
  kind: 'cloud-tried',
  principal: {
    stage: 'token',
    failure: null,
    region: 'eu-frankfurt-1',
    instanceId: 'ocid1.instance.oc1..i',
    compartmentId: null,
    tenancyId: 'ocid1.tenancy.oc1..t',
    certificate: { notBeforeMs: 1, notAfterMs: 2 },
    clockAheadSeconds: -3,
  },
  calls: [{ kind: 'refused', failure: refusal, tookMs: 4 }],
  tookMs: 5,
  peakRssBytes: 6,
};
const printing = (value: unknown): URL => program(`console.log(${JSON.stringify(JSON.stringify(value))})`);

const ask = (file: URL, asked = request(), signal = new AbortController().signal) => tryCloud(asked, signal, file);

describe('the process that tries calls to the cloud', () => {
  it('is given the request and its answer is passed on', async () => {
    expect(await ask(printing(answer))).toEqual(answer);
    const echo = program(`
      let text = ''; for await (const chunk of process.stdin) text += chunk;
      const { calls } = JSON.parse(text);
      console.log(JSON.stringify({ ...${JSON.stringify(answer)}, calls: calls.map(() => ({ kind: 'answered', status: 200, isMissing: false, tookMs: 1 })) }));
    `);
    expect(await ask(echo, request([head, head]))).toMatchObject({ calls: [{ status: 200 }, { status: 200 }] });
  });

  it.each([
    ['ends with an error', 'throw new Error("secret")', 'ended with code 1 before it had answered'],
    ['is killed', 'process.kill(process.pid, "SIGKILL")', 'ended with SIGKILL before it had answered'],
    ['fills its memory', 'const all = []; for (;;) all.push(new Array(1e5).fill(all.length))', 'ended with SIGABRT before it had answered'],
    ['prints nothing', '', 'ended with code 0 before it had answered'],
    ['prints half a line', 'process.stdout.write("{")', 'ended with code 0 before it had answered'],
    ['prints garbage', 'console.log("not JSON")', 'printed something else than its answer'],
    ['prints JSON of another kind', 'console.log(JSON.stringify({ kind: "cloud-tried" }))', 'printed something else than its answer'],
  ])('that %s has failed', async (_, source, detail) => {
    expect(await ask(program(source))).toEqual({
      kind: 'failed',
      reason: 'unreadable',
      detail: `the process that tries calls to the cloud ${detail}`,
    });
  });

  it.each([
    ['adds a key', { ...answer, value: 'secret' }],
    ['adds a key to a failure', { ...answer, calls: [{ ...answer.calls[0], failure: { ...refusal, body: 'secret' } }] }],
    [
      'has a message without end',
      { ...answer, calls: [{ kind: 'refused', tookMs: 1, failure: { ...refusal, message: 'x'.repeat(301) } }] },
    ],
    ['answers more calls than there were', { ...answer, calls: [answer.calls[0], answer.calls[0]] }],
    ['answers calls without a token', { ...answer, principal: { ...answer.principal, stage: 'federation', failure: refusal } }],
  ])('that %s has failed', async (_, printed) => {
    expect(await ask(printing(printed))).toMatchObject({ kind: 'failed', reason: 'unreadable' });
  });

  it('that prints without end is killed', async () => {
    const endless = program(
      `const piece = 'x'.repeat(65536); const more = () => { while (process.stdout.write(piece)); process.stdout.once('drain', more); }; more();`,
    );
    expect(await ask(endless)).toMatchObject({ kind: 'failed', reason: 'too-much-output' });
  });

  it('that does not end after its answer is not waited for', async () => {
    const lingering = program(`console.log(${JSON.stringify(JSON.stringify(answer))}); setInterval(() => {}, 1000);`);
    expect(await ask(lingering)).toEqual(answer);
  });

  it('that hangs is killed at the limit, with what it started', async () => {
    const pids = join(folder, 'pids');
    const hanging = program(`
      import { spawn } from 'node:child_process';
      import { writeFileSync } from 'node:fs';
      const child = spawn('sleep', ['600']);
      writeFileSync(${JSON.stringify(pids)}, process.pid + ' ' + child.pid);
      setInterval(() => {}, 1000);
    `);
    expect(await ask(hanging, request([head], 1_500))).toMatchObject({ kind: 'failed', reason: 'timeout' });
    for (const pid of readFileSync(pids, 'utf8').split(' ').map(Number)) await expect.poll(() => isRunning(pid)).toBe(false);
  });

  it('is killed when the look ends, and not started after it', async () => {
    const ending = new AbortController();
    const asked = ask(program('setInterval(() => {}, 1000)'), request(), ending.signal);
    const waiting = ask(printing(answer), request(), ending.signal);
    setTimeout(() => ending.abort(), 300);
    expect(await asked).toMatchObject({ kind: 'failed', reason: 'timeout' });
    expect(await waiting).toMatchObject({ kind: 'failed', reason: 'timeout' });
    expect(await ask(printing(answer))).toEqual(answer);
  });

  it('is one at a time', async () => {
    const log = join(folder, 'log');
    writeFileSync(log, '');
    const noting = program(`
      import { appendFileSync } from 'node:fs';
      appendFileSync(${JSON.stringify(log)}, 'begin ');
      await new Promise((resolve) => setTimeout(resolve, 100));
      appendFileSync(${JSON.stringify(log)}, 'end ');
      console.log(${JSON.stringify(JSON.stringify(answer))});
    `);
    await Promise.all([ask(noting), ask(noting), ask(noting)]);
    expect(readFileSync(log, 'utf8')).toBe('begin end '.repeat(3));
  });

  it('has nothing of the agent’s environment and yields to everybody', async () => {
    const out = join(folder, 'out');
    process.env.UNDERSTUDY_TEST_SECRET = 'x';
    process.env.HTTPS_PROXY = 'http://127.0.0.1:1';
    await ask(
      program(`
        import { writeFileSync } from 'node:fs';
        import { getPriority } from 'node:os';
        await new Promise((resolve) => setTimeout(resolve, 100));
        writeFileSync(${JSON.stringify(out)}, JSON.stringify({ names: Object.keys(process.env).sort(), niceness: getPriority(), cwd: process.cwd() }));
      `),
    );
    delete process.env.UNDERSTUDY_TEST_SECRET;
    delete process.env.HTTPS_PROXY;
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual({ names: ['HOME', 'LC_ALL', 'MALLOC_ARENA_MAX', 'TZ'], niceness: 10, cwd: '/' });
  });

  it('passes no secret on that is in a message', async () => {
    const message = 'not understood: Authorization: Bearer abcdefghijklmnop0123 password=hunter2';
    const tried = await ask(printing({ ...answer, calls: [{ kind: 'refused', tookMs: 1, failure: { ...refusal, message } }] }));
    expect(JSON.stringify(tried)).not.toMatch(/abcdefghijklmnop|hunter2/);
  });

  it('is not started for a machine that is mounted somewhere', async () => {
    const port = localMachine({ root: folder }).forLook(new AbortController().signal);
    expect(await port.tryCloud(request())).toMatchObject({ kind: 'failed', reason: 'unreadable' });
  });
});

function isRunning(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] !== 'Z';
  } catch {
    return false;
  }
}
