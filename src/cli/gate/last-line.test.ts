import { describe, expect, it } from 'vitest';
import { bodyOf, pairOf, receiptAt, standingOf } from '../../../test/support/receipt.ts';
import type { BlindSpot } from '../../contract/finding.ts';
import type { FailOn, Receipt } from '../../contract/receipt.ts';
import { type GateEnding, gateExit } from './ending.ts';
import { lastLine, within } from './last-line.ts';

type Body = Parameters<typeof bodyOf>[0];

const answered = (body: Body): GateEnding => ({
  kind: 'answered',
  receipt: { ...bodyOf(body), signature: { algorithm: 'Ed25519', keyId: '', publicKey: '', value: '' } },
});
const unanswered = (more: Partial<Extract<GateEnding, { kind: 'unanswered' }>> = {}): GateEnding => ({
  kind: 'unanswered',
  reason: 'no answer within 20.0 s',
  isRefused: false,
  override: null,
  ...more,
});
const anna: Receipt['override'] = { by: 'anna', reason: 'Frankfurt is dark' };

const ready = pairOf({ findings: [] });
const degraded = pairOf({ findings: [standingOf({ severity: 'warning' })] });
const blind: BlindSpot = { check: 'dns', kind: 'unseen', detail: 'denied', seenAt: null };
const unknown = pairOf({ findings: [], blindSpots: [blind] });
const notReady = pairOf();

describe('the exit code', () => {
  it.each([
    [ready, [0, 0, 0, 0]],
    [degraded, [1, 1, 0, 0]],
    [unknown, [3, 1, 1, 0]],
    [notReady, [2, 1, 1, 1]],
  ])('is the verdict, or whether it is closed at degraded, unknown, not-ready', (pair, codes) => {
    const ending = answered({ pairs: [pair] });
    expect(([null, 'degraded', 'unknown', 'not-ready'] as const).map((failOn) => gateExit(ending, failOn))).toEqual(codes);
  });

  it('is closed at any verdict where nobody judged', () => {
    expect(([null, 'degraded', 'unknown', 'not-ready'] as const).map((failOn) => gateExit(unanswered(), failOn))).toEqual([3, 1, 1, 1]);
  });

  it('is 0 where it is overridden, by a receipt or without one, unless that was refused', () => {
    expect(gateExit(answered({ override: anna }), 'not-ready')).toBe(0);
    expect(gateExit(unanswered({ override: anna }), 'unknown')).toBe(0);
    expect(gateExit(unanswered({ override: anna, isRefused: true }), 'unknown')).toBe(1);
    expect(gateExit(unanswered({ override: anna, isRefused: true }), null)).toBe(3);
  });
});

describe('the last line', () => {
  const cases: readonly (readonly [GateEnding, FailOn | null, string])[] = [
    [answered({ pairs: [ready] }), null, 'READY - billing: oldest look 4 m ago'],
    [answered({ pairs: [ready] }), 'degraded', 'GATE OPEN - READY - billing: oldest look 4 m ago'],
    [answered({ pairs: [degraded] }), 'unknown', 'GATE OPEN - DEGRADED - billing: 1 warning: app1 kernel/behind-primary effective kernel'],
    [answered({ pairs: [unknown] }), 'unknown', 'GATE CLOSED - UNKNOWN - billing: 1 blind spot: app1 dns unseen: denied'],
    [
      answered({ pairs: [unknown, degraded, notReady] }),
      'not-ready',
      'GATE CLOSED - NOT READY - billing: 1 blocker, 1 warning, 1 blind spot: app1 kernel/behind-primary effective kernel',
    ],
    [answered({ pairs: [] }), null, 'UNKNOWN - billing: it has no pair'],
    [
      answered({ pairs: [notReady], override: anna }),
      'unknown',
      'GATE OVERRIDDEN by anna: Frankfurt is dark - NOT READY - billing: 1 blocker: app1 kernel/behind-primary effective kernel',
    ],
    [unanswered(), null, 'UNKNOWN - no answer within 20.0 s'],
    [unanswered(), 'not-ready', 'GATE CLOSED - UNKNOWN - no answer within 20.0 s'],
    [
      unanswered({ override: anna }),
      'unknown',
      'GATE OVERRIDDEN by anna: Frankfurt is dark - UNKNOWN, NO RECEIPT - no answer within 20.0 s',
    ],
    [unanswered({ override: anna, isRefused: true, reason: 'no right' }), 'unknown', 'GATE CLOSED - UNKNOWN - no right'],
  ];
  it.each(cases)('%# says the verdict and why', (ending, failOn, line) => {
    expect(lastLine(ending, failOn)).toBe(`understudy: ${line}`);
  });

  it('names no finding that does not count', () => {
    const waiver = { id: 'w', author: 'a', reason: 'r', until: receiptAt + 1 };
    const line = lastLine(answered({ pairs: [pairOf({ findings: [standingOf({ waiver })] })] }), null);
    expect(line).toBe('understudy: READY - billing: 1 waived, oldest look 4 m ago');
  });

  it('says why it is degraded where a warning was only just seen', () => {
    const pair = pairOf({ verdict: 'degraded', findings: [standingOf({ severity: 'warning', state: 'pending', openedAt: null })] });
    expect(lastLine(answered({ pairs: [pair] }), null)).toBe(
      'understudy: DEGRADED - billing: kernel/behind-primary effective kernel was just seen',
    );
  });

  it('of an override keeps the verdict, however long the reason', () => {
    const line = lastLine(answered({ override: { by: '漢'.repeat(100), reason: 'x'.repeat(500) } }), 'unknown');
    expect(line).toMatch(/^understudy: GATE OVERRIDDEN by 漢+… - NOT READY - billing: 1 blocker/);
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(200);
  });

  it('is one line of text of at most 200 bytes, whatever stands in it', () => {
    const wide = '漢字\n\r\u001b[31m\u202e"; rm -rf /'.repeat(40);
    const line = lastLine(answered({ pairs: [pairOf({ pair: wide, findings: [standingOf({ subject: wide, code: wide })] })] }), 'unknown');
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(200);
    expect(line).toMatch(/^understudy: GATE CLOSED - NOT READY - billing: 1 blocker: 漢字/);
    expect(line).not.toMatch(/[\x00-\x1f\u202e\ufffd]/);
  });

  it.each([
    ['whole', 'héllo', 6, 'héllo'],
    ['cut', 'héllo', 5, 'h…'],
    ['cut before a character of several bytes', '😀😀', 7, '😀…'],
  ])('is %s between characters', (_, text, bytes, kept) => {
    expect(within(text, bytes)).toBe(kept);
  });
});
