// A receipt with something of everything in it.
import type { Finding } from '../../src/contract/finding.ts';
import type { ReceiptBody } from '../../src/contract/receipt.ts';
import type { StandingFinding } from '../../src/contract/standing.ts';
import type { Waiver } from '../../src/contract/waiver.ts';
import { type JudgedPair, receiptBody } from '../../src/judge/receipt-body.ts';
import { standingVerdict } from '../../src/judge/verdict.ts';

export const receiptAt = Date.UTC(2026, 10, 23, 12);

export const findingOf = (more: Partial<Finding> = {}): Finding => ({
  id: 'f1',
  code: 'kernel/behind-primary',
  kind: 'paired',
  gap: 'kernel',
  severity: 'blocker',
  check: 'kernel',
  title: 'The standby’s effective kernel is behind its primary’s',
  subject: 'effective kernel',
  expected: '5.15.0-318',
  actual: '5.15.0-311',
  remedy: '# Without a reboot:\n$ sudo uptrack-upgrade -y',
  since: receiptAt - 3_600_000,
  evidence: { seq: 7, seenAt: receiptAt - 40_000, primary: { seq: 3, seenAt: receiptAt - 50_000 } },
  isUnconfirmed: false,
  ...more,
});

export const standingOf = (more: Partial<StandingFinding> = {}): StandingFinding => ({
  ...findingOf(more),
  state: 'open',
  openedAt: receiptAt - 3_600_000,
  changedAt: receiptAt - 3_600_000,
  resolvedAt: null,
  reopenedCount: 0,
  confirmation: { bad: 2, good: 0, needs: { bad: 2, good: 2 } },
  mark: 'n|7:1|3:1',
  waiver: null,
  ...more,
});

export const waiverOf = (more: Partial<Waiver> = {}): Waiver => ({
  id: 'w1',
  group: 'billing',
  pair: 'app1',
  finding: 'f1',
  code: 'kernel/behind-primary',
  check: 'kernel',
  subject: 'effective kernel',
  expected: '5.15.0-318',
  actual: '5.15.0-311',
  author: 'anna',
  by: 'local socket',
  reason: 'patched on Sunday',
  createdAt: receiptAt - 7_200_000,
  until: receiptAt + 86_400_000,
  endedAt: null,
  endedBecause: null,
  ...more,
});

const node = (name: string, site: string): NonNullable<JudgedPair['standby']> => ({
  name,
  nodeId: `id-of-${name}`,
  site,
  version: '0.1.0',
  asOf: receiptAt - 240_000,
  heardAt: receiptAt - 12_000,
});

export const pairOf = (more: Partial<JudgedPair> = {}): JudgedPair => {
  const findings = more.findings ?? [standingOf()];
  const blindSpots = more.blindSpots ?? [];
  return {
    pair: 'app1',
    verdict: standingVerdict(findings, blindSpots),
    standby: node('app1-zrh', 'eu-zurich-1'),
    primary: node('app1-fra', 'eu-frankfurt-1'),
    findings,
    blindSpots,
    lawful: [],
    ...more,
  };
};

export const bodyOf = (more: Partial<Parameters<typeof receiptBody>[0]> = {}): ReceiptBody =>
  receiptBody({
    id: '0b7a1c1e-6f0e-4c57-9a55-1f4a5a0c9a10',
    issuedAt: receiptAt,
    issuer: { kind: 'collector', name: 'collector1', version: '0.1.0' },
    asked: { group: 'billing', by: 'local socket', maxAgeMs: null, failOn: 'unknown' },
    override: null,
    pairs: [pairOf()],
    waivers: [],
    ...more,
  });

/** With every kind of thing that a receipt can hold, and text that is more than letters. */
export const fullBody: ReceiptBody = bodyOf({
  asked: { group: 'billing', by: 'token ops', maxAgeMs: 900_000, failOn: 'degraded' },
  override: { by: 'anna', reason: 'Frankfurt is dark: “now”, 东京\u2028' },
  pairs: [
    pairOf({
      findings: [
        standingOf(),
        standingOf({ id: 'f2', state: 'pending', openedAt: null, subject: 'a\\"b' }),
        standingOf({ id: 'f3', foldedUnder: 'kernel/behind-primary', severity: 'warning' }),
      ],
      blindSpots: [{ check: 'dns', kind: 'stale', detail: 'the last look is older than this check allows', seenAt: receiptAt - 9_000_000 }],
      lawful: [{ check: 'kernel', field: '/packages', reason: 'only the primary is debugged', until: null, state: 'differs' }],
    }),
    pairOf({ pair: 'app2', primary: null, standby: null, verdict: 'unknown', findings: [] }),
  ],
  waivers: [waiverOf()],
});
