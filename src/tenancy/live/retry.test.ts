import { describe, expect, it } from 'vitest';
import { isWorthRepeating, jitteredWaitMs, retryAfterMs } from './retry.ts';

describe('the time after which OCI wants to be asked again', () => {
  const told = (retryAfter: string, date?: string) =>
    retryAfterMs(new Headers({ 'retry-after': retryAfter, ...(date === undefined ? {} : { date }) }), Date.UTC(2026, 0, 5, 12));

  it('is told in seconds, or as a date by its own clock or else by ours', () => {
    expect(told('0')).toBe(0);
    expect(told(' 7 ')).toBe(7_000);
    expect(told('Mon, 05 Jan 2026 12:00:30 GMT')).toBe(30_000);
    expect(told('Mon, 05 Jan 2026 12:00:30 GMT', 'Mon, 05 Jan 2026 12:00:10 GMT')).toBe(20_000);
    expect(told('Mon, 05 Jan 2026 11:00:00 GMT')).toBe(0);
  });

  it.each(['', 'soon', '-1', '1.5', '9'.repeat(20)])('is not told by %j', (text) => {
    expect([null, 0]).toContain(told(text));
  });
});

describe('a wait before another attempt', () => {
  it('is anything up to a limit that doubles to eight seconds', () => {
    const longest = (attempt: number) => Math.max(...Array.from({ length: 2_000 }, () => jitteredWaitMs(attempt)));
    expect(longest(1)).toBeLessThanOrEqual(500);
    expect(longest(2)).toBeLessThanOrEqual(1_000);
    expect(longest(20)).toBeLessThanOrEqual(8_000);
    expect(longest(20)).toBeGreaterThan(6_000);
  });
});

describe('a request', () => {
  it.each([
    [null, 'ECONNREFUSED', true],
    [null, 'TIMEOUT', true],
    [null, 'INVALID_REQUEST', false],
    [409, 'IncorrectState', true],
    [409, 'Conflict', false],
    [501, '', false],
    [504, '', true],
  ])('that came to %s %s is worth repeating: %s', (status, code, isIt) => {
    expect(isWorthRepeating({ status, code })).toBe(isIt);
  });
});
