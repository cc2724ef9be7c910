import { expect, test } from 'vitest';
import type { Check } from '../contract/check.ts';
import { shownSettings } from './shown-settings.ts';

const checkOf = (settings: unknown): Check => ({
  id: 'secrets',
  probe: 'secrets',
  settings,
  schedule: { kind: 'every', everyMs: 1_000 },
  timeoutMs: 1_000,
  staleAfterMs: 2_000,
  isRequired: true,
});

test('names of a region’s scope are kept however they sound, since both sides are compared by them', () => {
  const scope = {
    compartments: { secrets: 'ocid1.compartment.oc1..a' },
    hosts: { 'auth-token': { addresses: ['10.0.0.1'] } },
    names: { 'app-secrets-phx': 'app-secrets' },
  };
  expect(shownSettings(checkOf({ scope, password: 'hunter2' }))).toEqual({ scope, password: '[redacted]' });
});

test('what is a secret by its look is none of a name', () => {
  const scope = { names: { a: 'https://me:hunter2@example.com' } };
  expect(JSON.stringify(shownSettings(checkOf({ scope })))).not.toContain('hunter2');
});
