// Runs the agent in the foreground; with --print, says first what it found and where it serves.
import { dirname } from 'node:path';
import type { FirstJudgement } from '../agent/main.ts';
import { defaultConfigFile } from '../config/places.ts';
import type { AnyProbe } from '../contract/probe.ts';
import type { Command, Given } from './command.ts';
import { programVersion } from './program-version.ts';
import { reportText } from './render/text.ts';
import { configOption } from './settings.ts';
import type { Terminal } from './terminal.ts';
import { shownText } from './text/escape.ts';
import { hang } from './text/wrap.ts';
import { tookWords } from './words.ts';

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
  const [{ probes }, { runAgent }] = await Promise.all([import('../probes/registry.generated.ts'), import('../agent/main.ts')]);
  const options = {
    configFile: values.config ?? null,
    machineDir: values.machine ?? null,
    stateDir: values.state ?? null,
    version: programVersion(),
    probes,
  };
  if (!flags.has('print')) return runAgent(options);
  const stopWaiting = waiting(terminal);
  try {
    return await runAgent({
      ...options,
      logLevel: 'error',
      onFirstJudgement: (first) => {
        stopWaiting();
        terminal.print(firstText(first, probes, terminal));
      },
      complain: (line) => {
        stopWaiting();
        terminal.note(`understudy: ${shownText(line)}`);
      },
    });
  } finally {
    stopWaiting();
  }
}

const progressEveryMs = 200;

function waiting(terminal: Terminal): () => void {
  const began = performance.now();
  const timer = setInterval(
    () => terminal.progress(`looking for the first time: ${tookWords(performance.now() - began)}`),
    progressEveryMs,
  );
  return () => {
    clearInterval(timer);
    terminal.progress(null);
  };
}

function firstText({ judgement, snapshot, urls }: FirstJudgement, probes: ReadonlyMap<string, AnyProbe>, terminal: Terminal): string {
  const report = { subject: snapshot, primary: null, judgement, probes, judgedAt: snapshot.takenAt, isAlone: false };
  return ['', reportText(report, terminal), '', ...goOnLines(urls, snapshot.checks[0]?.check ?? 'kernel', terminal)].join('\n');
}

function goOnLines(urls: readonly string[], check: string, { paint, columns }: Terminal): readonly string[] {
  // `npm start` runs from a source tree, where the program is not in the path.
  const program = process.env.npm_lifecycle_event === undefined ? 'understudy' : 'npx understudy';
  const web = urls.find((url) => url.startsWith('http'));
  const command = (line: string): string => `    ${paint('$', 'dim')} ${paint(line, 'cyan')}`;
  return [
    ...hang(
      `${paint('Serving', 'bold', 'green')}  `,
      `${urls.join(' and ')}, until Ctrl-C; each check is looked at again when it is due`,
      columns,
    ),
    command(`${program} status`),
    command(`${program} explain ${check}`),
    ...(web === undefined ? [] : [command(`curl -s ${web}/v1/findings`)]),
    ...hang(`${paint('Go on', 'bold')}    `, 'say what to look at, who this machine is and whose twin it is, then start again:', columns),
    command(`mkdir -p ${dirname(defaultConfigFile)} && ${program} config example > ${defaultConfigFile}`),
  ];
}
