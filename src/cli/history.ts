// How what a check saw has changed: one line for each change, the newest first.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { type Observation, ObservationSchema } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { schemaProblems } from '../contract/schema.ts';
import { CannotError, type Command, type Given, UsageError } from './command.ts';
import { exits } from './exits.ts';
import { formatOption } from './formats.ts';
import { agentFor, askOptions } from './known.ts';
import type { Terminal } from './terminal.ts';
import { shownText } from './text/escape.ts';
import { printableJson } from './text/printable-json.ts';
import { hang } from './text/wrap.ts';
import { moment } from './words.ts';

export const history: Command = {
  usage: 'history CHECK',
  describes: 'Asks the agent for what a check saw and when that changed, the newest first. Equal looks in a row are one line.',
  options: {
    ...askOptions,
    limit: { value: 'N', describes: 'so many changes, at most 500 (default 20)' },
    format: formatOption(['text', 'json']),
  },
  words: { min: 1, max: 1 },
  examples: [['understudy history dns --limit 5', 'the last five changes']],
  run: runHistory,
};

/** As much as the agent gives at once. */
const limitMax = 500;

const HistorySchema = Type.Object({ observations: Type.Array(ObservationSchema) });

async function runHistory(given: Given) {
  const { probes } = await import('../probes/machines.generated.ts');
  const limit = Number(given.values.limit ?? '20');
  if (!Number.isInteger(limit) || limit < 1 || limit > limitMax)
    throw new UsageError(`--limit: '${given.values.limit}' is no number from 1 to ${limitMax}`);
  const agent = await agentFor(given, probes);
  const answer = await agent.get(`/v1/checks/${encodeURIComponent(given.words[0]!)}/history?limit=${limit}`);
  if (!isHistory(answer)) throw new CannotError(`what answers at ${agent.address} is no agent of this version`);
  given.terminal.print(given.values.format === 'json' ? printableJson(answer) : historyText(answer.observations, probes, given.terminal));
  return exits.ready;
}

const isHistory = (value: unknown): value is Static<typeof HistorySchema> => schemaProblems(HistorySchema, value).length === 0;

function historyText(observations: readonly Observation[], probes: ReadonlyMap<string, AnyProbe>, { paint, columns }: Terminal): string {
  if (observations.length === 0) return 'nothing was looked at yet';
  return observations
    .flatMap((one) => {
      const looks = one.count === 1 ? '1 look' : `${one.count} looks until ${moment(one.lastAt)}`;
      return hang(
        `${moment(one.firstAt)}  ${one.outcome.kind.padEnd(8)}  `,
        `${shownText(sawOf(one, probes))} ${paint(`(${looks})`, 'dim')}`,
        columns,
      );
    })
    .join('\n');
}

function sawOf({ outcome, probe }: Observation, probes: ReadonlyMap<string, AnyProbe>): string {
  switch (outcome.kind) {
    case 'observed':
      try {
        return probes.get(probe)?.summary(outcome.facts) ?? 'facts';
      } catch {
        return 'facts that this version cannot sum up';
      }
    case 'absent':
      return outcome.detail;
    case 'unseen':
      return `${outcome.reason}: ${outcome.detail}`;
  }
}
