import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareDpkgVersions, parseDpkgVersion } from './dpkg-version.ts';

const version = fc.string({ unit: fc.constantFrom(...'0129azA.-~+:'), maxLength: 10 });

describe('dpkg versions', () => {
  // Each answer was given by `dpkg --compare-versions` of dpkg 1.21.22.
  it.each([
    ['5.15.0-89.99', '5.15.0-101.111', -1],
    ['1.0~rc1', '1.0', -1],
    ['1.0', '1.0-0', 0],
    ['1:0.9', '1.0', 1],
    ['1.0+deb12u1', '1.0', 1],
    ['1.0a', '1.0+', -1],
    ['1.010', '1.10', 0],
    ['1.0-1-2', '1.0-1-10', -1],
    ['2.36-9+deb12u4', '2.36-9+deb12u10', -1],
  ] as const)('orders %s and %s', (a, b, expected) => {
    expect(compareDpkgVersions(a, b)).toBe(expected);
    expect(compareDpkgVersions(b, a)).toBe(expected === 0 ? 0 : -expected);
  });
  it('splits at the last dash', () => {
    expect(parseDpkgVersion('1:2.3-4-5')).toEqual({ epoch: 1, upstream: '2.3-4', revision: '5' });
  });
  it('is antisymmetric for any text', () => {
    fc.assert(fc.property(version, version, (a, b) => compareDpkgVersions(a, b) + compareDpkgVersions(b, a) === 0));
  });
  it('is transitive for any text', () => {
    fc.assert(
      fc.property(version, version, version, (...three) => {
        const [a, b, c] = three.sort(compareDpkgVersions) as [string, string, string];
        return compareDpkgVersions(a, b) <= 0 && compareDpkgVersions(b, c) <= 0 && compareDpkgVersions(a, c) <= 0;
      }),
    );
  });
});
