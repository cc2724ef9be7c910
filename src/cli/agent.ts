// Runs the agent in the foreground; with --print, says first what it found and where it serves.
import type { Command, Given } from './command.ts';
import { foreground } from './foreground.ts';
import { programVersion } from './program-version.ts';
import { configOption } from './settings.ts';

export const agent: Command = {
  usage: 'agent',
  describes:
    'Looks at this machine on a schedule, keeps what it saw, judges it and serves it, until it is stopped. It logs JSON lines to stdout. SIGHUP reads the configuration again and keeps the old one if the new one is wrong.',
  options: {
    print: { describes: 'say for people what was found at first, then go on serving; only errors are logged' },
    config: configOption,
    machine: { value: 'DIR', describes: 'watch a recorded machine instead of this one' },
    state: { value: 'DIR', describes: 'where to keep the history, unless the configuration says' },
  },
  words: { min: 0, max: 0 },
  examples: [
    ['understudy agent --print', 'on a machine that has no configuration yet'],
    ['understudy agent --config /etc/understudy/agent.yaml', 'as the service runs it'],
  ],
  exitCodes: '0 stopped, 69 the address or the history is taken, 70 a fault of its own, 78 the configuration is wrong.',
  run: runHere,
};

async function runHere({ values, flags, terminal }: Given) {
  const [{ probes }, { runAgent }] = await Promise.all([import('../probes/machines.generated.ts'), import('../agent/main.ts')]);
  // Said like everywhere else, before anything is started.
  if (values.machine !== undefined) await (await import('./subject.ts')).openFolder(values.machine);
  const options = {
    configFile: values.config ?? null,
    machineDir: values.machine ?? null,
    stateDir: values.state ?? null,
    version: programVersion(),
    probes,
  };
  if (!flags.has('print')) return runAgent(options);
  const shown = foreground({ terminal }, probes);
  try {
    return await runAgent({ ...options, ...shown.agentOptions() });
  } finally {
    shown.end();
  }
}
