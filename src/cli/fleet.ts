// What the collector thinks of the fleet: all of it in lines, a group or a pair with everything that is wrong and what mends it.
import { GroupReviewSchema, PairReviewSchema } from '../contract/fleet.ts';
import { FleetLinesSchema } from '../contract/fleet-lines.ts';
import { asked } from './asked.ts';
import { collectorFor, collectorOptions } from './collector-client.ts';
import type { Command, Given } from './command.ts';
import type { Daemon } from './daemon-client.ts';
import { exits } from './exits.ts';
import { formatOption } from './formats.ts';

export const fleet: Command = {
  usage: 'fleet [GROUP [PAIR]]',
  describes:
    'Asks the collector which groups could take over now. With a group, or a pair of it: every finding with its remedy, what cannot be judged, what was accepted and what is lawful. Exits by the verdict of what was asked about.',
  options: { ...collectorOptions, format: formatOption(['text', 'json']) },
  words: { min: 0, max: 2 },
  examples: [
    ['understudy fleet', 'every group and pair in a line'],
    ['understudy fleet billing', 'why billing could not take over, and what mends it'],
    ['understudy fleet billing app1 --format json', 'one pair, for a script'],
  ],
  exitCodes: '0 ready, 1 degraded, 2 not ready, 3 unknown or not done.',
  run: runFleet,
};

async function runFleet({ words: [group, pair], values, terminal }: Given) {
  const collector = await collectorFor(values);
  const { body, text } = await answerOf(collector, group, pair);
  terminal.print(values.format === 'json' ? await jsonOf(body) : await text(terminal));
  return exits[body.verdict];
}

const jsonOf = async (body: object): Promise<string> => (await import('./text/printable-json.ts')).printableJson(body);

async function answerOf(collector: Daemon, group: string | undefined, pair: string | undefined) {
  const texts = import('./render/fleet-text.ts');
  if (group === undefined) {
    const body = await asked(collector, '/v1/fleet', FleetLinesSchema);
    return { body, text: async (page: Given['terminal']) => (await texts).fleetText(body, page) };
  }
  if (pair === undefined) {
    const body = await asked(collector, `/v1/groups/${encodeURIComponent(group)}`, GroupReviewSchema);
    return { body, text: async (page: Given['terminal']) => (await texts).groupText(body, page) };
  }
  const body = await asked(collector, `/v1/pairs/${encodeURIComponent(group)}/${encodeURIComponent(pair)}`, PairReviewSchema);
  return { body, text: async (page: Given['terminal']) => (await texts).pairText(body, page).join('\n') };
}
