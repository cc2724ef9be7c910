import { describe, expect, test } from 'vitest';
import { type Body, database, home, judged, node, ocid, system, told, turned } from '../../../test/support/databases-look.ts';
import { callsOf, casesOf, faultsOf, judgeCase, regionOf, scopeOf, sides, snapshotOf } from '../../../test/support/oci-cases.ts';
import type { RecordedCall } from '../../tenancy/recorded.ts';
import { probe } from './index.ts';

/** A pair with equal homes whose nodes run, where the case says nothing of roles, homes or nodes. */
const worldOf = (id: string) => {
  const isToldOfNodes = sides.some((side) => callsOf(id, side).some(({ operation }) => operation === 'listDbNodes'));
  const nodes: RecordedCall = { operation: 'listDbNodes', with: {}, body: [node('paydb1')] };
  return { under: ['db-pairing-data-guard', 'db-home-equal'], over: isToldOfNodes ? [] : [nodes] };
};

describe('the published table', () => {
  test.each(casesOf('1-database').map((one) => [one.id, one] as const))('%s', async (id, one) => {
    expect(faultsOf(one, await judgeCase(probe, id, worldOf(id)))).toEqual([]);
  });

  test('the pair is found through Data Guard, and all is well with it', async () => {
    const { verdict, standby } = await judgeCase(probe, 'db-pairing-data-guard', worldOf('db-pairing-data-guard'));
    expect(verdict).toBe('ready');
    expect(standby.current?.readings.map(({ name, value }) => [name, value])).toEqual([
      ['applyLagSeconds', 0],
      ['transportLagSeconds', 0],
    ]);
  });

  test('patches that could be applied are not asked for', async () => {
    const { verdict, standby } = await judgeCase(probe, 'db-patches-available', worldOf('db-patches-available'));
    expect(verdict).toBe('ready');
    expect(JSON.stringify(standby.current?.trail)).not.toContain('listDbHomePatches ');
  });
});

test('a pair that is as it should be', async () => {
  const { verdict, findings } = await judged({}, {});
  expect([verdict, findings]).toEqual(['ready', []]);
});

describe('versions', () => {
  const compared = async (theirs: string | null, own: string | null) =>
    told(await judged({ homes: [home('primary', theirs)] }, { homes: [home('standby', own)] }));

  test.each([
    ['19.10.0.0.0', '19.9.0.0.0', ['behind payp']],
    ['19.28', '19.28.0.0.0', []],
    ['19.28.0.0.0', '19.32.0.0.0', ['ahead payp']],
    ['19.27.0.0.0', '19.32.0.0.0', ['too-far-ahead payp']],
    ['23.9.0.25.07', '23.26.0.0.0', ['ahead payp']],
    ['19.28.0.0.0', '21.3.0.0.0', ['other-release payp']],
    ['21.3.0.0.0', '19.28.0.0.0', ['behind payp']],
    ['12.1.0.2.0', '12.2.0.1.0', ['other-release payp']],
    ['19.28.0.0.0', null, ['version-unseen payp']],
    ['19.28.0.0.0', 'latest', ['version-unseen payp']],
    [null, '19.28.0.0.0', ['version-unseen payp']],
  ])('%s at the primary, %s at the standby', async (theirs, own, expected) => {
    expect(await compared(theirs, own)).toEqual(expected);
  });

  test('the database’s roles say which of the two has to be higher, not the fleet’s', async () => {
    const [low, high] = ['19.26.0.0.0', '19.28.0.0.0'];
    const ok = await turned({ homes: [home('primary', high)] }, { homes: [home('standby', low)] });
    expect([ok.verdict, told(ok)]).toEqual(['ready', ['ahead payp', 'turned payp']]);
    const bad = await turned({ homes: [home('primary', low)] }, { homes: [home('standby', high)] });
    expect([bad.verdict, told(bad)]).toEqual(['not-ready', ['behind payp', 'turned payp']]);
    expect(bad.findings[0]!.remedy).toContain(`--region us-ashburn-1 --database-id ${ocid('database', 'primary')}`);
  });

  test('a version that is about to be another is not judged', async () => {
    const low = home('standby', '19.26.0.0.0');
    for (const standby of [
      { homes: [{ ...low, lifecycleState: 'UPDATING' }] },
      { homes: [low], databases: [database('standby', { lifecycleState: 'CONVERTING' })] },
      { homes: [low], history: [{ action: 'APPLY', lifecycleState: 'IN_PROGRESS', timeStarted: '2026-09-14T00:00:00Z' }] },
    ]) {
      const judgement = await judged({}, standby);
      expect([judgement.verdict, told(judgement)]).toEqual(['unknown', ['changing payp']]);
    }
    const maintained = await judged({}, { homes: [low], systems: [system('standby', { lifecycleState: 'MAINTENANCE_IN_PROGRESS' })] });
    expect([maintained.verdict, told(maintained)]).toEqual(['unknown', ['changing payp', 'system-changing dbs']]);
  });

  test('a backup changes no version', async () => {
    expect(told(await judged({}, { databases: [database('standby', { lifecycleState: 'BACKUP_IN_PROGRESS' })] }))).toEqual([]);
  });

  test('a home that no database runs from says nothing', async () => {
    const unused = { ...home('standby', '12.1.0.2.0'), id: 'unused' };
    expect(told(await judged({}, { homes: [unused, home('standby')] }))).toEqual([]);
  });

  test('on Exadata the database moves to a home that has the patches; elsewhere its home is patched', async () => {
    const low = { homes: [home('standby', '19.26.0.0.0', { oneOffPatches: null })] };
    const high = { homes: [home('primary', '19.28.0.0.0', { oneOffPatches: ['36195566'] })] };
    const inPlace = await judged(high, low);
    expect(inPlace.findings.map(({ remedy }) => remedy?.includes('oci db database patch'))).toEqual([true, true]);
    const cluster = { id: ocid('cloudvmcluster', 'standby'), displayName: 'vmc', lifecycleState: 'AVAILABLE', oracleLinuxVersion: '8' };
    const onCluster = database('standby', { dbSystemId: null, vmClusterId: cluster.id });
    const moved = await judged(high, { ...low, databases: [onCluster], systems: [], clusters: [cluster] });
    expect(told(moved)).toEqual(['behind payp', 'one-off-missing payp']);
    for (const { remedy } of moved.findings) {
      expect(remedy).not.toContain('oci db database patch');
      expect(remedy).toContain(`oci db database update --region us-phoenix-1 --database-id ${ocid('database', 'standby')} --db-home-id`);
    }
  });

  test('a newer release update may hold what a one-off patch mends', async () => {
    const { findings } = await judged(
      { homes: [home('primary', '19.27.0.0.0', { oneOffPatches: ['36195566'] })] },
      { homes: [home('standby', '19.28.0.0.0')] },
    );
    const missing = findings.find(({ code }) => code === 'databases/one-off-missing');
    expect(missing?.remedy).toContain('at 19.28.0.0.0, the primary’s at 19.27.0.0.0');
    expect(missing?.remedy).toContain('If it does, accept this finding');
  });

  test('one-off patches are sets', async () => {
    const patches = (...oneOffPatches: readonly unknown[]) => ({ oneOffPatches });
    const compareSets = async (theirs: Body, own: Body) =>
      told(await judged({ homes: [home('primary', '19.28', theirs)] }, { homes: [home('standby', '19.28', own)] }));
    expect(await compareSets(patches('1', '2', '2'), patches('2', '1'))).toEqual([]);
    expect(await compareSets(patches('1', '2'), patches('2', '3'))).toEqual(['one-off-missing payp', 'one-off-extra payp']);
    expect(await compareSets({ oneOffPatches: null }, {})).toEqual([]);
    expect(await compareSets(patches('1'), { oneOffPatches: 'all' })).toEqual(['one-offs-unseen payp (us-phoenix-1)']);
  });
});

describe('patch histories', () => {
  const entry = (action: string, lifecycleState: string, timeStarted: string, patchType = 'DB') => ({
    action,
    lifecycleState,
    timeStarted,
    patchType,
  });

  test.each([
    ['a failed apply', [entry('APPLY', 'FAILED', '2026-08-01T00:00:00Z')], ['patch-failed payp']],
    [
      'one that a later apply made good',
      [entry('APPLY', 'FAILED', '2026-08-01T00:00:00Z'), entry('APPLY', 'SUCCEEDED', '2026-08-02T00:00:00Z')],
      [],
    ],
    [
      'one that no later precheck makes good',
      [entry('PRECHECK', 'SUCCEEDED', '2026-08-03T00:00:00Z'), entry('APPLY', 'FAILED', '2026-08-01T00:00:00Z')],
      ['patch-failed payp'],
    ],
    ['a failed precheck', [entry('PRECHECK', 'FAILED', '2026-08-03T00:00:00Z')], []],
    [
      'one of another kind',
      [entry('APPLY', 'FAILED', '2026-08-01T00:00:00Z', 'OS'), entry('APPLY', 'SUCCEEDED', '2026-08-02T00:00:00Z')],
      ['patch-failed payp'],
    ],
  ])('%s', async (_, history, expected) => {
    expect(told(await judged({}, { history }))).toEqual(expected);
  });

  test('what failed at the primary is not the standby’s', async () => {
    expect(told(await judged({ history: [entry('APPLY', 'FAILED', '2026-08-01T00:00:00Z')] }, {}))).toEqual([]);
  });

  test('one that may not be seen is not known', async () => {
    const over: RecordedCall[] = [{ operation: 'listDbHomePatchHistoryEntries', with: {}, status: 404, body: {} }];
    const judgement = await judged({}, { over });
    expect([judgement.verdict, told(judgement)]).toEqual(['unknown', ['history-unseen payp']]);
  });
});

test('facts stand still while only the lag moves', async () => {
  const look = (applyLag: string) =>
    snapshotOf({
      probe,
      role: 'standby',
      scope: scopeOf('standby'),
      region: regionOf('db-apply-lag', 'standby', {
        ...worldOf('db-apply-lag'),
        over: callsOf('db-apply-lag', 'standby').map((call) => ({ ...call, body: [{ ...(call.body as object[])[0], applyLag }] })),
      }),
    });
  const [one, two] = await Promise.all([look('2 hours'), look('3 hours')]);
  expect(one.checks[0]!.current!.outcome).toEqual(two.checks[0]!.current!.outcome);
  expect(one.checks[0]!.current!.readings).not.toEqual(two.checks[0]!.current!.readings);
});
