// What Data Guard ties: from both ends, in a settled state, and to what is still there.
import { describe, expect, test } from 'vitest';
import { association, type Body, database, judged, ocid, type Side, told, turned } from '../../../test/support/databases-look.ts';
import type { Role } from '../../contract/node.ts';

const tied = (side: Role, more: Body): Side => ({
  associations: {
    [ocid('database', side)]: [
      association(side, side === 'primary' ? 'PRIMARY' : 'STANDBY', side === 'primary' ? 'STANDBY' : 'PRIMARY', more),
    ],
  },
});

const memberOf = (side: Role, more: Body = {}): Body => ({
  databaseId: ocid('database', side),
  role: side === 'primary' ? 'PRIMARY' : 'STANDBY',
  applyLag: side === 'primary' ? null : '1 second',
  timeUpdated: '2026-09-14T23:50:00Z',
  ...more,
});

/** In a group whose standby is so. */
const grouped = (side: Role, more: Body = {}, members = [memberOf('primary'), memberOf('standby', more)]): Side => ({
  databases: [database(side, { dataGuardGroup: { members } })],
  associations: {},
});

const inGroup = (more: Body) => judged(grouped('primary', more), grouped('standby', more));

describe('the standby of a database whose primary is in the standby region', () => {
  test('is not known where it was not seen', async () => {
    const judgement = await turned({ databases: [database('primary', { dbName: 'crm' }, 'crm')] });
    expect([judgement.verdict, told(judgement)]).toEqual(
      ['unknown', ['no-standby crm', 'standby-unseen payp']].toSpliced(0, 1, 'not-ready'),
    );
    expect(judgement.findings[1]).toMatchObject({ expected: 'its standby seen in us-ashburn-1' });
  });

  test('is missing where it is listed as terminated', async () => {
    const judgement = await turned({ databases: [database('primary', { lifecycleState: 'TERMINATED' })] });
    expect([judgement.verdict, told(judgement)]).toEqual(['not-ready', ['no-standby payp']]);
  });

  test('one that nothing ties to anything is noted: it may have lost its standby, or never had one', async () => {
    const judgement = await judged({}, { databases: [database('standby'), database('standby', { dbName: 'crm' }, 'crm')] });
    expect([judgement.verdict, told(judgement)]).toEqual(['ready', ['only-here crm']]);
  });
});

test('a standby that is listed as terminated was seen, and is gone', async () => {
  const judgement = await judged({}, { databases: [database('standby', { lifecycleState: 'TERMINATED' })] });
  expect([judgement.verdict, told(judgement)]).toEqual(['not-ready', ['no-standby payp']]);
  expect(judgement.findings[0]!.actual).toBe(`its standby was terminated: ${ocid('database', 'standby')}`);
});

describe('from both ends', () => {
  test.each([
    ['the standby has no association', {}, { associations: {} }],
    ['the standby is in no group', grouped('primary'), { associations: {} }],
    ['the standby is tied to another database', {}, tied('standby', { peerDatabaseId: ocid('database', 'primary', 'other') })],
    ['the primary’s group has lost it', grouped('primary', {}, [memberOf('primary')]), grouped('standby')],
  ] as const)('%s', async (_, primary, standby) => {
    const judgement = await judged(primary, standby);
    expect([judgement.verdict, told(judgement).includes('one-sided payp')]).toEqual(['unknown', true]);
  });

  test('two standbys of a database elsewhere are of no use to each other', async () => {
    const away = { role: 'STANDBY', peerRole: 'PRIMARY', peerDatabaseId: 'ocid1.database.oc1.eu-frankfurt-1.z' };
    const judgement = await judged(tied('primary', away), tied('standby', away));
    expect([judgement.verdict, told(judgement)]).toEqual(['unknown', ['primary-elsewhere payp']]);
  });

  test('a peer that is not named is found by its home', async () => {
    const unnamed = (side: Role): Side =>
      tied(side, { peerDatabaseId: null, peerDbHomeId: ocid('dbhome', side === 'primary' ? 'standby' : 'primary') });
    expect(told(await judged(unnamed('primary'), unnamed('standby')))).toEqual([]);
    const alone = await judged(unnamed('primary'), { databases: [database('standby', { dbHomeId: 'elsewhere', dbName: 'crm' }, 'b')] });
    expect([alone.verdict, told(alone)]).toEqual(['unknown', ['standby-unseen payp', 'only-here crm']]);
  });
});

describe('an association that is not settled', () => {
  test.each(['TERMINATING', 'PROVISIONING', 'UPDATING', 'UPGRADING', 'SOMETHING_NEW', null])('%s is not known', async (lifecycleState) => {
    const judgement = await judged(tied('primary', { lifecycleState }), tied('standby', { lifecycleState }));
    expect([judgement.verdict, told(judgement)]).toEqual(['unknown', ['association-changing payp']]);
  });

  test('one with another standby says nothing of this', async () => {
    const others = [
      association('primary', 'PRIMARY', 'STANDBY'),
      association('primary', 'PRIMARY', 'STANDBY', { lifecycleState: 'PROVISIONING', peerDatabaseId: 'new' }),
    ];
    expect(told(await judged({ associations: { [ocid('database', 'primary')]: others } }, {}))).toEqual([]);
  });
});

describe('what OCI says of a member of a group', () => {
  test.each([
    [
      { failoverReadiness: 'CRITICAL', switchoverReadiness: 'CRITICAL' },
      'not-ready',
      ['failover-critical payp', 'role-change-warned payp'],
    ],
    [{ switchoverReadiness: 'CRITICAL' }, 'degraded', ['role-change-warned payp']],
    [{ failoverReadiness: 'WARNING' }, 'degraded', ['role-change-warned payp']],
    [{ failoverReadiness: 'HEALTHY', switchoverReadiness: 'HEALTHY_AND_NOT_ROLECHANGE_TARGET' }, 'ready', []],
    [{ transportLag: '3 hours' }, 'degraded', ['transport-lag payp']],
    [{ transportLag: '3 seconds' }, 'ready', []],
    [{ timeUpdated: '2026-09-10T00:00:00Z' }, 'degraded', ['guard-outdated payp']],
    [{ timeUpdated: null }, 'ready', []],
  ] as const)('%j', async (more, verdict, expected) => {
    const judgement = await inGroup(more);
    expect([judgement.verdict, told(judgement)]).toEqual([verdict, expected]);
  });
});

describe('remedies', () => {
  const roles = (side: Role, role: string, peerRole: string): Side => tied(side, { role, peerRole });

  test('of two primaries, neither is made a standby before somebody has decided which', async () => {
    const { findings } = await judged(roles('primary', 'PRIMARY', 'STANDBY'), roles('standby', 'PRIMARY', 'STANDBY'));
    const remedy = findings[0]!.remedy!;
    expect(
      remedy
        .split('\n')
        .filter((line) => line.includes('reinstate'))
        .every((line) => line.startsWith('# ')),
    ).toBe(true);
    for (const side of ['primary', 'standby'] as const) expect(remedy).toMatch(new RegExp(`reinstate .*${ocid('database', side)} `));
  });

  test('a group has commands of its own', async () => {
    const { findings } = await inGroup({ role: 'DISABLED_STANDBY' });
    expect(findings[0]!.remedy).toContain(
      `$ oci db database reinstate-data-guard --region us-phoenix-1 --database-id ${ocid('database', 'standby')} --source-database-id ${ocid('database', 'primary')} --from-json`,
    );
    expect(findings[0]!.remedy).not.toContain('data-guard-association');
  });

  test('a disabled standby is reinstated, a snapshot standby converted', async () => {
    const remedyOf = async (role: string) => (await judged({}, roles('standby', role, 'PRIMARY'))).findings[0]!.remedy;
    expect(await remedyOf('DISABLED_STANDBY')).toContain('$ oci db data-guard-association reinstate');
    expect(await remedyOf('DISABLED_STANDBY')).not.toContain('convert-standby');
    expect(await remedyOf('SNAPSHOT_STANDBY')).toContain('$ oci db database convert-standby-database-type');
    expect(await remedyOf('SNAPSHOT_STANDBY')).not.toContain('reinstate');
  });

  test('no password is typed into a command', async () => {
    const judgements = await Promise.all([
      inGroup({ role: 'DISABLED_STANDBY' }),
      judged({}, roles('standby', 'SNAPSHOT_STANDBY', 'PRIMARY')),
      judged({}, roles('standby', 'PRIMARY', 'STANDBY')),
    ]);
    expect(JSON.stringify(judgements)).not.toContain('--database-admin-password');
  });
});
