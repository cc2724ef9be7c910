// How the facts of two sides are walked: which fields there are, what they are called, and what of them differs.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withoutSite } from '../contract/site.ts';
import { type ComparedField, comparedFields } from './compare-fields.ts';
import { type Leaf, leavesOf, noWords, type Words } from './fields.ts';
import { shownValue } from './shown-value.ts';

const walked = (own: unknown, theirs: unknown, words: Words = noWords): readonly Leaf[] =>
  [...leavesOf(own, theirs, words)].filter((one) => one !== null);

const differing = (own: unknown, theirs: unknown, words: Words = noWords): readonly string[] =>
  walked(own, theirs, words)
    .filter(({ kind }) => kind === 'differs')
    .map(({ field }) => field);

const siteWords: Words = {
  own: (text) => withoutSite(text, { name: 'eu-zurich-1', domains: ['zrh.example.com'] }),
  theirs: (text) => withoutSite(text, { name: 'eu-frankfurt-1', domains: ['fra.example.com'] }),
};

describe('fields', () => {
  const cases: readonly (readonly [name: string, own: unknown, theirs: unknown, fields: readonly string[]])[] = [
    ['a member', { a: 1, b: 2 }, { a: 1, b: 3 }, ['/b']],
    ['a member of a member', { a: { b: { c: 'x' } } }, { a: { b: { c: 'y' } } }, ['/a/b/c']],
    ['a member that one side lacks, as a whole', { a: { b: 1, c: 2 } }, {}, ['/a']],
    ['null beside nothing', { a: null }, {}, ['/a']],
    [
      'a member of an entry, by the entry’s name',
      {
        l: [
          { name: 'x', v: 1 },
          { name: 'y', v: 1 },
        ],
      },
      {
        l: [
          { name: 'y', v: 2 },
          { name: 'x', v: 1 },
        ],
      },
      ['/l/[name=y]/v'],
    ],
    ['an entry that one side lacks', { l: [{ id: 'x' }] }, { l: [{ id: 'x' }, { id: 'y' }] }, ['/l/[id=y]']],
    ['texts of a list', { l: ['a', 'b'] }, { l: ['b', 'c'] }, ['/l/[=a]', '/l/[=c]']],
    ['texts in another order, as a whole', { l: ['a', 'b'] }, { l: ['b', 'a'] }, ['/l']],
    ['a text that is there twice', { l: ['a', 'a'] }, { l: ['a'] }, ['/l/[=a]']],
    ['a list of what has no name, as a whole', { l: [1, 2] }, { l: [1, 3] }, ['/l']],
    [
      'entries of one name, which a path cannot tell apart',
      {
        l: [
          { id: 'x', v: 1 },
          { id: 'x', v: 2 },
        ],
      },
      {
        l: [
          { id: 'x', v: 1 },
          { id: 'x', v: 3 },
        ],
      },
      ['/l/[id=x]'],
    ],
    ['a name with a slash', { 'a/b': 1 }, { 'a/b': 2 }, ['/a~1b']],
    ['an empty list beside an empty map', { a: [] }, { a: {} }, ['/a']],
    ['members that are called as every object’s are', { toString: 'x' }, {}, ['/toString']],
  ];

  test.each(cases)('names %s', (_, own, theirs, fields) => {
    expect(differing(own, theirs)).toEqual(fields);
  });

  test('tells what differs in the sites’ own words alone, also where it is the name of an entry', () => {
    const own = { host: 'app.zrh.example.com', list: [{ name: 'eu-zurich-1', v: 1 }], texts: ['app.zrh.example.com', 'same'] };
    const theirs = { host: 'app.fra.example.com', list: [{ name: 'eu-frankfurt-1', v: 2 }], texts: ['app.fra.example.com', 'same'] };
    expect(walked(own, theirs, siteWords).map(({ field, kind }) => [field, kind])).toEqual([
      ['/host', 'words'],
      ['/list/[name=eu-zurich-1]/name', 'words'],
      ['/list/[name=eu-zurich-1]/v', 'differs'],
      ['/texts/[=app.zrh.example.com]', 'words'],
      ['/texts/[=same]', 'same'],
    ]);
  });

  test('takes no other word for a site’s own', () => {
    expect(differing({ host: 'app.lhr.example.com' }, { host: 'app.fra.example.com' }, siteWords)).toEqual(['/host']);
  });
});

/** Facts as probes make them: maps, lists of named entries, of texts, and of numbers. */
const text = fc.string({ maxLength: 6 });
const { facts } = fc.letrec((tie) => ({
  facts: fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)),
    tie('facts'),
    fc.array(text, { maxLength: 4 }),
    fc.array(fc.integer(), { maxLength: 3 }),
    fc.array(
      fc.tuple(text, tie('value')).map(([name, of]) => ({ name, of })),
      { maxLength: 4 },
    ),
  ),
}));

const mirrored = { own: 'theirs', theirs: 'own' } as const;

describe('any facts', () => {
  test('differ in nothing from themselves, and every field of them is counted', () => {
    fc.assert(
      fc.property(facts, (one) => {
        expect(walked(one, structuredClone(one)).filter(({ kind }) => kind !== 'same')).toEqual([]);
      }),
    );
  });

  test('differ in the same fields whoever is whose twin, with the values changed over', () => {
    fc.assert(
      fc.property(facts, facts, (one, other) => {
        const told = (leaves: readonly Leaf[], way: { own: 'own' | 'theirs'; theirs: 'own' | 'theirs' }) =>
          leaves.map((leaf) => JSON.stringify([leaf.field, leaf.kind, shownValue(leaf[way.own]), shownValue(leaf[way.theirs])])).sort();
        expect(told(walked(one, other), { own: 'own', theirs: 'theirs' })).toEqual(told(walked(other, one), mirrored));
      }),
    );
  });

  test('differ in exactly the field that became another', () => {
    fc.assert(
      fc.property(facts, fc.nat(), (one, at) => {
        const changeable = placesOf(one);
        fc.pre(changeable.length > 0);
        const { path, field } = changeable[at % changeable.length]!;
        const other = structuredClone(one);
        let holder = other as Record<string, unknown>;
        for (const key of path.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
        holder[path.at(-1)!] = { other: true };
        expect(differing(one, other)).toEqual([field]);
      }),
    );
  });
});

/** Members that are no lists or maps, with their paths. */
function placesOf(value: unknown, path: readonly string[] = [], field = ''): readonly { path: readonly string[]; field: string }[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, one]) => {
    const at = `${field}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (Array.isArray(one)) return [];
    return typeof one === 'object' && one !== null ? placesOf(one, [...path, key], at) : [{ path: [...path, key], field: at }];
  });
}

describe('lawful differences', () => {
  const lawful = (field: string, reason: string) => ({ check: 'c', field, pairs: [], reason, until: null });
  const compared = (standby: unknown, primary: unknown, ...declared: readonly (readonly [field: string, reason: string])[]) => {
    const all = [
      ...comparedFields({
        standby,
        primary,
        lawful: declared.map(([field, reason]) => lawful(field, reason)),
        ownFields: [],
        words: noWords,
      }),
    ];
    return all.filter((one): one is ComparedField => one !== null).map(({ field, state, reason }) => [field, state, reason]);
  };

  test('give their fields the reason for which they were declared, and no other field', () => {
    expect(compared({ a: 1, b: 1, c: 1 }, { a: 2, b: 2, c: 1 }, ['/a', 'smaller machine'], ['/c', 'never differs'])).toEqual([
      ['/a', 'lawful', 'smaller machine'],
      ['/b', 'differs', null],
      ['/c', 'same', null],
    ]);
  });

  test('cover what is below them, what a star stands for, and entries by any of their members', () => {
    const standby = { m: { x: 1, y: 1 }, l: [{ id: '1', kind: 'log', v: 1 }], t: ['own-a', 'b'] };
    const primary = { m: { x: 2, y: 2 }, l: [{ id: '1', kind: 'log', v: 2 }], t: ['b'] };
    const declared = [
      ['/m/*', 'any'],
      ['/l/[kind=log]/v', 'logs'],
      ['/t/[=own-*]', 'own texts'],
    ] as const;
    expect(compared(standby, primary, ...declared).filter(([, state]) => state !== 'same')).toEqual([
      ['/m/x', 'lawful', 'any'],
      ['/m/y', 'lawful', 'any'],
      ['/l/[id=1]/v', 'lawful', 'logs'],
      ['/t/[=own-a]', 'lawful', 'own texts'],
    ]);
  });

  test('leave a list that differs in more than they cover as it is', () => {
    expect(compared({ l: [{ v: 1, w: 1 }] }, { l: [{ v: 2, w: 2 }] }, ['/l/*/v', 'any'])).toEqual([['/l', 'differs', null]]);
    expect(compared({ l: [{ v: 1, w: 1 }] }, { l: [{ v: 2, w: 2 }] }, ['/l/*/v', 'v'], ['/l/*/w', 'w'])).toEqual([
      ['/l', 'lawful', 'v; w'],
    ]);
  });
});

describe('what a side has otherwise by nature', () => {
  test('is told as its words, but not where the other side has none', () => {
    const standby = { l: [{ id: 'a', print: 'x' }, { id: 'b' }] };
    const primary = {
      l: [
        { id: 'a', print: 'y' },
        { id: 'b', print: 'z' },
      ],
    };
    const all = [...comparedFields({ standby, primary, lawful: [], ownFields: ['/l/*/print'], words: noWords })];
    expect(all.flatMap((one) => (one === null || one.state === 'same' ? [] : [[one.field, one.state]]))).toEqual([
      ['/l/[id=a]/print', 'words'],
      ['/l/[id=b]/print', 'differs'],
    ]);
  });
});

describe('a value', () => {
  test('is shown as text, long ones cut between two characters', () => {
    expect(shownValue(undefined)).toEqual({ isHere: false, text: '' });
    expect(shownValue('a "b"')).toEqual({ isHere: true, text: 'a "b"' });
    expect(shownValue(null)).toEqual({ isHere: true, text: 'null' });
    const { text: long } = shownValue('🙂'.repeat(2_000));
    expect([long.length <= 2_000, long.isWellFormed(), long.endsWith('…')]).toEqual([true, true, true]);
  });
});
