import { expect, test } from 'vitest';
import { readingUnit } from './units.ts';

test.each([
  ['connectMs', 12.345, 'Connect (ms)', '12.3 ms'],
  ['totalMs', 23_000, 'Total (ms)', '23 s'],
  ['ttlSeconds', 300, 'TTL (s)', '300 s'],
  ['daysLeft', 41.27, 'Days left', '41.3 d'],
  ['certificateMinutesLeft', 90, 'Certificate minutes left', '90 min'],
  ['lifetimeUsedShare', 0.756, 'Lifetime used (%)', '75.6 %'],
  ['peakRssBytes', 89_128_960, 'Peak RSS (bytes)', '89.1 MB'],
  ['leftBytes', 0, 'Left (bytes)', '0 B'],
  ['filesCount', 1_234, 'Files', '1,234'],
  ['strayAnswers', 2, 'Stray answers', '2'],
  ['captureAsOfMs', 1_772_366_400_000, 'Capture (date)', '2026-03-01 12:00'],
])('%s of %d is told with its unit', (name, value, title, shown) => {
  const unit = readingUnit(name);
  expect([unit.title, unit.show(value)]).toEqual([title, shown]);
});
