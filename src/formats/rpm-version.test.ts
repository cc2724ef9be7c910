import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRpmVersions, parseRpmVersion, rpmvercmp } from './rpm-version.ts';

const reference: readonly { a: string; b: string; rpmvercmp: number }[] = JSON.parse(
  readFileSync(new URL('./fixtures/rpmvercmp.json', import.meta.url), 'utf8'),
);
const version = fc.string({ unit: fc.constantFrom(...'0129azA.-_~^+ é'), maxLength: 10 });

describe('rpmvercmp', () => {
  it.each(reference)('orders $a and $b as rpm 4.18 does', ({ a, b, rpmvercmp: expected }) => {
    expect(rpmvercmp(a, b)).toBe(expected);
    expect(rpmvercmp(b, a)).toBe(expected === 0 ? 0 : -expected);
  });
  it('sorts a tilde below and a caret above the end, and a caret below a longer number', () => {
    expect(rpmvercmp('1.0^20240101', '1.0.1')).toBe(-1);
    expect(rpmvercmp('1.0~rc1^git', '1.0~rc1')).toBe(1);
    expect(rpmvercmp('1.0^a', '1.0~a')).toBe(1);
  });
  it('compares numbers longer than a float can hold', () => {
    expect(rpmvercmp('1.90071992547409931', '1.90071992547409932')).toBe(-1);
  });
  it('is antisymmetric for any text', () => {
    fc.assert(fc.property(version, version, (a, b) => rpmvercmp(a, b) + rpmvercmp(b, a) === 0));
  });
  it('is transitive for any text', () => {
    fc.assert(
      fc.property(version, version, version, (...three) => {
        const [a, b, c] = three.sort(rpmvercmp) as [string, string, string];
        return rpmvercmp(a, b) <= 0 && rpmvercmp(b, c) <= 0 && rpmvercmp(a, c) <= 0;
      }),
    );
  });
});

describe('a whole rpm version', () => {
  it('is split at its epoch and its first dash', () => {
    expect(parseRpmVersion('999:20240715-999.34.git4c8fb21e.el8')).toEqual({
      epoch: 999,
      version: '20240715',
      release: '999.34.git4c8fb21e.el8',
    });
  });
  it('is ordered by epoch first', () => {
    expect(compareRpmVersions('1:1.0-1', '2.0-1')).toBe(1);
  });
  it('without a release is below any release of it', () => {
    expect(compareRpmVersions('1.0', '1.0-7')).toBe(-1);
  });
});
