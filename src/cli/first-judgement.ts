// What an agent in the foreground says once it has looked at everything: what it found, where it serves, how to go on.
import { dirname } from 'node:path';
import type { FirstJudgement } from '../agent/main.ts';
import { defaultConfigFile } from '../config/places.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { reportText } from './render/text.ts';
import type { Terminal } from './terminal.ts';
import { hang } from './text/wrap.ts';

export function firstText(
  { judgement, snapshot, urls }: FirstJudgement,
  probes: ReadonlyMap<string, AnyProbe>,
  terminal: Terminal,
  fleetUrls: readonly string[] = [],
): string {
  const report = { subject: snapshot, primary: null, judgement, probes, judgedAt: snapshot.takenAt, isAlone: false };
  return ['', reportText(report, terminal), '', ...goOnLines(urls, fleetUrls, snapshot.checks[0]?.check ?? 'kernel', terminal)].join('\n');
}

function goOnLines(urls: readonly string[], fleetUrls: readonly string[], check: string, { paint, columns }: Terminal): readonly string[] {
  // `npm start` runs from a source tree, where the program is not in the path.
  const program = process.env.npm_lifecycle_event === undefined ? 'understudy' : 'npx understudy';
  const web = urls.find(isHttp);
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
    ...(fleetUrls.length === 0
      ? []
      : [
          ...hang(
            `${paint('Fleet', 'bold', 'green')}    `,
            `${fleetUrls.join(' and ')}${fleetUrls.some(isHttp) ? ': open it in a browser' : ''}`,
            columns,
          ),
          command(`${program} fleet`),
        ]),
    ...hang(`${paint('Go on', 'bold')}    `, 'say what to look at, who this machine is and whose twin it is, then start again:', columns),
    command(`mkdir -p ${dirname(defaultConfigFile)} && ${program} config example > ${defaultConfigFile}`),
  ];
}

const isHttp = (url: string): boolean => url.startsWith('http');
