import { describe, expect, it } from 'vitest';
import type { Observation } from '../contract/observation.ts';
import { unpackedRows } from './unpacked-rows.ts';

const row = (seq: number): Observation => ({
  seq,
  check: 'disk',
  probe: 'disk',
  factsVersion: 1,
  outcome: { kind: 'observed', facts: { seq } },
  firstAt: 1,
  lastAt: 2,
  count: 1,
  tookMs: 1,
  readings: [],
  trail: [],
});

describe('rows that stay unpacked', () => {
  it('come back while their trail is the one they were kept with', () => {
    const rows = unpackedRows();
    rows.keep(row(1), 100, 50);
    rows.keep(row(2), null, 50);
    expect(rows.get(1, 100)).toEqual(row(1));
    expect(rows.get(1, 200)).toBeNull();
    expect(rows.get(1, null)).toBeNull();
    expect(rows.get(2, null)).toEqual(row(2));
    expect(rows.get(3, null)).toBeNull();
  });

  it('are small ones: a large one is not kept, and takes the place of none', () => {
    const rows = unpackedRows();
    rows.keep(row(1), null, 50);
    rows.keep(row(2), null, 9_000);
    expect(rows.get(1, null)).not.toBeNull();
    expect(rows.get(2, null)).toBeNull();
    rows.keep(row(1), 5, 9_000);
    expect(rows.get(1, null)).toBeNull();
  });

  it('make room for newer ones, the oldest first', () => {
    const rows = unpackedRows();
    for (let seq = 1; seq <= 33; seq += 1) rows.keep(row(seq), null, 8_192);
    expect(rows.get(1, null)).toBeNull();
    expect(rows.get(2, null)).not.toBeNull();
    expect(rows.get(33, null)).not.toBeNull();
    // Kept again with another trail, it counts once.
    rows.keep(row(33), 7, 8_192);
    expect(rows.get(2, null)).not.toBeNull();
  });
});
