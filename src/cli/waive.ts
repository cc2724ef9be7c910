// Accepts a finding, with a reason and an end; takes that back; lists what was accepted.
import * as Type from 'typebox/type';
import { parseDurationMs } from '../contract/duration.ts';
import { type Waiver, WaiverSchema } from '../contract/waiver.ts';
import { asked, expected } from './asked.ts';
import { collectorFor, collectorOptions } from './collector-client.ts';
import { type Command, type Given, UsageError } from './command.ts';
import type { Daemon } from './daemon-client.ts';
import { exits } from './exits.ts';
import { formatOption } from './formats.ts';
import type { Terminal } from './terminal.ts';
import { shownText } from './text/escape.ts';
import { printableJson } from './text/printable-json.ts';
import { table } from './text/table.ts';
import { moment } from './words.ts';

export const waive: Command = {
  usage: 'waive [GROUP PAIR CODE SUBJECT | end ID]',
  describes:
    'Accepts a finding as it is now: it stays in sight and no longer counts, until its end, or until what is found changes. Without words: lists what was accepted.',
  options: {
    ...collectorOptions,
    reason: { value: 'TEXT', describes: 'why it is accepted' },
    until: { value: 'WHEN', describes: 'its end: 12h, 30d, 2027-01-31 (to the end of that day, UTC) or 2027-01-31T06:00Z' },
    author: { value: 'NAME', describes: 'who accepts it' },
    check: { value: 'CHECK', describes: 'where several checks make the same finding' },
    all: { describes: 'list those that have ended too' },
    format: formatOption(['text', 'json']),
  },
  words: { min: 0, max: 4 },
  examples: [
    [
      'understudy waive billing app1 kernel/behind-primary "effective kernel" --until 14d --author Ada --reason "patched with the next window"',
      'accept a finding for two weeks',
    ],
    ['understudy waive', 'what was accepted'],
    ['understudy waive end 5f0c…', 'take one back'],
  ],
  run: runWaive,
};

async function runWaive(given: Given) {
  const { words, values, flags, terminal } = given;
  // Before anybody is asked.
  const body = words.length === 4 ? bodyOf(given) : null;
  const collector = await collectorFor(values);
  if (body !== null) return said(expected(collector, '/v1/waivers', await collector.post('/v1/waivers', body), WaiverSchema), given);
  if (words.length === 0) return list(collector, flags.has('all'), values.format === 'json', terminal);
  if (words[0] === 'end' && words.length === 2) {
    const path = `/v1/waivers/${encodeURIComponent(words[1]!)}/end`;
    return said(expected(collector, path, await collector.post(path), WaiverSchema), given);
  }
  throw new UsageError('expected GROUP PAIR CODE SUBJECT, `end ID`, or nothing');
}

function bodyOf({ words, values }: Given) {
  const [group, pair, code, subject] = words;
  const { reason, until, author, check } = values;
  const missing = Object.entries({ reason, until, author }).flatMap(([name, value]) => (value === undefined ? [`--${name}`] : []));
  if (missing.length > 0) throw new UsageError(`an accepted finding needs ${missing.join(', ')}`);
  return { group, pair, code, subject, author, reason, until: endOf(until!, Date.now()), ...(check === undefined ? {} : { check }) };
}

/** Epoch milliseconds. */
export function endOf(text: string, now: number): number {
  const ms = parseDurationMs(text);
  if (ms !== null) return now + ms;
  const at = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59Z` : text);
  if (Number.isNaN(at) || !/^\d{4}-\d{2}-\d{2}/.test(text))
    throw new UsageError(`--until: '${text}' is no time; expected like 30d or 2027-01-31`);
  return at;
}

function said(waiver: Waiver, { values, terminal }: Given) {
  const { group, pair, code, subject, until, endedAt, endedBecause, id } = waiver;
  const what = `${code} ${shownText(subject)} of ${shownText(pair)} in ${shownText(group)}`;
  const text =
    endedAt === null
      ? `${terminal.paint('waived', 'bold', 'green')}  ${what} until ${moment(until)}\n        take it back with: understudy waive end ${id}`
      : `${terminal.paint('ended', 'bold')}  ${what}, ${moment(endedAt)} (${endedBecause})`;
  terminal.print(values.format === 'json' ? printableJson(waiver) : text);
  return exits.ready;
}

const ListBody = Type.Object({ waivers: Type.Array(WaiverSchema) });

async function list(collector: Daemon, isAll: boolean, isJson: boolean, terminal: Terminal) {
  const { waivers } = await asked(collector, `/v1/waivers${isAll ? '?all=true' : ''}`, ListBody);
  const rows = waivers.map((one) => [
    one.id,
    `${one.group}/${one.pair}`,
    `${one.code} ${one.subject}`,
    one.author,
    one.endedAt === null ? `until ${moment(one.until)}` : `ended ${moment(one.endedAt)} (${one.endedBecause})`,
    one.reason,
  ]);
  const text = table(['ID', 'PAIR', 'FINDING', 'BY', 'UNTIL', 'REASON'], rows, terminal.paint).join('\n') || 'nothing is waived';
  terminal.print(isJson ? printableJson(waivers) : text);
  return exits.ready;
}
