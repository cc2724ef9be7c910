// A finding for tests, with what a test does not care about filled in.
import type { StandingFinding } from '../../src/contract/standing.ts';

export const finding = (given: Partial<StandingFinding>): StandingFinding => ({
  id: '1',
  code: 'settings/key-missing',
  kind: 'paired',
  gap: 'configuration',
  severity: 'blocker',
  check: 'settings',
  title: 'A setting of the primary is missing on the standby',
  subject: '/etc/billing/billing.env FEATURE',
  expected: 'set, as on the primary',
  actual: 'not set',
  remedy: '',
  since: 1_000,
  evidence: { seq: 4, seenAt: 1_000, primary: { seq: 6, seenAt: 1_000 } },
  isUnconfirmed: false,
  state: 'open',
  openedAt: 1_000,
  changedAt: 1_000,
  resolvedAt: null,
  reopenedCount: 0,
  confirmation: { bad: 1, good: 0, needs: { bad: 1, good: 1 } },
  mark: '1:1',
  waiver: null,
  ...given,
});

export const waivedUntil = (until: number): StandingFinding['waiver'] => ({ id: 'w', author: 'R. Keller', reason: 'next image', until });
