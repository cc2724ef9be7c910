// The collector as a program of its own, for agents of `agent-program.ts`: their probe, with a rule that always finds something. Run by
// tests that kill it.
import { runCollector } from '../../src/collector/main.ts';
import type { AnyProbe } from '../../src/contract/probe.ts';
import { testProbe } from './test-probe.ts';

const [, , configFile] = process.argv;

const restless: AnyProbe = testProbe('restless', {
  rules: [
    {
      kind: 'paired',
      code: 'restless/differs',
      severity: 'blocker',
      title: 'They differ',
      why: 'They never agree.',
      remedy: () => '# none',
      judge: () => [{ subject: 'value', expected: 'the same', actual: 'another' }],
    },
  ],
});

process.exitCode = await runCollector({ configFile: configFile!, version: '0.0.0-test', probes: new Map([[restless.id, restless]]) });
