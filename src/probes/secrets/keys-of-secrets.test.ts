// Keys that secrets of the standby are under, names that differ, and vaults that are going.
import { describe, expect, test } from 'vitest';
import { asOf, regionOf, scopeOf, snapshotOf } from '../../../test/support/oci-cases.ts';
import type { Role } from '../../contract/node.ts';
import { judge } from '../../judge/judge.ts';
import type { RecordedCall } from '../../tenancy/recorded.ts';
import { probe } from './index.ts';

const vault = (id: string, displayName: string, lifecycleState = 'ACTIVE') => ({
  id,
  displayName,
  lifecycleState,
  managementEndpoint: 'https://kms.example.com',
});
const key = (id: string, displayName: string, lifecycleState = 'ENABLED') => ({ id, displayName, lifecycleState, algorithm: 'AES' });
const secret = (secretName: string, vaultId: string, keyId = 'k') => ({
  id: `s-${secretName}`,
  secretName,
  vaultId,
  keyId,
  lifecycleState: 'ACTIVE',
});

interface Side {
  readonly vaults: readonly object[];
  readonly keys: readonly object[];
  readonly secrets: readonly object[];
  readonly names?: Readonly<Record<string, string>>;
}

const usual: Side = { vaults: [vault('v', 'pay')], keys: [key('k', 'main')], secrets: [secret('token', 'v')] };

async function told(primary: Side, standby: Side): Promise<readonly string[]> {
  const look = (role: Role, { vaults, keys, secrets, names = {} }: Side) => {
    const calls: readonly RecordedCall[] = [
      { operation: 'listSecrets', with: {}, body: secrets },
      { operation: 'listVaults', with: {}, body: vaults },
      { operation: 'listKeys', with: {}, body: keys },
      { operation: 'getSecret', with: {}, body: {} },
      {
        operation: 'listSecretVersions',
        with: {},
        body: [{ stages: ['CURRENT'], versionNumber: 1, timeCreated: '2026-01-01T00:00:00Z' }],
      },
    ];
    return snapshotOf({ probe, role, scope: { ...scopeOf(role), names }, region: { ...regionOf('sec-list-missing', role), calls } });
  };
  const [twin, subject] = await Promise.all([look('primary', primary), look('standby', standby)]);
  const { findings } = judge({ now: asOf, subject, twin, earlier: [], probes: new Map([[probe.id, probe]]) });
  return findings
    .filter(({ foldedUnder }) => foldedUnder === undefined)
    .map(({ code, subject }) => `${code.replace('secrets/', '')} ${subject}`);
}

describe('a secret of the standby under another key than the primary’s', () => {
  const under = (...keys: readonly object[]): Side => ({ ...usual, keys, secrets: [secret('token', 'v', 'other')] });

  test('is as good as that key', async () => {
    expect(await told(usual, under(key('k', 'main'), key('other', 'dr')))).toEqual([]);
    expect(await told(usual, under(key('k', 'main'), key('other', 'dr', 'DISABLED')))).toEqual(['key-not-enabled pay/dr']);
  });

  test('also where the key bears the name of the primary’s and another one of that name is enabled', async () => {
    expect(await told(usual, under(key('k', 'main'), key('other', 'main', 'PENDING_DELETION')))).toEqual(['key-not-enabled pay/main']);
  });

  test('is not known in a state that nobody has heard of', async () => {
    expect(await told(usual, under(key('k', 'main'), key('other', 'dr', 'LOCKED')))).toEqual(['key-unsettled pay/dr']);
  });
});

test('secrets and keys are paired by the names that both sides share', async () => {
  const primary: Side = {
    ...usual,
    keys: [key('k', 'key-iad')],
    secrets: [secret('pay-iad', 'v')],
    names: { 'key-iad': 'key', 'pay-iad': 'pay' },
  };
  const standby: Side = {
    ...usual,
    keys: [key('k', 'key-phx')],
    secrets: [secret('pay-phx', 'v')],
    names: { 'key-phx': 'key', 'pay-phx': 'pay' },
  };
  expect(await told(primary, standby)).toEqual([]);
  expect(await told(primary, { ...standby, secrets: [] })).toEqual(['missing pay/pay']);
});

test('what lies in a vault that the primary is about to lose needs no twin', async () => {
  const old = vault('old', 'pay-old', 'PENDING_DELETION');
  const primary: Side = { ...usual, vaults: [...usual.vaults, old], secrets: [...usual.secrets, secret('left', 'old')] };
  expect(await told(primary, usual)).toEqual([]);
});

test('a vault of the standby that is going takes nobody’s place', async () => {
  const standby: Side = { ...usual, vaults: [vault('v', 'pay-dr'), vault('gone', 'pay-before', 'PENDING_DELETION')] };
  expect(await told(usual, standby)).toEqual([]);
});
