import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cell } from '../contract/cell.ts';
import type { BlindSpot } from '../contract/finding.ts';
import { gapIds } from '../contract/gap.ts';
import { standingStates } from '../contract/standing.ts';
import { type CellFinding, cellsOf, type GapSight, type PairWatch, sightsOf } from './cells.ts';

const waiver = { id: 'w1', author: 'Ada', reason: 'known', until: 1 };

const found = (more: Partial<CellFinding> = {}): CellFinding => ({
  code: 'dns/other-answer',
  gap: 'dns',
  severity: 'warning',
  title: 'A name has another address',
  subject: 'db.example.com',
  state: 'open',
  waiver: null,
  ...more,
});

const blocker = (more: Partial<CellFinding> = {}): CellFinding => found({ severity: 'blocker', title: 'A name has no address', ...more });
const note = (more: Partial<CellFinding> = {}): CellFinding => found({ severity: 'note', title: 'A name has a short life', ...more });

const watched: GapSight = { watch: 'standby', blind: [], doubts: [] };

interface Case {
  readonly findings?: readonly CellFinding[];
  readonly sight?: Partial<GapSight>;
  readonly whole?: readonly string[];
}

const dnsCell = ({ findings = [], sight = {}, whole = [] }: Case): Cell =>
  cellsOf({ findings, sights: new Map([['dns', { ...watched, ...sight }]]), blindAsAWhole: whole }).find(({ gap }) => gap === 'dns')!;

const cases: readonly (readonly [name: string, given: Case, state: Cell['state'], count: number, worst: string | null])[] = [
  ['nothing found, and seen', {}, 'ready', 0, null],
  ['notes alone', { findings: [note(), note({ subject: 'b' })] }, 'ready', 2, 'A name has a short life: db.example.com'],
  ['a warning', { findings: [found(), note()] }, 'degraded', 1, 'A name has another address: db.example.com'],
  [
    'a warning that is about to be gone',
    { findings: [found({ state: 'clearing' })] },
    'degraded',
    1,
    'A name has another address: db.example.com',
  ],
  ['a warning that no second look has confirmed', { findings: [found({ state: 'pending' })] }, 'ready', 0, null],
  ['a finding of the machine itself', { findings: [blocker({ subject: '' })] }, 'not-ready', 1, 'A name has no address'],
  ['a blocker among warnings', { findings: [blocker(), found()] }, 'not-ready', 1, 'A name has no address: db.example.com'],
  [
    'a blocker, and what is not known',
    { findings: [blocker()], sight: { blind: ['dns: timeout'] } },
    'not-ready',
    1,
    'A name has no address: db.example.com',
  ],
  ['a drill', { findings: [found({ isSuspending: true }), blocker()] }, 'suspended', 1, 'A name has another address: db.example.com'],
  [
    'a drill that was accepted',
    { findings: [found({ isSuspending: true, waiver })] },
    'waived',
    1,
    'A name has another address: db.example.com',
  ],
  [
    'a finding that says that something is not known',
    { findings: [found({ isBlind: true })] },
    'unknown',
    1,
    'A name has another address: db.example.com',
  ],
  ['what cannot be seen', { sight: { blind: ['dns: timeout', 'names: denied'] } }, 'unknown', 2, 'dns: timeout'],
  ['what cannot be seen, beside a warning', { findings: [found()], sight: { blind: ['dns: timeout'] } }, 'unknown', 1, 'dns: timeout'],
  ['a pair of which nothing is known', { whole: ['app1-zrh has never answered'] }, 'unknown', 1, 'app1-zrh has never answered'],
  [
    'a pair of which nothing is known, where nobody looked either',
    { sight: { watch: 'nobody' }, whole: ['silent'] },
    'not-watched',
    0,
    null,
  ],
  ['an accepted warning', { findings: [found({ waiver })] }, 'waived', 1, 'A name has another address: db.example.com'],
  [
    'an accepted blocker beside a warning',
    { findings: [blocker({ waiver }), found()] },
    'degraded',
    1,
    'A name has another address: db.example.com',
  ],
  ['an accepted note', { findings: [note({ waiver })] }, 'ready', 0, null],
  ['an optional check that cannot be seen', { sight: { doubts: ['names: stale'] } }, 'unknown', 1, 'names: stale'],
  [
    'an optional check that cannot be seen, beside a warning',
    { findings: [found()], sight: { doubts: ['names: stale'] } },
    'degraded',
    1,
    'A name has another address: db.example.com',
  ],
  [
    'an optional check that cannot be seen, beside what was accepted',
    { findings: [found({ waiver })], sight: { doubts: ['names: stale'] } },
    'unknown',
    1,
    'names: stale',
  ],
  ['nobody who looks', { sight: { watch: 'nobody' } }, 'not-watched', 0, null],
  ['a primary that is watched alone', { sight: { watch: 'primary-only' } }, 'unknown', 1, 'Only the primary is watched for this'],
  ['a standby that was never heard', { sight: { watch: 'not-known' } }, 'unknown', 1, 'What of the standby is watched is not known'],
  [
    'a warning whose cause is in the same cell',
    { findings: [blocker({ code: 'dns/no-resolver' }), found({ foldedUnder: 'dns/no-resolver' })] },
    'not-ready',
    1,
    'A name has no address: db.example.com',
  ],
  [
    'a warning whose cause was accepted in the same cell',
    { findings: [blocker({ code: 'dns/no-resolver', waiver }), found({ foldedUnder: 'dns/no-resolver' })] },
    'waived',
    1,
    'A name has no address: db.example.com',
  ],
  [
    'a warning whose cause shows in another cell',
    { findings: [blocker({ code: 'network/closed', gap: 'network-rules' }), found({ foldedUnder: 'network/closed' })] },
    'unknown',
    1,
    'A name has another address: db.example.com, explained by network/closed',
  ],
  [
    'a warning whose cause was accepted in another cell',
    { findings: [blocker({ code: 'network/closed', gap: 'network-rules', waiver }), found({ foldedUnder: 'network/closed' })] },
    'waived',
    1,
    'A name has another address: db.example.com, explained by network/closed',
  ],
  ['a note whose cause shows in another cell', { findings: [note({ foldedUnder: 'network/closed' })] }, 'ready', 0, null],
];

test.each(cases)('%s', (_, given, state, count, worst) => {
  expect(dnsCell(given)).toEqual({ gap: 'dns', state, count, worst });
});

test('there is one cell for each gap, in the order of the gaps, whatever is known', () => {
  expect(cellsOf({ findings: [], sights: new Map(), blindAsAWhole: [] }).map(({ gap }) => gap)).toEqual(gapIds);
});

test('a cell is never good where something weighs, is not known or is not watched', () => {
  const finding = fc.record({
    code: fc.constantFrom('dns/a', 'dns/b'),
    gap: fc.constantFrom('dns' as const, 'iam' as const),
    severity: fc.constantFrom('blocker' as const, 'warning' as const, 'note' as const),
    title: fc.constant('t'),
    subject: fc.constant('s'),
    state: fc.constantFrom(...standingStates.filter((state) => state !== 'resolved')),
    waiver: fc.constantFrom(null, waiver),
    foldedUnder: fc.constantFrom('dns/a', 'iam/c'),
  });
  const sight = fc.record({
    watch: fc.constantFrom('standby' as const, 'primary-only' as const, 'nobody' as const, 'not-known' as const),
    blind: fc.array(fc.constant('blind'), { maxLength: 1 }),
    doubts: fc.array(fc.constant('doubt'), { maxLength: 1 }),
  });
  const findings = fc.array(
    fc.oneof(
      finding,
      finding.map(({ foldedUnder: _, ...rest }): CellFinding => rest),
    ),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(findings, sight, fc.array(fc.constant('whole'), { maxLength: 1 }), (all, dns, whole) => {
      const cell = cellsOf({ findings: all, sights: new Map([['dns', dns]]), blindAsAWhole: whole }).find(({ gap }) => gap === 'dns')!;
      const weighs = all.some(({ gap, severity, state }) => gap === 'dns' && severity !== 'note' && state !== 'pending');
      if (cell.state !== 'ready') return;
      expect([weighs, dns.watch, dns.blind, dns.doubts, whole]).toEqual([false, 'standby', [], [], []]);
    }),
    { numRuns: 500 },
  );
});

describe('what is known of a gap', () => {
  const spot = (more: Partial<BlindSpot> = {}): BlindSpot => ({ check: 'names', kind: 'unseen', detail: 'timeout', seenAt: null, ...more });
  const names = { check: 'names', gap: 'dns' } as const;
  const given = (more: Partial<PairWatch> = {}): PairWatch => ({
    standby: [names],
    primary: [names],
    blindSpots: [],
    doubts: [],
    findings: [],
    gapOfName: (check) => (check === 'names' ? 'dns' : check === 'certs' ? 'certificates' : null),
    ...more,
  });
  const dns = (more: Partial<PairWatch>) => sightsOf(given(more)).sights.get('dns');

  test.each([
    ['both sides look', {}, 'standby'],
    ['the standby alone looks', { primary: [] }, 'standby'],
    ['the primary alone looks', { standby: [] }, 'primary-only'],
    ['neither looks', { standby: [], primary: [] }, 'nobody'],
    ['nobody knows what the standby looks at', { standby: null }, 'not-known'],
    ['nobody knows what the primary looks at', { primary: null }, 'standby'],
    ['the probe of its check is not known here', { standby: [{ check: 'names', gap: null }], primary: [] }, 'nobody'],
  ] as const)('%s', (_, more, watch) => {
    expect(dns(more)?.watch).toBe(watch);
  });

  test('a blind spot belongs to the gap of its check, also where the primary alone has that check', () => {
    expect(dns({ blindSpots: [spot()] })).toMatchObject({ blind: ['names: timeout'], doubts: [] });
    expect(dns({ standby: [], blindSpots: [spot({ kind: 'not-watched' })] })).toMatchObject({
      watch: 'primary-only',
      blind: ['names: timeout'],
    });
    expect(dns({ blindSpots: [spot({ check: 'certs' })] })).toMatchObject({ blind: [] });
    expect(dns({ doubts: [spot()] })).toMatchObject({ blind: [], doubts: ['names: timeout'] });
  });

  test('one that is about no check holds for the pair as a whole', () => {
    const { sights, blindAsAWhole } = sightsOf(
      given({ blindSpots: [spot({ check: null, kind: 'silent', detail: 'app1-zrh is silent' })] }),
    );
    expect([sights.get('dns')?.blind, blindAsAWhole]).toEqual([[], ['app1-zrh is silent']]);
  });

  test('two checks of one name may look at two things, and what is not known of it is not known of either', () => {
    const { sights } = sightsOf(given({ primary: [{ check: 'names', gap: 'iam' }], blindSpots: [spot()] }));
    expect([sights.get('dns')?.blind, sights.get('iam')?.blind]).toEqual([['names: timeout'], ['names: timeout']]);
  });

  test('a blocker that no second look has confirmed keeps its gap from being good, and a warning does not', () => {
    const waiting = blocker({ state: 'pending' });
    const said = 'Seen, and waits to be confirmed: A name has no address: db.example.com';
    expect(dns({ findings: [waiting, found({ state: 'pending' }), blocker()] })?.doubts).toEqual([said]);
    expect(dns({ findings: [blocker({ state: 'pending', waiver }), blocker({ state: 'pending', foldedUnder: 'dns/a' })] })?.doubts).toEqual(
      [],
    );
    expect(dns({ findings: [found({ state: 'pending', isBlind: true })] })?.doubts.length).toBe(1);
    const { sights } = sightsOf(given({ findings: [waiting] }));
    const cell = cellsOf({ findings: [waiting], sights, blindAsAWhole: [] }).find(({ gap }) => gap === 'dns');
    expect(cell).toEqual({ gap: 'dns', state: 'unknown', count: 1, worst: said });
  });

  test('one of a check that neither side has belongs to the gap that its name says', () => {
    const { sights, unshown } = sightsOf(given({ blindSpots: [spot({ check: 'certs', kind: 'not-watched', detail: 'none has it' })] }));
    expect([sights.get('certificates'), unshown]).toEqual([{ watch: 'nobody', blind: ['certs: none has it'], doubts: [] }, null]);
    const cells = cellsOf({ findings: [], sights, blindAsAWhole: [] });
    expect(cells.find(({ gap }) => gap === 'certificates')).toMatchObject({ state: 'unknown', worst: 'certs: none has it' });
  });

  test('the first that no cell can show is told beside them', () => {
    const whole = spot({ check: null, kind: 'no-checks', detail: 'nothing is watched' });
    expect(sightsOf(given({ blindSpots: [spot(), spot({ check: 'newer' }), spot({ check: 'newest' })] })).unshown).toBe('newer: timeout');
    expect(sightsOf(given({ standby: [{ check: 'names', gap: null }], primary: [], blindSpots: [spot()] })).unshown).toBe('names: timeout');
    expect(sightsOf(given({ standby: [], primary: [], blindSpots: [whole] })).unshown).toBe('nothing is watched');
    expect(sightsOf(given({ blindSpots: [whole] })).unshown).toBeNull();
    expect(sightsOf(given({ standby: null, primary: [], blindSpots: [whole] })).unshown).toBeNull();
  });
});
