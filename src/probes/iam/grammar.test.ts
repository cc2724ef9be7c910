// The two languages: what is printed is read back as it was, and no text hangs or breaks the readers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition, Value } from './parse-condition.ts';
import { type MatchingRule, parseMatchingRule, printMatchingRule } from './parse-matching-rule.ts';
import { type GroupName, type Location, parseStatement, printStatement, type Statement, type Subject, verbs } from './parse-statement.ts';

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'.split('');
const word = fc.string({ unit: fc.constantFrom(...letters, '-', '_'), minLength: 1, maxLength: 12 }).filter((text) => /^[a-z]/i.test(text));
const name = word.filter(
  (text) => !['id', 'group', 'dynamic-group', 'to', 'in', 'where', 'tenancy', 'compartment'].includes(text.toLowerCase()),
);
const ocid = word.map((text) => `ocid1.thing.oc1..${text.toLowerCase()}`);
/** Whatever stands between quotes, but for both kinds of quotes at once. */
const text = fc.string({ maxLength: 20 }).map((one) => one.replaceAll('"', ''));

const ruleVariable = fc.constantFrom(
  'instance.id',
  'instance.compartment.id',
  'resource.type',
  'resource.compartment.id',
  'tag.ops.role.value',
);
const leaf: fc.Arbitrary<MatchingRule> = fc.oneof(
  fc.record({ kind: fc.constant('compare' as const), variable: ruleVariable, isEqual: fc.boolean(), value: text }),
  fc.record({ kind: fc.constant('exists' as const), variable: word.map((key) => `tag.ops.${key}.value`) }),
);
const { rule } = fc.letrec<{ rule: MatchingRule }>((tie) => ({
  rule: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({ kind: fc.constantFrom('any' as const, 'all' as const), of: fc.array(tie('rule'), { minLength: 1, maxLength: 4 }) }),
  ),
}));

const variable = fc.tuple(fc.constantFrom('request', 'target'), word, word).map((parts) => parts.join('.'));
const value: fc.Arbitrary<Value> = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), text }),
  fc.record({ kind: fc.constant('pattern' as const), text: word.map((one) => `${one}*`) }),
  fc.record({ kind: fc.constant('variable' as const), text: variable }),
);
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('compare' as const), variable, isEqual: fc.boolean(), value }),
    fc.record({
      kind: fc.constant('in' as const),
      variable,
      isEqual: fc.boolean(),
      values: fc.array(value, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constant('time' as const),
      variable,
      operator: fc.constantFrom('before' as const, 'after' as const),
      values: fc.tuple(value),
    }),
    fc.record({ kind: fc.constant('time' as const), variable, operator: fc.constant('between' as const), values: fc.tuple(value, value) }),
    fc.record({ kind: fc.constantFrom('any' as const, 'all' as const), of: fc.array(tie('condition'), { minLength: 1, maxLength: 4 }) }),
  ),
}));

const group: fc.Arbitrary<GroupName> = fc.oneof(
  fc.record({ isDynamic: fc.boolean(), domain: fc.constant(null), id: fc.constant(null), name }),
  fc.record({
    isDynamic: fc.boolean(),
    domain: fc.oneof(name, fc.constant('My domain')),
    id: fc.constant(null),
    name: fc.oneof(name, fc.constant('of two words')),
  }),
  fc.record({ isDynamic: fc.boolean(), domain: fc.constant(null), id: ocid, name: fc.constant('') }),
);
const subject: fc.Arbitrary<Subject> = fc.oneof(
  fc.constantFrom<Subject>({ kind: 'any-user' }, { kind: 'any-group' }),
  fc.record({ kind: fc.constant('groups' as const), groups: fc.array(group, { minLength: 1, maxLength: 3 }) }),
  fc.record({ kind: fc.constant('service' as const), names: fc.array(name, { minLength: 1, maxLength: 2 }) }),
);
const location: fc.Arbitrary<Location> = fc.oneof(
  fc.constant<Location>({ kind: 'tenancy' }),
  fc.record({ kind: fc.constant('path' as const), names: fc.array(name, { minLength: 1, maxLength: 4 }) }),
  fc.record({ kind: fc.constant('id' as const), id: ocid }),
);
const resource = name.map((one) => one.toLowerCase());
const what = fc.oneof(
  fc.record({ verb: fc.constantFrom(...verbs), permissions: fc.constant<readonly string[]>([]), resource }),
  fc.record({
    verb: fc.constant(null),
    permissions: fc.array(
      word.map((one) => one.toUpperCase()),
      { minLength: 1, maxLength: 3 },
    ),
    resource: fc.oneof(fc.constant(null), resource),
  }),
);
const statement: fc.Arbitrary<Statement> = fc
  .record({
    effect: fc.constantFrom('allow' as const, 'deny' as const),
    subject,
    what,
    location,
    where: fc.oneof(fc.constant(null), condition),
  })
  .map(({ what: granted, ...rest }) => ({ kind: 'statement', ...rest, ...granted }));

/** As people write: other capitals in keywords, more blanks, line breaks. */
const loosened = (printed: string): string =>
  printed
    .replace(/^(Allow|Deny) /, (first) => `  ${first.toUpperCase()}\n\t `)
    .replace(/ (to|in|where) /g, (_, one: string) => `\n ${one.toUpperCase()}  `);

describe('matching rules', () => {
  it('are read as they were printed', () => {
    fc.assert(
      fc.property(rule, (one) => {
        expect(parseMatchingRule(printMatchingRule(one))).toEqual({ kind: 'parsed', value: one });
      }),
    );
  });

  it.each([
    ['Any {}', 'a variable'],
    ["instance.id = 'x", 'a closing'],
    ["instance.id 'x'", '"="'],
    ["any {instance.id = 'x'", '"}"'],
    ["instance.id = 'x' or instance.id = 'y'", 'the end'],
    ['instance.id', '"="'],
    ['', 'any, all or a variable'],
  ])('%j is refused with its place', (text, wanted) => {
    const parsed = parseMatchingRule(text);
    expect(parsed).toMatchObject({ kind: 'fault', at: expect.any(Number), wanted: expect.stringContaining(wanted) });
  });
});

describe('statements', () => {
  it('are read as they were printed', () => {
    fc.assert(
      fc.property(statement, (one) => {
        expect(parseStatement(printStatement(one))).toEqual(one);
      }),
    );
  });

  it('are read whatever the capitals of their keywords and their white space', () => {
    const plain = statement.filter(({ where }) => where === null);
    fc.assert(
      fc.property(plain, (one) => {
        expect(parseStatement(loosened(printStatement(one)))).toEqual(one);
      }),
    );
  });

  it('keep their subject where the rest is not understood', () => {
    expect(parseStatement('Allow dynamic-group dg to juggle keys in tenancy')).toMatchObject({
      kind: 'unread',
      at: 26,
      subject: { kind: 'groups' },
    });
  });

  it.each([
    'Allow',
    'Permit dynamic-group x to use keys in tenancy',
    'Allow dynamic-group x to use keys',
    "Allow any-user to use keys in tenancy where a.b = 'c",
    'Allow any-user to use keys in tenancy where all {',
    'Allow any-user to {} in tenancy',
    '',
  ])('%j is not understood, and says where', (one) =>
    expect(parseStatement(one)).toMatchObject({ kind: 'unread', at: expect.any(Number) }),
  );
});

describe('any text', () => {
  const pieces = fc.constantFrom(
    'Allow ',
    'any {',
    'all{',
    '}',
    '(',
    ')',
    ',',
    "'",
    '"',
    '/',
    '*',
    '=',
    '!=',
    ' in ',
    ' where ',
    'instance.id',
    'request.region',
    ' to ',
    'tenancy',
    '//',
    '/*',
    '\n',
    ':',
    ';',
    'dynamic-group ',
    '\u0000',
    '𝒳',
  );
  const messy = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join('')),
  );
  const mutated = fc
    .tuple(statement.map(printStatement), fc.nat(200), fc.oneof(pieces, fc.constant('')))
    .map(([whole, at, piece]) => whole.slice(0, at) + piece + whole.slice(at + 1));

  it('is answered, and never with an exception', () => {
    fc.assert(
      fc.property(fc.oneof(messy, mutated), (one) => {
        expect(['statement', 'cross-tenancy', 'unread']).toContain(parseStatement(one).kind);
        expect(['parsed', 'fault']).toContain(parseMatchingRule(one).kind);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['nested', 'any {'.repeat(50_000)],
    ['open quotes', "instance.id = '".repeat(10_000)],
    ['commas', `any {${"instance.id = 'x',".repeat(6_000)}instance.id='y'}`],
    ['slashes', `Allow any-user to use keys in tenancy where a.b = ${'/x'.repeat(50_000)}`],
    ['open comments', '/*'.repeat(50_000)],
    ['colons', `Allow any-user to use keys in compartment ${'a:'.repeat(50_000)}b`],
    ['blanks', ' '.repeat(100_000)],
    ['a list of groups', `Allow dynamic-group ${'a, '.repeat(30_000)}b to use keys in tenancy`],
  ])('of 100 kB of %s costs no more than its length', (_, long) => {
    // Twice the text in not much more than twice the time: a reader that looks back would need minutes for these.
    const before = performance.now();
    parseStatement(long);
    parseMatchingRule(long);
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});
