import { describe, expect, test } from 'vitest';
import {
  asOf,
  callsOf,
  casesOf,
  faultsOf,
  judgeCase,
  regionOf,
  scopeOf,
  sides,
  snapshotOf,
  topology,
} from '../../../test/support/oci-cases.ts';
import type { Finding, Judgement } from '../../contract/finding.ts';
import type { Role } from '../../contract/node.ts';
import { ociOperations } from '../../contract/oci-operations.ts';
import { judge } from '../../judge/judge.ts';
import type { RecordedCall } from '../../tenancy/recorded.ts';
import { probe } from './index.ts';

const day = 86_400_000;

/** The secrets that both sides have, as the list of the missing one shows them: only those whose versions a case tells. */
const listOf = (...names: readonly string[]): readonly RecordedCall[] =>
  sides.flatMap((side) =>
    callsOf('sec-list-missing', side).map((call) => ({
      ...call,
      body: (call.body as { secretName: string }[]).filter(({ secretName }) => names.includes(secretName)),
    })),
  );

/** A current version of one day, whichever secret is asked for. */
const sameDay: readonly RecordedCall[] = [
  { operation: 'getSecret', with: {}, body: {} },
  { operation: 'listSecretVersions', with: {}, body: [{ stages: ['CURRENT'], versionNumber: 1, timeCreated: '2026-01-01T00:00:00Z' }] },
];

const worlds: Readonly<Record<string, readonly RecordedCall[]>> = {
  'sec-list-missing': sameDay,
  'sec-version-stale': listOf('db-password'),
  'sec-replica-symmetric': listOf('api-key'),
  // What its versions are the case does not say: those of the case before.
  'sec-expiring-standby': [...listOf('api-key'), ...sides.flatMap((side) => callsOf('sec-replica-symmetric', side).slice(1))],
  'kms-key-disabled': [],
  'sec-version-numbers-differ': listOf('db-password'),
  'sec-pending-deletion': sameDay,
};

describe('the published table', () => {
  test.each(casesOf('3-secrets').map((one) => [one.id, one] as const))('%s', async (id, one) => {
    expect(faultsOf(one, await judgeCase(probe, id, { over: worlds[id] ?? [] }))).toEqual([]);
  });
});

test('no operation that is asked for gives a value', () => {
  const paths = Object.values(ociOperations).map(({ path }) => path as string);
  expect(paths.filter((path) => /secretbundles|20190301/i.test(path))).toEqual([]);
});

interface Given {
  readonly secrets?: readonly object[];
  readonly versions?: Readonly<Record<string, readonly object[]>>;
  readonly whole?: Readonly<Record<string, object>>;
  readonly vaults?: readonly object[];
  readonly keys?: readonly object[];
  readonly over?: readonly RecordedCall[];
}

const vault = { id: 'v', displayName: 'vault-pay', lifecycleState: 'ACTIVE', managementEndpoint: 'https://kms.example.com' };
const key = { id: 'k', displayName: 'key-pay', vaultId: 'v', lifecycleState: 'ENABLED', algorithm: 'AES', protectionMode: 'HSM' };
const secret = (name = 'token', more: object = {}) => ({
  id: `s-${name}`,
  secretName: name,
  vaultId: 'v',
  lifecycleState: 'ACTIVE',
  ...more,
});
const version = (time: string, number = 1) => ({ stages: ['LATEST', 'CURRENT'], versionNumber: number, timeCreated: time });

const callsFor = ({ secrets = [], versions = {}, whole = {}, vaults = [vault], keys = [], over = [] }: Given): readonly RecordedCall[] => [
  ...over,
  { operation: 'listSecrets', with: {}, body: secrets },
  { operation: 'listVaults', with: {}, body: vaults },
  { operation: 'listKeys', with: {}, body: keys },
  ...Object.entries(whole).map(([secretId, body]): RecordedCall => ({ operation: 'getSecret', with: { secretId }, body })),
  { operation: 'getSecret', with: {}, body: {} },
  ...Object.entries(versions).map(([secretId, body]): RecordedCall => ({ operation: 'listSecretVersions', with: { secretId }, body })),
  { operation: 'listSecretVersions', with: {}, body: [version('2026-01-01T00:00:00Z')] },
];

async function judged(primary: Given, standby: Given, settings: Readonly<Record<string, unknown>> = {}): Promise<Judgement> {
  const look = (role: Role, given: Given) => {
    const region = { ...regionOf('sec-list-missing', role), calls: callsFor(given) };
    return snapshotOf({ probe, role, scope: { ...scopeOf(role), names: {} }, settings, region });
  };
  const [twin, subject] = await Promise.all([look('primary', primary), look('standby', standby)]);
  return judge({ now: asOf, subject, twin, earlier: [], probes: new Map([[probe.id, probe]]) });
}

const told = ({ findings }: { readonly findings: readonly Finding[] }) =>
  findings.filter(({ foldedUnder }) => foldedUnder === undefined).map(({ code, subject }) => `${code.replace('secrets/', '')} ${subject}`);

const compared = async (theirs: readonly object[], own: readonly object[], settings = {}) =>
  told(
    await judged({ secrets: [secret()], versions: { 's-token': theirs } }, { secrets: [secret()], versions: { 's-token': own } }, settings),
  );

describe('how new a secret is', () => {
  test.each([
    ['within the tolerance of a rotation', '2026-09-01T06:00:00Z', '2026-09-01T05:00:00Z', []],
    ['a minute more', '2026-09-01T06:00:00Z', '2026-09-01T04:59:00Z', ['stale vault-pay/token']],
    ['a first version that was set up later', '2026-01-01T00:00:00Z', '2026-06-01T00:00:00Z', []],
  ])('%s', async (_, theirs, own, expected) => {
    expect(await compared([version(theirs)], [version(own)])).toEqual(expected);
  });

  test('a rotation of the standby alone is a note', async () => {
    const findings = await compared([version('2026-01-01T00:00:00Z', 4)], [version('2026-06-01T00:00:00Z', 2)]);
    expect(findings).toEqual(['newer vault-pay/token']);
  });

  test('the tolerance is a setting', async () => {
    const old = version('2026-09-01T02:00:00Z');
    expect(await compared([version('2026-09-01T06:00:00Z')], [old], { rotationSkew: '4h' })).toEqual([]);
    expect(await compared([version('2026-09-01T06:00:00Z')], [old])).toEqual(['stale vault-pay/token']);
  });

  test('a version that waits to become current does not count', async () => {
    const pending = { stages: ['PENDING', 'LATEST'], versionNumber: 9, timeCreated: '2026-09-10T00:00:00Z' };
    const current = { ...version('2026-01-01T00:00:00Z'), stages: ['CURRENT'] };
    expect(await compared([pending, current], [current])).toEqual([]);
  });

  test.each([
    [7, 7, []],
    [7, 6, ['stale vault-pay/token']],
    [6, 7, ['newer vault-pay/token']],
  ])('numbers of a secret and its replica: %i and %i', async (theirs, own, expected) => {
    const replica = { isReplica: true, sourceRegionInformation: { sourceVaultId: 'v' }, currentVersionNumber: own };
    const primary: Given = { secrets: [secret()], whole: { 's-token': { currentVersionNumber: theirs } } };
    const standby: Given = {
      secrets: [secret('token', { vaultId: 'w' })],
      vaults: [{ ...vault, id: 'w', displayName: 'another' }],
      whole: { 's-token': replica },
      // Long ago: a replica’s times are those of its replication.
      versions: { 's-token': [version('2020-01-01T00:00:00Z', own)] },
    };
    expect(told(await judged(primary, standby))).toEqual(expected);
    // After a switchover the source is on the other side.
    const turned = { 7: { 6: ['newer vault'], 7: [] }, 6: { 7: ['stale vault'] } } as Record<number, Record<number, string[]>>;
    const back = told(await judged(standby, primary));
    expect(back.map((one) => one.replace(/\S+\/token/, 'vault').trim())).toEqual(turned[theirs]?.[own]);
  });

  test('a replica from another vault is a secret of its own', async () => {
    const replica = { isReplica: true, sourceRegionInformation: { sourceVaultId: 'elsewhere' }, currentVersionNumber: 1 };
    const theirs = { secrets: [secret()], whole: { 's-token': { currentVersionNumber: 9 } } };
    expect(told(await judged(theirs, { secrets: [secret()], whole: { 's-token': replica } }))).toEqual([]);
  });
});

describe('the end of a secret', () => {
  const at = (ms: number) => new Date(asOf + ms).toISOString();
  const rule = (isSecretContentRetrievalBlockedOnExpiry: boolean | null) => ({
    secretRules: [{ ruleType: 'SECRET_EXPIRY_RULE', isSecretContentRetrievalBlockedOnExpiry }],
  });
  const ending = async (timeOfCurrentVersionExpiry: string, whole: object = {}, settings = {}) =>
    told(await judged({}, { secrets: [secret('token', { timeOfCurrentVersionExpiry })], whole: { 's-token': whole } }, settings));

  test.each([
    [15 * day, rule(true), []],
    [14 * day, rule(true), ['expiring vault-pay/token']],
    [0, rule(true), ['expired vault-pay/token']],
    [-day, rule(false), ['expired-readable vault-pay/token']],
    [-day, rule(null), ['expired-readable vault-pay/token']],
  ])('%i ms from now', async (ms, whole, expected) => {
    expect(await ending(at(ms), whole)).toEqual(expected);
  });

  test('what is not seen of its rules is taken for the worse', async () => {
    const denied: RecordedCall = { operation: 'getSecret', with: {}, status: 404, body: {} };
    const secrets = [secret('token', { timeOfCurrentVersionExpiry: at(-day) })];
    expect(told(await judged({ secrets: [secret()] }, { secrets, over: [denied] }))).toEqual(['expired vault-pay/token']);
  });

  test('how long before is a setting, and what is ignored is not told of', async () => {
    expect(await ending(at(20 * day), {}, { expiryWarn: '30d' })).toEqual(['expiring vault-pay/token']);
    expect(await ending(at(day), {}, { ignore: ['vault-pay/tok*'] })).toEqual([]);
  });
});

describe('what is there', () => {
  test('a secret under the same name in another vault is another secret', async () => {
    const other = { ...vault, id: 'w', displayName: 'vault-web' };
    const primary: Given = { vaults: [vault, other], secrets: [secret('token'), secret('cookie', { vaultId: 'w' })] };
    const standby: Given = { vaults: [vault, other], secrets: [secret('token', { vaultId: 'w' }), secret('cookie', { vaultId: 'w' })] };
    expect(told(await judged(primary, standby))).toEqual(['missing vault-pay/token']);
  });

  test('a vault that is the only one left stands for the primary’s, whatever it is called', async () => {
    const standby: Given = { vaults: [{ ...vault, displayName: 'vault-phx' }], secrets: [secret()] };
    expect(told(await judged({ secrets: [secret(), secret('more')] }, standby))).toEqual(['missing vault-pay/more']);
  });

  test('of a vault that is missing, one problem', async () => {
    const other = { ...vault, id: 'w', displayName: 'vault-web' };
    const primary = { vaults: [vault, other], secrets: [secret(), secret('more')], keys: [key] };
    const judgement = await judged(primary, { vaults: [other] });
    expect(told(judgement)).toEqual(['vault-missing vault-pay']);
    expect(judgement.findings).toHaveLength(4);
  });

  test('of a side that has nothing at all, the names of what it lacks', async () => {
    const { verdict, findings } = await judged({ secrets: [secret(), secret('more')] }, { vaults: [] });
    expect([verdict, findings.map(({ code, expected }) => [code, expected])]).toEqual([
      'not-ready',
      [['secrets/absent-on-standby', '1 vaults, 0 keys, 2 secrets: more, token']],
    ]);
  });

  test('a vault that holds nothing is not missed', async () => {
    const other = { ...vault, id: 'w', displayName: 'vault-web' };
    expect(told(await judged({ vaults: [vault, other] }, { vaults: [other] }))).toEqual([]);
  });

  test('what the primary is about to lose is not missed', async () => {
    expect(told(await judged({ secrets: [secret('old', { lifecycleState: 'PENDING_DELETION' })] }, {}))).toEqual([]);
  });

  test('what was deleted is not there', async () => {
    const gone = secret('token', { lifecycleState: 'DELETED' });
    expect(told(await judged({ secrets: [secret()] }, { secrets: [gone] }))).toEqual(['missing vault-pay/token']);
    expect(told(await judged({ secrets: [gone] }, {}))).toEqual([]);
  });

  test('more on the standby is no finding', async () => {
    expect(told(await judged({ secrets: [secret()] }, { secrets: [secret(), secret('more')], keys: [key] }))).toEqual([]);
  });

  test('what the operator says the standby does not need', async () => {
    expect(told(await judged({ secrets: [secret()] }, {}, { ignore: ['*/token'] }))).toEqual([]);
  });

  test.each([
    ['FAILED', 'failed vault-pay/token'],
    ['SCHEDULING_DELETION', 'deleting vault-pay/token'],
    ['CREATING', 'unsettled vault-pay/token'],
    ['SOMETHING_NEW', 'unsettled vault-pay/token'],
  ])('a secret in state %s', async (lifecycleState, expected) => {
    expect(told(await judged({ secrets: [secret()] }, { secrets: [secret('token', { lifecycleState })] }))).toEqual([expected]);
  });

  test('a secret that began to go between two answers is going', async () => {
    const standby = {
      secrets: [secret('token', { lifecycleState: 'PENDING_DELETION' })],
      whole: { 's-token': { lifecycleState: 'ACTIVE' } },
    };
    expect(told(await judged({ secrets: [secret()] }, standby))).toEqual(['deleting vault-pay/token']);
    const other = { secrets: [secret()], whole: { 's-token': { lifecycleState: 'PENDING_DELETION' } } };
    expect(told(await judged({ secrets: [secret()] }, other))).toEqual(['deleting vault-pay/token']);
  });
});

describe('keys and vaults', () => {
  test.each([
    ['DISABLED', 'key-not-enabled vault-pay/key-pay'],
    ['PENDING_DELETION', 'key-not-enabled vault-pay/key-pay'],
    ['ENABLING', 'key-unsettled vault-pay/key-pay'],
    [null, 'key-unsettled vault-pay/key-pay'],
    ['DELETED', 'key-missing vault-pay/key-pay'],
  ])('a key in state %s', async (lifecycleState, expected) => {
    expect(told(await judged({ keys: [key] }, { keys: [{ ...key, lifecycleState }] }))).toEqual([expected]);
  });

  test('a key that is disabled on both sides blocks only where a secret of the standby is under it', async () => {
    const disabled = { ...key, lifecycleState: 'DISABLED' };
    expect(told(await judged({ keys: [disabled] }, { keys: [disabled] }))).toEqual(['key-disabled-on-both vault-pay/key-pay']);
    const under = { keys: [disabled], secrets: [secret('token', { keyId: 'k' })] };
    expect(told(await judged({ keys: [disabled] }, under))).toEqual(['key-not-enabled vault-pay/key-pay']);
  });

  test('another algorithm is a difference, another keeping a note', async () => {
    const { verdict, findings } = await judged({ keys: [key] }, { keys: [{ ...key, algorithm: 'RSA', protectionMode: 'SOFTWARE' }] });
    expect(verdict).toBe('degraded');
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([
      ['secrets/key-differs', 'warning'],
      ['secrets/key-protection-differs', 'note'],
    ]);
    expect(told(await judged({ keys: [key] }, { keys: [{ ...key, algorithm: null, protectionMode: null }] }))).toEqual([]);
  });

  test('a vault that is to be deleted', async () => {
    const going = { ...vault, lifecycleState: 'PENDING_DELETION' };
    expect(told(await judged({ keys: [key] }, { vaults: [going] }))).toEqual(['vault-not-active vault-pay']);
    expect(told(await judged({ vaults: [going] }, { vaults: [going] }))).toEqual([]);
  });

  test('keys are asked for where their vault answers', async () => {
    const over: RecordedCall[] = [{ operation: 'listKeys', with: { endpoint: 'https://kms.example.com' }, body: [key] }];
    expect(told(await judged({ over }, { over, keys: [] }))).toEqual([]);
  });
});

describe('what was not seen is not known', () => {
  const denied = (operation: RecordedCall['operation']): RecordedCall => ({
    operation,
    with: {},
    status: 404,
    body: { code: 'NotAuthorizedOrNotFound' },
  });
  const whole: Given = { secrets: [secret()], keys: [key] };

  test.each(['listVaults', 'listKeys', 'listSecrets'] as const)('%s is denied on the standby', async (operation) => {
    const judgement = await judged(whole, { ...whole, over: [denied(operation)] });
    expect(judgement.verdict).toBe('unknown');
    expect(told(judgement).map((one) => one.split(' ')[0])).toEqual(['unseen']);
  });

  test.each(['listVaults', 'listKeys', 'listSecrets'] as const)('%s is denied on the primary', async (operation) => {
    const judgement = await judged({ ...whole, over: [denied(operation)] }, whole);
    expect(judgement.verdict).toBe('unknown');
    expect(told(judgement).map((one) => one.split(' ')[0])).toEqual(['primary-unseen']);
  });

  test('versions that may not be listed leave only the age unknown', async () => {
    const over = [denied('listSecretVersions')];
    const unseen = await judged(whole, { ...whole, over });
    expect([unseen.verdict, told(unseen)]).toEqual(['unknown', ['version-unseen vault-pay: current versions at the standby']]);
    const deleting = { ...whole, secrets: [secret('token', { lifecycleState: 'PENDING_DELETION' })], over };
    expect(told(await judged(whole, deleting))).toEqual(['deleting vault-pay/token']);
  });

  test('a missing right hides the versions of many secrets, and is one problem', async () => {
    const secrets = Array.from({ length: 20 }, (_, at) => secret(`s${at}`));
    const judgement = await judged({ secrets }, { secrets, over: [denied('listSecretVersions')] });
    expect(told(judgement)).toEqual(['version-unseen vault-pay: current versions at the standby']);
    expect(judgement.findings[0]!.actual).toContain('and 12 more');
  });

  test('nothing seen at all is no look', async () => {
    const over = [denied('listVaults'), denied('listSecrets')];
    const judgement = await judged(whole, { over });
    expect([judgement.verdict, judgement.findings, judgement.blindSpots.map(({ kind }) => kind)]).toEqual(['unknown', [], ['unseen']]);
  });

  test('what is not watched is neither asked for nor missed', async () => {
    const over = [denied('listVaults'), denied('listKeys')];
    expect(told(await judged({ secrets: [secret()] }, { secrets: [secret()], over }, { keys: false }))).toEqual([]);
  });
});

describe('bodies that are not as they should be', () => {
  const hostile: readonly unknown[] = [
    null,
    7,
    'text',
    [],
    {},
    { id: null },
    { id: 'x', secretName: 4 },
    { id: 'y', secretName: '', vaultId: [] },
  ];

  test('entries that say nothing are not taken for none', async () => {
    const judgement = await judged({ secrets: [secret()] }, { secrets: hostile as object[] });
    expect(judgement.verdict).toBe('unknown');
    expect(told(judgement)).toEqual(['unseen secrets']);
  });

  test.each(hostile.map((body) => [JSON.stringify(body), body] as const))('%s as a secret and as its versions', async (_, body) => {
    const over: RecordedCall[] = [
      { operation: 'getSecret', with: {}, body },
      { operation: 'listSecretVersions', with: {}, body: [body] },
    ];
    expect((await judged({ secrets: [secret()] }, { secrets: [secret()], over })).verdict).toBe('unknown');
  });

  test('a name is no part of a command', async () => {
    const name = "a'; rm -rf /\n$ b";
    const [finding] = (await judged({ secrets: [secret(name)] }, {})).findings;
    expect(finding!.remedy.split('\n').filter((line) => line.startsWith('$ '))).toHaveLength(1);
    expect(finding!.remedy).toContain(`--secret-name 'a'\\''; rm -rf /`);
  });
});

test('a remedy names the standby’s own vault, key and region', async () => {
  const standby: Given = { secrets: [secret('other', { keyId: 'key-of-phx', compartmentId: topology.standby.compartmentId })] };
  const [finding] = (await judged({ secrets: [secret()] }, standby)).findings;
  expect(finding!.remedy).toContain('--region us-phoenix-1');
  expect(finding!.remedy).toContain(`--compartment-id ${topology.standby.compartmentId} --vault-id v --key-id key-of-phx`);
});
