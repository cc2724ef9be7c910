// A collector whose two regions never look the same twice, as a program of its own: run by tests that kill it.
import { runCollector } from '../../src/collector/main.ts';
import { recordedTenancy } from '../../src/tenancy/recorded.ts';
import { restlessNetworks } from './restless-networks.ts';

const [, , configFile] = process.argv;

process.exitCode = await runCollector({
  configFile: configFile!,
  version: '0.0.0-test',
  probes: new Map([[restlessNetworks.id, restlessNetworks]]),
  openTenancies: async () => ({
    region: (name) => ({
      now: Date.now,
      forLook: (signal) => {
        const body = [{ displayName: `${name} at ${Date.now()}` }];
        const calls = [{ operation: 'listVcns', with: {}, body } as const];
        return recordedTenancy({ now: Date.now(), region: { name, key: null }, tenancyId: null, calls }).forLook(signal);
      },
    }),
    ready: async () => {},
    usage: () => [],
    states: () => [],
    close: () => {},
  }),
});
