import { expect, test } from 'vitest';
import { inRegion, namesRegion } from './region-tokens.ts';

const iad = { name: 'us-ashburn-1', key: 'iad' };
const phx = { name: 'us-phoenix-1', key: 'phx' };

test('a region that a name speaks of becomes the other one', () => {
  expect(inRegion('lb-pay-iad', iad, phx)).toBe('lb-pay-phx');
  expect(inRegion('db.us-ashburn-1.example.com', iad, phx)).toBe('db.us-phoenix-1.example.com');
  expect(inRegion('LB_IAD_1', iad, phx)).toBe('LB_phx_1');
  expect(inRegion('lb.IAD', iad, phx)).toBe('lb.phx');
});

test('a region within a word stands for nothing', () => {
  expect(inRegion('diadem', iad, phx)).toBe('diadem');
  expect(namesRegion('iadem.example.com', iad)).toBe(false);
  expect(namesRegion('api-iad.example.com', iad)).toBe(true);
});

test('a region whose key nobody told is known by its name only', () => {
  expect(inRegion('lb-iad in us-ashburn-1', { ...iad, key: null }, phx)).toBe('lb-iad in us-phoenix-1');
});
