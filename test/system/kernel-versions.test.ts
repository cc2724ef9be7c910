// Our order of versions beside rpm's and dpkg's own, over every pair of a table made for their special rules. Needs root to install Debian's rpm.
import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { compareDpkgVersions } from '../../src/formats/dpkg-version.ts';
import { compareRpmVersions, rpmvercmp } from '../../src/formats/rpm-version.ts';
import { needsPackages } from '../support/packages.ts';

const versions = [
  ...[
    '',
    '0',
    '00',
    '1',
    '01',
    '1.',
    '.1',
    '1.0',
    '1.00',
    '1..0',
    '1_0',
    '1-0',
    '1+0',
    '1a',
    '1A',
    'a1',
    'a',
    'ab',
    '1.a',
    '1.0a',
    '1.0.a',
    'a.1',
  ],
  ...[
    '1~',
    '1~~',
    '~1',
    '1.0~rc1',
    '1.0~rc1~',
    '1.0~rc10',
    '1.0~~',
    '1.0~.1',
    '1.0^',
    '1.0^git1',
    '1.0^git1~pre',
    '1.0^20240101',
    '1.0.1',
    '1.0^a',
    '1.0~^',
    '1.0^~',
  ],
  ...[
    '2.36',
    '2.36.9',
    '2.4',
    '10',
    '9',
    '1.18446744073709551617',
    '1.18446744073709551616',
    '5.15.0',
    '206.153.7.1.el9uek',
    '206.153.7.el9uek',
    '3.60.5.1.el8uek',
  ],
  ...['553.el8_10', '553.5.1.el8_10', '553.16.1.el8_10', '1.0+deb12u1', '1.0+deb12u10', '1.0-1', '1.0-1-2', '1:1.0', '1:0.9-2', '0:1.0'],
];

const pairs = versions.flatMap((a) => versions.map((b) => [a, b] as const));

describe('beside rpm itself', () => {
  beforeAll(() => needsPackages('rpm'), 300_000);

  it('orders every pair as rpm.vercmp does', () => {
    const segments = pairs.filter(([a, b]) => !/[-:]/.test(a + b) && a !== '' && b !== '');
    const answers = byRpm(segments);
    const wrong = segments.filter(([a, b], at) => rpmvercmp(a, b) !== answers[at]);
    expect(answers).toHaveLength(segments.length);
    expect(segments.length).toBeGreaterThan(1_500);
    expect(wrong).toEqual([]);
  });

  it('orders whole versions with epoch and release as rpm does', () => {
    const whole = [
      '1.0-1',
      '1:1.0-1',
      '0:1.0-1',
      '1.0-2',
      '1.0',
      '1.0~rc1-3',
      '1.0^git-1',
      '999:1-1.el8',
      '2.0-1.el9_4.2',
      '2.0-1.el9_10.1',
    ];
    const all = whole.flatMap((a) => whole.map((b) => [a, b] as const));
    const answers = byRpm(all, 'rpm.ver(PAIR1) < rpm.ver(PAIR2) and -1 or (rpm.ver(PAIR1) == rpm.ver(PAIR2) and 0 or 1)');
    expect(all.filter(([a, b], at) => compareRpmVersions(a, b) !== answers[at])).toEqual([]);
  });
});

describe('beside dpkg itself', () => {
  it('orders every lawful pair as dpkg --compare-versions does', () => {
    const lawful = versions.filter((version) => /^(?:[0-9]+:)?[0-9][A-Za-z0-9.+~-]*$/.test(version) && !version.endsWith('-'));
    const some = lawful.flatMap((a) => lawful.map((b) => [a, b] as const));
    const answers = byDpkg(some);
    expect(some.length).toBeGreaterThan(1_000);
    expect(some.filter(([a, b], at) => compareDpkgVersions(a, b) !== answers[at])).toEqual([]);
  }, 120_000);
});

/** Some runs of rpm for all pairs: one argument holds at most 128 KiB. */
function byRpm(some: readonly (readonly [string, string])[], expression = 'rpm.vercmp(PAIR1, PAIR2)'): readonly number[] {
  const answers: number[] = [];
  for (let at = 0; at < some.length; at += pairsPerRun) {
    const lines = some.slice(at, at + pairsPerRun).map(([a, b]) => {
      const filled = expression.replaceAll('PAIR1', `"${a}"`).replaceAll('PAIR2', `"${b}"`);
      return `print((${filled}) .. "\\n")`;
    });
    const out = execFileSync('rpm', ['--eval', `%{lua:\n${lines.join('\n')}\n}`], { encoding: 'utf8', maxBuffer: 16_777_216 });
    answers.push(...numbers(out));
  }
  return answers;
}

const pairsPerRun = 500;

/** One shell for all pairs: a process for each would take minutes. */
function byDpkg(some: readonly (readonly [string, string])[]): readonly number[] {
  const script =
    'while read -r a b; do if dpkg --compare-versions "$a" lt "$b"; then echo -1; elif dpkg --compare-versions "$a" eq "$b"; then echo 0; else echo 1; fi; done';
  const input = some.map((pair) => pair.join(' ')).join('\n');
  return numbers(execFileSync('sh', ['-c', script], { input: `${input}\n`, encoding: 'utf8' }));
}

const numbers = (text: string): readonly number[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(Number);
