// The networks of a region, looked at every second, with a rule that always finds something.
import type { AnyProbe } from '../../src/contract/probe.ts';
import { vcns } from './regions-probe.ts';

export const restlessNetworks: AnyProbe = {
  ...vcns,
  defaults: { everyMs: 1_000, timeoutMs: 1_000, staleAfterMs: 600_000 },
  rules: [
    {
      kind: 'paired',
      code: 'vcns/differ',
      severity: 'blocker',
      title: 'They differ',
      why: 'They never agree.',
      remedy: () => '# none',
      judge: () => [{ subject: 'names', expected: 'the same', actual: 'another' }],
    },
  ],
};
