// The agent as a program of its own, with a probe that says something new at nearly every look. Run by tests that kill it.
import { runAgent } from '../../src/agent/main.ts';
import { observed } from '../../src/contract/outcome.ts';
import type { AnyProbe } from '../../src/contract/probe.ts';
import { testProbe } from './test-probe.ts';

const [, , configFile, machineDir] = process.argv;
let looks = 0;

/** One look in three says what the last one said, so that both ways of recording are under way when it is killed. */
const restless: AnyProbe = testProbe('restless', {
  defaults: { everyMs: 1_000, timeoutMs: 1_000, staleAfterMs: 60_000 },
  observe: async () =>
    observed({ value: `${process.pid}-${Math.floor((looks++ * 2) / 3)}` }, [{ name: 'lagMs', subject: '', value: looks }]),
});

process.exitCode = await runAgent({
  configFile: configFile!,
  machineDir: machineDir ?? null,
  version: '0.0.0-test',
  probes: new Map([[restless.id, restless]]),
});
