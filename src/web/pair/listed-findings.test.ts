import { expect, test } from 'vitest';
import { finding, waivedUntil } from '../../../test/support/standing-finding.ts';
import { listedFindings, worstOf } from './listed-findings.ts';

const codes = (some: readonly { readonly finding: { readonly code: string } }[]) => some.map((one) => one.finding.code);

test('what suspends comes first, then blockers, then what is not known, then warnings and notes', () => {
  const { counted } = listedFindings([
    finding({ code: 'a/note', severity: 'note' }),
    finding({ code: 'a/warning', severity: 'warning' }),
    finding({ code: 'a/blind', severity: 'warning', isBlind: true }),
    finding({ code: 'a/blocker', severity: 'blocker' }),
    finding({ code: 'a/drill', severity: 'note', isSuspending: true }),
  ]);
  expect(counted.map(({ weight, listed }) => [weight, ...codes(listed)])).toEqual([
    ['suspending', 'a/drill'],
    ['blocker', 'a/blocker'],
    ['blind', 'a/blind'],
    ['warning', 'a/warning'],
    ['note', 'a/note'],
  ]);
});

test('a blocker that says that something is not known stays a blocker', () => {
  expect(listedFindings([finding({ severity: 'blocker', isBlind: true })]).counted[0]!.weight).toBe('blocker');
});

test('what another finding explains stands under it, and under the one of the same subject where several could', () => {
  const [a, b] = [finding({ id: '1', code: 'dns/down', subject: 'a' }), finding({ id: '2', code: 'dns/down', subject: 'b' })];
  const effect = finding({ id: '3', code: 'dns/missing', subject: 'b', foldedUnder: 'dns/down' });
  const { counted } = listedFindings([a, b, effect]);
  expect(counted[0]!.listed).toEqual([
    { finding: a, explains: [] },
    { finding: b, explains: [effect] },
  ]);
});

test('what is explained by a finding that is not listed is listed by itself, and not lost', () => {
  const effect = finding({ foldedUnder: 'dns/down' });
  expect(listedFindings([effect])).toEqual({ counted: [], pending: [], waived: [], explained: [effect] });
});

test('what is waived stands with the waived, also where another finding explains it', () => {
  const cause = finding({ id: '1', code: 'dns/down' });
  const waived = finding({ id: '2', foldedUnder: 'dns/down', waiver: waivedUntil(5) });
  expect(listedFindings([cause, waived]).waived).toEqual([{ finding: waived, explains: [] }]);
});

test('what waits to be confirmed does not stand among what counts', () => {
  const { counted, pending } = listedFindings([finding({ code: 'a/b', state: 'pending' })]);
  expect([counted, codes(pending)]).toEqual([[], ['a/b']]);
});

test('what is clearing still counts', () => {
  expect(codes(listedFindings([finding({ code: 'a/b', state: 'clearing' })]).counted[0]!.listed)).toEqual(['a/b']);
});

test('one gap leaves out the others, and keeps what is explained from outside of it', () => {
  const effect = finding({ id: '2', gap: 'certificates', foldedUnder: 'dns/down' });
  const { counted, explained } = listedFindings([finding({ id: '1', code: 'dns/down', gap: 'dns' }), effect], 'certificates');
  expect([counted, explained]).toEqual([[], [effect]]);
});

test('what is mended first is the first of those that weigh most, and never what is only worth knowing', () => {
  const blockers = [finding({ code: 'a/first' }), finding({ code: 'a/second' })];
  expect(worstOf(listedFindings([finding({ code: 'a/note', severity: 'note' }), ...blockers]))?.code).toBe('a/first');
  expect(worstOf(listedFindings([finding({ severity: 'note' })]))).toBeNull();
  expect(worstOf(listedFindings([]))).toBeNull();
});
