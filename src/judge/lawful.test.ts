import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../contract/canonical.ts';
import { fieldPath } from '../contract/field-path.ts';
import { differingFields } from './differences.ts';
import { isDiffering, withoutLawful } from './lawful.ts';

const lawful = (field: string) => [{ check: 'c', field, pairs: [], reason: 'r', until: null }];
const alike = (own: unknown, theirs: unknown, field: string): unknown => withoutLawful(own, theirs, lawful(field));

describe('a lawful difference', () => {
  test('of a member gives the standby its primary’s value, and touches no other', () => {
    expect(alike({ a: 1, b: 2 }, { a: 9, b: 8 }, '/a')).toEqual({ a: 9, b: 2 });
  });

  test('of a member that only one side has takes it away or adds it', () => {
    expect(alike({ a: 1, b: 2 }, { b: 2 }, '/a')).toEqual({ b: 2 });
    expect(alike({ b: 2 }, { a: 1, b: 2 }, '/a')).toEqual({ a: 1, b: 2 });
  });

  test('deep inside a member that one side lacks altogether hides nothing', () => {
    expect(alike({}, { a: { b: 1 } }, '/a/b')).toEqual({});
    expect(alike({ a: { b: 1 } }, {}, '/a/b')).toEqual({ a: { b: 1 } });
  });

  test('of every entry pairs entries by name, not by place', () => {
    const own = {
      agents: [
        { name: 'x', version: '1' },
        { name: 'y', version: '2' },
      ],
    };
    const theirs = {
      agents: [
        { name: 'y', version: '8' },
        { name: 'x', version: '9' },
      ],
    };
    expect(alike(own, theirs, '/agents/*/version')).toEqual({
      agents: [
        { name: 'x', version: '9' },
        { name: 'y', version: '8' },
      ],
    });
  });

  test('of one entry leaves its neighbours’ differences to be found', () => {
    const own = {
      agents: [
        { name: 'x', version: '1' },
        { name: 'y', version: '2' },
      ],
    };
    const theirs = {
      agents: [
        { name: 'x', version: '9' },
        { name: 'y', version: '8' },
      ],
    };
    expect(alike(own, theirs, '/agents/[name=x]/version')).toEqual({
      agents: [
        { name: 'x', version: '9' },
        { name: 'y', version: '2' },
      ],
    });
  });

  test('of entries that are texts takes those that only one side has, by a pattern too', () => {
    const own = { list: ['bash 5 x86_64', 'zsh 1 x86_64'] };
    const theirs = { list: ['bash 5 x86_64', 'gdb 12 x86_64', 'strace 6 x86_64'] };
    expect(alike(own, theirs, '/list/[=gdb *]')).toEqual({ list: ['bash 5 x86_64', 'gdb 12 x86_64', 'zsh 1 x86_64'] });
    expect(alike(own, theirs, '/list/[=zsh*]')).toEqual({ list: ['bash 5 x86_64'] });
  });

  test('of nothing that is there changes nothing', () => {
    for (const field of ['/x', '/x/y', '/a/*', '/a/[name=x]', '/a/b/c'])
      expect(alike({ a: 1 }, { a: 2, b: { c: 1 } }, field)).toEqual({ a: 1 });
  });

  test.each(['', 'a', '/', '/a//b', '/a/'])('a path that is none is told: %j', (field) => {
    expect(fieldPath(field)).toBeNull();
  });
});

const scalar = fc.constantFrom<unknown>(1, 2, 'x', 'y', true, null);
const named = fc.record({ name: fc.constantFrom('n1', 'n/2', 'n~3'), value: scalar });
const facts = fc.record(
  { a: scalar, 'b/c': scalar, list: fc.uniqueArray(fc.constantFrom('p 1', 'q 2', 'r/3'), { maxLength: 3 }).map((all) => all.sort()) },
  { requiredKeys: [] },
);
const deep = fc.record(
  { facts, entries: fc.uniqueArray(named, { maxLength: 3, selector: ({ name }) => name }), other: fc.array(scalar, { maxLength: 2 }) },
  { requiredKeys: ['facts'] },
);

const sorted = (value: unknown): string =>
  canonicalJson(
    JSON.parse(JSON.stringify(value), (_, one: unknown) =>
      Array.isArray(one) ? [...one].sort((x, y) => (canonicalJson(x) < canonicalJson(y) ? -1 : 1)) : one,
    ),
  );

test('the fields in which two sides differ, all declared lawful, leave nothing to be found', () => {
  fc.assert(
    fc.property(deep, deep, (own, theirs) => {
      const fields = differingFields(own, theirs);
      const result = withoutLawful(own, theirs, fields.flatMap(lawful));
      expect(sorted(result)).toBe(sorted(theirs));
      for (const field of fields) expect(isDiffering(own, theirs, field)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('sides that agree differ in no field', () => {
  fc.assert(
    fc.property(deep, (own) => {
      expect(differingFields(own, structuredClone(own))).toEqual([]);
    }),
  );
});
