// Agent and collector in one process on this machine: what `npm start` shows, and all that a small fleet needs.
import type { AgentConfig } from '../config/agent-config.ts';
import type { Contact } from '../config/fleet-config.ts';
import { defaultFleetFile } from '../config/places.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { agentAddresses } from './addresses.ts';
import { collectorProgram } from './collector-program.ts';
import type { Command, Given } from './command.ts';
import { foreground } from './foreground.ts';
import { programVersion } from './program-version.ts';
import { configOption, settingsFrom } from './settings.ts';

export const up: Command = {
  usage: 'up',
  describes: `Runs the agent of this machine and a collector in one process: says what was found at first, then goes on looking, judging and serving until it is stopped. The fleet is what ${defaultFleetFile} says, if it is there, and this machine. Only errors are logged.`,
  options: {
    config: configOption,
    fleet: { value: 'FILE', describes: `the fleet; ${defaultFleetFile} if there is one` },
    state: { value: 'DIR', describes: 'where to keep both histories, unless the configuration says' },
  },
  words: { min: 0, max: 0 },
  examples: [
    ['understudy up', 'on a machine that has no configuration yet'],
    ['understudy up --fleet fleet.yaml', 'and ask the agents of a fleet'],
  ],
  exitCodes: '0 stopped, 69 an address or a history is taken, 70 a fault of its own, 78 a configuration is wrong.',
  run: runUp,
};

async function runUp(given: Given) {
  const { values, terminal } = given;
  const [{ probes, allProbes }, { runAgent }, { runCollector }] = await Promise.all([
    import('../probes/registry.generated.ts'),
    import('../agent/main.ts'),
    collectorProgram(),
  ]);
  const version = programVersion();
  const stateDir = values.state ?? null;
  const shown = foreground(given, probes);
  const local = await contactOfAgent(values.config ?? null, probes);
  try {
    const fleet = Promise.withResolvers<readonly string[]>();
    const agentServes = Promise.withResolvers<void>();
    const agent = runAgent({
      ...shown.agentOptions(fleet.promise),
      onServing: agentServes.resolve,
      configFile: values.config ?? null,
      machineDir: null,
      stateDir,
      version,
      probes,
    });
    const startCollector = (): Promise<number> =>
      runCollector({
        configFile: values.fleet ?? null,
        stateDir,
        version,
        probes: allProbes,
        logLevel: 'error',
        ...(local === null ? {} : { local }),
        complain: shown.complain,
        onServing: fleet.resolve,
        // One process is one service: the agent speaks for both.
        environment: {},
      });
    // The collector asks at once, and would take an agent that is not there yet for one that is silent.
    const started = await Promise.race([agentServes.promise, agent]);
    return started === undefined ? await bothEnded(agent, startCollector()) : started;
  } finally {
    shown.end();
    terminal.progress(null);
  }
}

/** The way that needs no credential first; null where the agent can only be asked with one. */
async function contactOfAgent(configFile: string | null, probes: ReadonlyMap<string, AnyProbe>): Promise<Contact | null> {
  const { listen }: AgentConfig = await settingsFrom(configFile, probes);
  const [first] = agentAddresses(listen);
  if (first === undefined || (listen.socket === null && listen.tls !== null)) return null;
  const address = listen.socket === null ? first : `unix:${listen.socket}`;
  return { address, tokenFile: null, authoritiesFile: null, certificateFile: null, keyFile: null, serverName: null };
}

/** How long the other one gets to end by itself. */
const endMsMax = 5_000;

/** One that ended by itself takes the other along; its exit code says why. */
async function bothEnded(agent: Promise<number>, collector: Promise<number>): Promise<number> {
  const first = await Promise.race([agent, collector]);
  if (first === 0) return Math.max(...(await Promise.all([agent, collector])));
  process.once('SIGTERM', () => {});
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(first), endMsMax).unref();
  await Promise.all([agent, collector]);
  return first;
}
