// Drafts what the fleet file could say of a group, from what its pairs show today: to be read by a person, and pasted in part.
import { type Learnt, LearntSchema } from '../contract/learnt.ts';
import { asked } from './asked.ts';
import { collectorFor, collectorOptions } from './collector-client.ts';
import type { Command, Given } from './command.ts';
import { exits } from './exits.ts';
import { formatOption } from './formats.ts';
import { shownText } from './text/escape.ts';
import { printableJson } from './text/printable-json.ts';
import { moment } from './words.ts';

export const learn: Command = {
  usage: 'learn GROUP',
  describes:
    'Drafts, from what the pairs of a group show today, what its section of the fleet file could say: checks to expect, differences that may be lawful with the findings behind each, and words that may be tokens of the sites. Whether a difference is lawful nobody can learn: give each that you keep a reason and an end, and mend the others.',
  options: { ...collectorOptions, format: formatOption(['text', 'json']) },
  words: { min: 1, max: 1 },
  examples: [['understudy learn billing', 'YAML to paste from']],
  run: async ({ words: [group], values, terminal }: Given) => {
    const learnt = await asked(await collectorFor(values), `/v1/learn/${encodeURIComponent(group!)}`, LearntSchema);
    terminal.print(values.format === 'json' ? printableJson(learnt) : await draft(learnt));
    return exits.ready;
  },
};

async function draft(learnt: Learnt): Promise<string> {
  const { stringify } = await import('yaml');
  const yaml = (value: unknown, indent: string): readonly string[] =>
    stringify(value, { lineWidth: 0 })
      .trimEnd()
      .split('\n')
      .map((line) => `${indent}${line}`);
  return [
    `# ${shownText(learnt.group)} as its pairs were at ${moment(learnt.at)}. Keep what is right, give each lawful difference a reason and an end.`,
    ...tokenLines(learnt),
    'groups:',
    ...yaml({ [learnt.group]: { expect: { checks: learnt.expectedChecks } } }, '  '),
    ...learnt.partlyWatched.map(({ check, pairs }) => `      # ${check} looks at ${pairs.map(shownText).join(', ')} only`),
    ...(learnt.lawful.length === 0 ? ['    # lawful: no difference that a finding rests on'] : ['    lawful:']),
    ...learnt.lawful.flatMap((one) => [
      ...one.behind.map(
        (about) =>
          `      # ${shownText(`${about.pair}: ${about.code} ${about.subject}: expected ${about.expected}, actual ${about.actual}`)}`,
      ),
      ...yaml([entryOf(one)], '      '),
    ]),
    ...unexplainedLines(learnt),
    '',
  ].join('\n');
}

/** Without a reason it does not load: that is for a person to write. */
const entryOf = ({ check, field, pairs, isEveryPair }: Learnt['lawful'][number]) => ({
  check,
  field,
  ...(isEveryPair ? {} : { pairs }),
  reason: '',
});

function tokenLines({ tokens }: Learnt): readonly string[] {
  if (tokens.length === 0) return [];
  return [
    '# Words that differ alike again and again: names of the sites? Then declare them as tokens, under one name on both sites.',
    ...tokens.map(
      ({ standby, primary, seenCount }) => `#   standby ${shownText(standby)}  primary ${shownText(primary)}  (${seenCount} times)`,
    ),
  ];
}

function unexplainedLines({ unexplained }: Learnt): readonly string[] {
  if (unexplained.length === 0) return [];
  return [
    '    # No single field stands behind these: they can be mended, or waived.',
    ...unexplained.map(({ pair, severity, code, subject }) => `    #   ${severity} ${shownText(`${pair}: ${code} ${subject}`)}`),
  ];
}
