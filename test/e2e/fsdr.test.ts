// The script of a Full Stack DR precheck step, as Run Command starts it: what is kept of it is its exit code and its last kilobyte.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { observed } from '../../src/contract/outcome.ts';
import type { Receipt } from '../../src/contract/receipt.ts';
import { serveAgent, settled, temporaryFolder, testProbe } from '../support/agent.ts';
import { collect, program } from '../support/understudy.ts';

const script = resolve(import.meta.dirname, '../../packaging/fsdr/understudy-precheck');

/** Everything that is printed, in the order in which it was. */
async function run(programFile: string, ...argv: readonly string[]) {
  const line = ['-c', 'exec "$0" "$@" 2>&1', script, ...argv];
  const { code, stdout } = await collect('/bin/sh', line, { UNDERSTUDY_PROGRAM: programFile });
  return { code, output: stdout };
}

function executable(text: string): string {
  const file = join(temporaryFolder(), 'understudy');
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** What it is given, in one line. */
const echoing = (): string => executable('echo "$*"');
const lastOf = (text: string): string => text.trimEnd().split('\n').at(-1)!;

describe('what the gate is asked', () => {
  const asked = async (...argv: readonly string[]): Promise<string> =>
    lastOf((await run(echoing(), ...argv)).output).replace(/ --receipt \S+/, '');
  const overrideFile = '--override-file /etc/understudy/gate-override.yaml';

  it.each([
    [['switchover'], `gate --local --fail-on unknown --max-age 1h --timeout 60s ${overrideFile}`],
    [['drill'], `gate --local --fail-on not-ready --max-age 1h --timeout 60s ${overrideFile}`],
    [['failover'], `gate --local --fail-on not-ready --timeout 60s ${overrideFile}`],
    [['switchover', '--fail-on', 'degraded', '--max-age=2h'], `gate --local --fail-on degraded --max-age=2h --timeout 60s ${overrideFile}`],
    [['failover', '--timeout', '5s', '--max-age', '3d'], `gate --local --timeout 5s --max-age 3d --fail-on not-ready ${overrideFile}`],
    [['failover', '--override-file', '/x y'], 'gate --local --override-file /x y --fail-on not-ready --timeout 60s'],
    [['failover', '--advise'], 'gate --local --fail-on not-ready --timeout 60s --override this step only warns --by understudy-precheck'],
    [['drill', '--override', 'x', '--by', 'y'], 'gate --local --override x --by y --fail-on not-ready --max-age 1h --timeout 60s'],
  ])('by %j', async (argv, line) => {
    expect(await asked(...argv)).toBe(line);
  });

  it('words stay whole', async () => {
    const file = executable('for word; do echo "<$word>"; done');
    const { output } = await run(file, 'failover', '--override', 'two words; $(id)', '--by', 'anna');
    expect(output).toContain('<two words; $(id)>\n');
  });

  it('a receipt is asked for where one can be left, named by time and plan; else that is said', async () => {
    const folder = temporaryFolder();
    expect((await run(echoing(), 'drill', '--receipts', folder)).output).toMatch(
      new RegExp(`^gate --local .* --receipt ${folder}/\\d{8}T\\d{6}Z-drill-\\d+\\.json\\n$`),
    );
    const { output } = await run(echoing(), 'drill', '--receipts', join(folder, 'gone'));
    expect(output).toMatch(/^note: no receipt is left: .*\/gone is no folder that \w+ may write\ngate --local (?!.*--receipt)/);
  });
});

describe('its exit code', () => {
  it.each([0, 1, 2, 3, 77])('%i is that of the gate', async (code) => {
    expect((await run(executable(`exit ${code}`), 'switchover')).code).toBe(code);
  });

  it.each([
    ['a plan that is none', ['failure'], "which plan? understudy-precheck switchover|drill|failover, not 'failure'"],
    ['no plan', [], "which plan? understudy-precheck switchover|drill|failover, not ''"],
    ['a folder that is not named', ['drill', '--receipts'], 'which folder? --receipts DIR'],
  ])('is 1 for %s, and the last line says so', async (_, argv, why) => {
    const { code, output } = await run(echoing(), ...argv);
    expect([code, output]).toEqual([1, `understudy: GATE CLOSED - UNKNOWN - ${why}\n`]);
  });

  it('is 1 where the program is not there, and 0 where the step is only to warn', async () => {
    const gone = join(temporaryFolder(), 'understudy');
    const closed = await run(gone, 'failover');
    expect([closed.code, closed.output]).toEqual([1, `understudy: GATE CLOSED - UNKNOWN - there is no ${gone}\n`]);
    const advised = await run(gone, 'failover', '--advise');
    expect([advised.code, lastOf(advised.output)]).toEqual([0, expect.stringContaining('this step only warns - UNKNOWN, NO RECEIPT')]);
  });

  it('comes from the gate itself: no shell waits beside it', async () => {
    const { output } = await run(executable('tr "\\0" " " < /proc/$PPID/cmdline'), 'switchover');
    expect(lastOf(output)).not.toContain('understudy-precheck');
  });
});

describe('a standby in trouble', () => {
  const troubles = 60;

  const standby = async () => {
    const probe = testProbe('door', {
      rules: [
        {
          code: 'door/open',
          kind: 'alone',
          severity: 'blocker',
          title: 'A door stands open, as doors do when nobody has looked after them for a while',
          why: 'for tests',
          remedy: ({ subject }) => `# On this machine:\n$ sudo doorctl shut ${subject}`,
          judge: (facts) =>
            facts.value === 'open'
              ? Array.from({ length: troubles }, (_, n) => ({ subject: `door number ${n} 漢字`, expected: 'shut', actual: 'open' }))
              : [],
        },
      ],
    });
    probe.answer = async () => observed({ value: 'open' });
    const served = await serveAgent({ probes: [probe] });
    await served.agent.firstJudgement();
    await settled();
    const file = executable(`exec ${program} "$@" --agent ${served.socket}`);
    const receipts = join(served.folder, 'receipts');
    mkdirSync(receipts);
    return { served, precheck: (...argv: readonly string[]) => run(file, argv[0]!, '--receipts', receipts, ...argv.slice(1)), receipts };
  };

  it('stops the plan; verdict and reason survive as the last line of the last kilobyte', async () => {
    const { precheck, receipts } = await standby();
    const { code, output } = await precheck('switchover');
    expect(code).toBe(1);
    expect(Buffer.byteLength(output)).toBeGreaterThan(8 * 1024);
    const kept = Buffer.from(output).subarray(-1024).toString();
    expect(lastOf(kept)).toBe(
      `understudy: GATE CLOSED - NOT READY - billing: ${troubles} blockers, 1 blind spot: app1 door/open door number 0 漢字`,
    );
    const [name] = readdirSync(receipts);
    const receipt = JSON.parse(readFileSync(join(receipts, name!), 'utf8')) as Receipt;
    expect(receipt).toMatchObject({
      verdict: 'not-ready',
      isPassed: false,
      asked: { failOn: 'unknown', maxAgeMs: 3_600_000 },
      counts: { blocker: troubles },
    });
  });

  it('only warns where it was told to, and the receipt is marked', async () => {
    const { precheck, receipts } = await standby();
    const { code, output } = await precheck('failover', '--advise');
    expect([code, lastOf(output)]).toEqual([
      0,
      expect.stringContaining('understudy: GATE OVERRIDDEN by understudy-precheck: this step only warns - NOT READY - billing'),
    ]);
    const receipt = JSON.parse(readFileSync(join(receipts, readdirSync(receipts)[0]!), 'utf8')) as Receipt;
    expect(receipt.override).toEqual({ by: 'understudy-precheck', reason: 'this step only warns' });
  });

  it('of which too little is known holds up a switchover, and no failover', async () => {
    const served = await serveAgent({ probes: [testProbe('steady')] });
    const file = executable(`exec ${program} "$@" --agent ${served.socket}`);
    const [switchover, failover] = await Promise.all([run(file, 'switchover'), run(file, 'failover')]);
    expect([switchover.code, lastOf(switchover.output)]).toEqual([1, expect.stringContaining('understudy: GATE CLOSED - UNKNOWN')]);
    expect([failover.code, lastOf(failover.output)]).toEqual([0, expect.stringContaining('understudy: GATE OPEN - UNKNOWN')]);
  });

  it('that does not answer stops it, with a line that says so', async () => {
    const { served, precheck } = await standby();
    await served.doors.close();
    const { code, output } = await precheck('failover');
    expect([code, lastOf(output)]).toEqual([1, expect.stringContaining('understudy: GATE CLOSED - UNKNOWN - no agent answers at ')]);
  });
});

const shellcheck = spawnSync('shellcheck', ['--version']).error === undefined;

it.runIf(shellcheck)('the script has nothing that shellcheck finds', () => {
  expect(spawnSync('shellcheck', [script], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '' });
});

it('the script is where the package takes it from, and may be run', () => {
  expect(existsSync(script)).toBe(true);
});
