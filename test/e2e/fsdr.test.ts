// The script of a Full Stack DR precheck step, as Run Command runs it: an exit code, and the last kilobyte of what was said.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { observed } from '../../src/contract/outcome.ts';
import { serveAgent, temporaryFolder, testProbe } from '../support/agent.ts';
import { bareEnvironment, program } from '../support/understudy.ts';

const script = resolve(import.meta.dirname, '../../packaging/fsdr/understudy-precheck');

interface Ran {
  readonly code: number | null;
  /** What Run Command keeps. */
  readonly kept: string;
}

const lastKilobyte = 1_024;

function precheck(argv: readonly string[], environment: NodeJS.ProcessEnv = {}): Ran {
  const env = { ...bareEnvironment, UNDERSTUDY: program, UNDERSTUDY_OVERRIDE_FILE: '/nonexistent', ...environment };
  const ran = spawnSync(script, argv, { env, encoding: 'utf8', timeout: 25_000 });
  return { code: ran.status, kept: ran.stdout.slice(-lastKilobyte) };
}

const lastLine = ({ kept }: Ran): string => kept.trimEnd().split('\n').at(-1)!;

/** A standby without its primary's word: unknown. The call that asks it has to run beside it, and so in a process of its own. */
async function standby(): Promise<string> {
  const probe = testProbe('steady');
  probe.answer = async () => observed({ value: 'x'.repeat(3_000) });
  return (await serveAgent({ probes: [probe] })).socket;
}

async function besideAgent(argv: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const { spawn } = await import('node:child_process');
  const env = { ...bareEnvironment, UNDERSTUDY: program, UNDERSTUDY_OVERRIDE_FILE: '/nonexistent', ...environment };
  const child = spawn(script, argv, { env, stdio: ['ignore', 'pipe', 'ignore'], timeout: 25_000 });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, kept: said.slice(-lastKilobyte) };
}

describe('the precheck of a plan', () => {
  test('that does not say which kind of plan it is for is closed', () => {
    for (const argv of [[], ['swtichover']]) {
      const ran = precheck(argv);
      expect(ran.code).not.toBe(0);
      expect(lastLine(ran)).toContain('CLOSED');
    }
  });

  test('is closed where nobody answers, before a switchover and before a failover', () => {
    const nobody = ['--agent', join(temporaryFolder(), 'nobody.sock')];
    for (const plan of ['switchover', 'failover', 'drill']) {
      const ran = precheck([plan, ...nobody]);
      expect([plan, ran.code]).toEqual([plan, 1]);
      expect(lastLine(ran)).toContain('UNKNOWN');
    }
  });

  test('is closed before a switchover of an unknown standby, and open before a failover', async () => {
    const socket = await standby();
    const [switchover, failover] = [
      await besideAgent(['switchover', '--agent', socket]),
      await besideAgent(['failover', '--agent', socket]),
    ];
    expect([switchover.code, failover.code]).toEqual([1, 0]);
    expect([lastLine(switchover), lastLine(failover)]).toEqual([
      expect.stringContaining('GATE CLOSED'),
      expect.stringContaining('GATE OPEN'),
    ]);
    for (const ran of [switchover, failover]) expect(lastLine(ran)).toContain('UNKNOWN');
  });

  test('is opened by an override file until its end, and says by whom', async () => {
    const socket = await standby();
    const file = join(temporaryFolder(), 'override.yaml');
    const write = (until: string): void => writeFileSync(file, `reason: Frankfurt is dark\nby: Ada\nuntil: ${until}\n`, { mode: 0o644 });
    write(new Date(Date.now() + 3_600_000).toISOString());
    const open = await besideAgent(['switchover', '--agent', socket], { UNDERSTUDY_OVERRIDE_FILE: file });
    expect([open.code, lastLine(open)]).toEqual([0, expect.stringContaining('OVERRIDDEN by Ada')]);
    write(new Date(Date.now() - 3_600_000).toISOString());
    const closed = await besideAgent(['switchover', '--agent', socket], { UNDERSTUDY_OVERRIDE_FILE: file });
    expect(closed.code).toBe(1);
  });
});
