import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parseCapture } from './capture.ts';

const script = resolve(import.meta.dirname, '../../packaging/systemd/capture');

function captured(...argv: readonly string[]): Uint8Array {
  const spool = mkdtempSync(join(tmpdir(), 'understudy-spool-'));
  onTestFinished(() => rmSync(spool, { recursive: true }));
  execFileSync(script, ['some-tool', ...argv], { env: { ...process.env, UNDERSTUDY_SPOOL: spool } });
  return readFileSync(join(spool, 'some-tool.capture'));
}

it('what the capture script writes is read back whole, stdout and stderr apart', () => {
  const capture = parseCapture(captured('/bin/sh', '-c', 'printf "one\\n\\ntwo"; printf "grumble" >&2; exit 3'));
  expect(capture).toMatchObject({ code: 3, stdout: 'one\n\ntwo', stderr: 'grumble' });
  expect(Math.abs((capture?.at ?? 0) - Date.now())).toBeLessThan(60_000);
});

it('a command that is not there leaves its exit code, not an empty success', () => {
  expect(parseCapture(captured('/nowhere/tool'))).toMatchObject({ code: 127, stdout: '' });
});

it('a cut capture and anything else are no capture', () => {
  const whole = captured('/bin/sh', '-c', 'echo installed');
  expect(parseCapture(whole.subarray(0, whole.length - 3))).toBeNull();
  expect(parseCapture(new TextEncoder().encode('Installed updates:\n\nNone\n'))).toBeNull();
  expect(parseCapture(new Uint8Array())).toBeNull();
});

it('a name that would leave the spool is refused', () => {
  expect(() => execFileSync(script, ['../x', '/bin/true'], { stdio: 'pipe' })).toThrow(/a name is lower-case/);
});
