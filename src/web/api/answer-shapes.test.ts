import type { TSchema } from 'typebox/type';
import { expect, test } from 'vitest';
import { CauseSchema, ComparisonSchema } from '../../contract/comparison.ts';
import { PairReviewSchema } from '../../contract/fleet.ts';
import { CallerSchema } from '../../contract/live.ts';
import { MatrixSchema } from '../../contract/matrix.ts';
import { PairChecksSchema } from '../../contract/pair-checks.ts';
import { SideReadingsSchema } from '../../contract/readings.ts';
import { ReportSchema } from '../../contract/report.ts';
import { answerShapes, isAnswerTo, isWhatBecame, type Shape } from './answer-shapes.ts';

const addresses = {
  'v1/me': CallerSchema,
  'v1/matrix?at=1': MatrixSchema,
  'v1/pairs/billing/app%201': PairReviewSchema,
  'v1/pairs/billing/app%201/checks': PairChecksSchema,
  'v1/checks/readings?group=a': SideReadingsSchema,
  'v1/checks/compare?group=a': ComparisonSchema,
  'v1/findings/cause?group=a': CauseSchema,
  'v1/report?group=a': ReportSchema,
} as const satisfies Readonly<Record<string, TSchema>>;

/** Without a schema of their own in the contract. */
const others = ['v1/timeline?group=a', 'v1/waivers', 'v1/receipts?limit=1', 'v1/nodes', 'v1/checks/history?group=a'];

test.each([...Object.keys(addresses), ...others])('%s is answered by nothing else', (address) => {
  for (const value of [null, {}, [], 'ok', 1, { at: 1 }, { status: 'ok' }]) expect(isAnswerTo(address, value)).toBe(false);
});

test('every member that is looked for is one that the contract promises', () => {
  for (const [address, schema] of Object.entries(addresses)) {
    const { shape } = answerShapes.find(({ path }) => path.test(address.replace(/\?.*/, '')))!;
    expect(unpromised(shape, schema as unknown as Promised, address)).toEqual([]);
  }
});

interface Promised {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Promised>>;
  readonly required?: readonly string[];
  readonly items?: Promised;
}

function unpromised({ numbers = [], texts = [], objects = [], rows = {} }: Shape, schema: Promised, path: string): readonly string[] {
  const { properties = {}, required = [] } = schema;
  const missing = [...numbers, ...texts, ...objects, ...Object.keys(rows)].filter((name) => !required.includes(name));
  const others = [
    ...numbers.filter((name) => !/^(integer|number)$/.test(properties[name]?.type ?? '')),
    ...Object.keys(rows).filter((name) => properties[name]?.type !== 'array'),
  ];
  const within = Object.entries(rows).flatMap(([name, row]) => unpromised(row, properties[name]?.items ?? {}, `${path} ${name}`));
  return [...[...missing, ...others].map((name) => `${path} ${name}`), ...within];
}

test('a matrix with a row that is none is no matrix', () => {
  const matrix = { at: 1, keptFrom: 0, unassigned: 0, problems: [], groups: [] };
  expect(isAnswerTo('v1/matrix', matrix)).toBe(true);
  expect(isAnswerTo('v1/matrix', { ...matrix, groups: [{}] })).toBe(false);
  expect(isAnswerTo('v1/matrix', { ...matrix, at: 'now' })).toBe(false);
});

test('what was told is done when it is answered with what became of it', () => {
  expect(isWhatBecame({ id: 'w-1' })).toBe(true);
  expect(isWhatBecame({})).toBe(false);
  expect(isWhatBecame(null)).toBe(false);
});
