import { expect, test } from 'vitest';
import { levels } from '../../test/support/levels-probe.ts';
import { levelsSnapshot } from '../../test/support/levels-snapshot.ts';
import { absent } from '../contract/outcome.ts';
import { type LearnCase, learn } from './learn.ts';

const noon = Date.parse('2026-03-02T12:00:00Z');
const probes = new Map([[levels.id, levels]]);

type Parts = readonly (readonly [name: string, version: string])[];

const machine = (role: 'standby' | 'primary', parts: Parts, level = 0) =>
  levelsSnapshot({ role, now: noon, sees: { level, parts: parts.map(([name, version]) => ({ name, version })) } });

const pair = (name: string, own: Parts, theirs: Parts, more: Partial<LearnCase> = {}): LearnCase => ({
  pair: name,
  standby: machine('standby', own),
  primary: machine('primary', theirs),
  lawful: [],
  ...more,
});

test('a field is drafted for each difference that a finding rests on, and for no other', () => {
  const { lawful, unexplained } = learn(
    'g',
    [
      pair(
        'app1',
        [
          ['a', '1'],
          ['b', '2'],
          ['only-here', '1'],
        ],
        [
          ['a', '9'],
          ['b', '2'],
        ],
      ),
    ],
    probes,
    noon,
  );
  expect(lawful).toMatchObject([
    {
      check: 'levels',
      field: '/parts/[name=a]/version',
      pairs: ['app1'],
      isEveryPair: true,
      behind: [{ subject: 'a', expected: '9', actual: '1' }],
    },
  ]);
  expect(unexplained).toEqual([]);
});

test('what every pair shows is one entry, and what one pair shows is that pair’s', () => {
  const cases = [
    pair(
      'app1',
      [
        ['a', '1'],
        ['b', '1'],
      ],
      [
        ['a', '9'],
        ['b', '1'],
      ],
    ),
    pair(
      'app2',
      [
        ['a', '1'],
        ['b', '1'],
      ],
      [
        ['a', '9'],
        ['b', '9'],
      ],
    ),
  ];
  const { lawful } = learn('g', cases, probes, noon);
  expect(lawful.map(({ field, pairs, isEveryPair }) => [field, pairs, isEveryPair])).toEqual([
    ['/parts/[name=a]/version', ['app1', 'app2'], true],
    ['/parts/[name=b]/version', ['app2'], false],
  ]);
});

test('what is lawful already is not drafted again', () => {
  const known = { check: 'levels', field: '/parts/[name=a]/version', pairs: [], reason: 'it is', until: null };
  const { lawful } = learn('g', [pair('app1', [['a', '1']], [['a', '9']], { lawful: [known] })], probes, noon);
  expect(lawful).toEqual([]);
});

test('a finding that no field explains is named, so that nobody takes the draft for the whole', () => {
  const none = levelsSnapshot({ role: 'standby', now: noon, sees: absent('no levels here') });
  const { lawful, unexplained } = learn('g', [pair('app1', [], [], { standby: none })], probes, noon);
  expect(lawful).toEqual([]);
  expect(unexplained).toMatchObject([{ pair: 'app1', code: 'levels/absent-on-standby', severity: 'blocker' }]);
});

test('checks that all pairs have are expected; those that only some have are told apart', () => {
  const other = machine('standby', []);
  const renamed = { ...other, checks: other.checks.map((one) => ({ ...one, check: 'more-levels' })) };
  const learnt = learn(
    'g',
    [
      pair('app1', [], []),
      pair('app2', [], [], {
        standby: { ...other, checks: [...other.checks, ...renamed.checks] },
        primary: { ...other, checks: [...other.checks, ...renamed.checks] },
      }),
    ],
    probes,
    noon,
  );
  expect([learnt.expectedChecks, learnt.partlyWatched]).toEqual([['levels'], [{ check: 'more-levels', pairs: ['app2'] }]]);
});

test('a word that differs alike again and again is a candidate for a token, one that differs once is not', () => {
  const { tokens } = learn(
    'g',
    [
      pair(
        'app1',
        [
          ['x', 'db.zrh.example.com'],
          ['y', 'bucket-1.zrh'],
          ['z', 'odd'],
        ],
        [
          ['x', 'db.fra.example.com'],
          ['y', 'bucket-1.fra'],
          ['z', 'even'],
        ],
      ),
    ],
    probes,
    noon,
  );
  expect(tokens).toEqual([{ standby: 'zrh', primary: 'fra', seenCount: 2 }]);
});

test.each([
  ['digests', '3b1f0c6a2b7e4c0f', '9a51d3e8b6702f11'],
  ['fingerprints', 'mBgGY98nq2Wd0aXk', 'g39hBHsnZ7tR1bLp'],
])('%s that differ together are no word of a site', (_, own, theirs) => {
  const rows = (value: string): [string, string][] => ['x', 'y', 'z'].map((name) => [name, `${name} ${value}`]);
  const { tokens } = learn('g', [pair('app1', rows(own), rows(theirs))], probes, noon);
  expect(tokens).toEqual([]);
});
