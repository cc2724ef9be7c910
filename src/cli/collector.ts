// Runs the collector in the foreground.
import { defaultFleetFile } from '../config/places.ts';
import { collectorProgram } from './collector-program.ts';
import type { Command } from './command.ts';
import { programVersion } from './program-version.ts';

export const collector: Command = {
  usage: 'collector',
  describes: `Asks the agents of a fleet for what they saw, sets each standby beside its primary, judges, and serves and tells what comes of it, until it is stopped. It logs JSON lines to stdout. SIGHUP reads the fleet file again and keeps the old one if the new one is wrong. \`understudy config example fleet\` prints a fleet file to begin with.`,
  options: {
    config: { value: 'FILE', describes: `the fleet; ${defaultFleetFile} unless given` },
    state: { value: 'DIR', describes: 'where to keep history and receipt key, unless the fleet file says' },
  },
  words: { min: 0, max: 0 },
  examples: [['understudy collector --config /etc/understudy/fleet.yaml', 'as the service runs it']],
  exitCodes: '0 stopped, 69 the address or the history is taken, 70 a fault of its own, 78 the fleet file is wrong.',
  run: async ({ values }) => {
    const [{ allProbes }, { runCollector }] = await Promise.all([import('../probes/registry.generated.ts'), collectorProgram()]);
    return runCollector({
      configFile: values.config ?? null,
      stateDir: values.state ?? null,
      version: programVersion(),
      probes: allProbes,
    });
  },
};
