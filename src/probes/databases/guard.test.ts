// Data Guard: who guards whom, by which roles, and how far behind.
import { describe, expect, test } from 'vitest';
import { association, database, home, judged, ocid, type Side, told } from '../../../test/support/databases-look.ts';
import type { Role } from '../../contract/node.ts';
import type { RecordedCall } from '../../tenancy/recorded.ts';

describe('who guards whom', () => {
  const none = { associations: {} };

  test('a database without a standby', async () => {
    const judgement = await judged(none, { databases: [], associations: {} });
    expect([judgement.verdict, told(judgement)]).toEqual(['not-ready', ['no-standby payp']]);
  });

  test('one whose standbys are in other regions only', async () => {
    const away = association('primary', 'PRIMARY', 'STANDBY', { peerDatabaseId: 'ocid1.database.oc1.eu-zurich-1.x' });
    const judgement = await judged({ associations: { [ocid('database', 'primary')]: [away] } }, { databases: [], associations: {} });
    expect(judgement.findings.map(({ code, actual }) => [code, actual])).toEqual([
      ['databases/no-standby', 'standbys in other regions only'],
    ]);
  });

  test('one whose standby is in the other region and was not seen there is not known', async () => {
    const judgement = await judged({}, { databases: [], associations: {} });
    expect([judgement.verdict, told(judgement)]).toEqual(['unknown', ['standby-unseen payp']]);
  });

  test('a standby whose primary is in the other region and was not seen there is not known', async () => {
    const judgement = await judged({ databases: [], associations: {} }, {});
    expect([judgement.verdict, told(judgement)]).toEqual(['unknown', ['its-primary-unseen payp']]);
    expect(told(await judged({ databases: [], associations: {} }, {}, { ignore: ['payp'] }))).toEqual([]);
  });

  test('two of one name that nothing ties', async () => {
    const judgement = await judged(none, none);
    expect([judgement.verdict, told(judgement)]).toEqual(['unknown', ['not-guarded payp']]);
    expect(told(await judged(none, { ...none, homes: [home('standby', '19.3')] }))).toEqual(['behind payp', 'not-guarded payp']);
  });

  test('members of a group tie as associations do', async () => {
    const members = [
      { databaseId: ocid('database', 'primary'), role: 'PRIMARY' },
      { databaseId: ocid('database', 'standby'), role: 'STANDBY', applyLag: '0 seconds' },
    ];
    const grouped = (side: Role): Side => ({ databases: [database(side, { dataGuardGroup: { members } })], associations: {} });
    expect(told(await judged(grouped('primary'), grouped('standby')))).toEqual([]);
    const over: RecordedCall[] = [{ operation: 'listDataGuardAssociations', with: {}, status: 404, body: {} }];
    expect(told(await judged({ ...grouped('primary'), over }, { ...grouped('standby'), over }))).toEqual([]);
  });

  test('a second standby beside the primary is its neighbour’s concern', async () => {
    const local = ocid('database', 'primary', 'local');
    const members = [
      { databaseId: ocid('database', 'primary'), role: 'PRIMARY' },
      { databaseId: local, role: 'STANDBY', applyLag: '0 seconds' },
      { databaseId: ocid('database', 'standby'), role: 'STANDBY', applyLag: '0 seconds' },
    ];
    const group = { dataGuardGroup: { members } };
    const old = { ...home('primary', '19.3'), id: 'old' };
    const primary = {
      databases: [database('primary', { ...group, dbHomeId: 'old' }, 'local'), database('primary', group)],
      homes: [home('primary'), old],
      associations: {},
    };
    expect(told(await judged(primary, { databases: [database('standby', group)], associations: {} }))).toEqual([]);
    // Turned round: both standbys are at the side that the fleet calls primary.
    const roles = ['STANDBY', 'STANDBY', 'PRIMARY'];
    const round = { dataGuardGroup: { members: members.map((one, at) => ({ ...one, role: roles[at] })) } };
    const back = await judged(
      { ...primary, databases: [database('primary', { ...round, dbHomeId: 'old' }, 'local'), database('primary', round)] },
      { databases: [database('standby', round)], associations: {} },
    );
    expect(back.findings.filter(({ severity }) => severity === 'blocker').map(({ code }) => code)).toEqual(['databases/behind']);
  });

  test.each([
    ['PRIMARY', 'PRIMARY', 'both-primary payp'],
    ['STANDBY', 'STANDBY', 'no-primary payp'],
    ['PRIMARY', 'DISABLED_STANDBY', 'not-applying payp'],
    ['PRIMARY', 'SNAPSHOT_STANDBY', 'not-applying payp'],
    ['PRIMARY', 'SOMETHING_NEW', 'role-unseen payp'],
  ])('roles %s and %s', async (theirs, own, expected) => {
    const roles = (side: Role, role: string, peerRole: string): Side => ({
      associations: { [ocid('database', side)]: [association(side, role, peerRole)] },
    });
    const judgement = await judged(roles('primary', theirs, own), roles('standby', own, theirs));
    expect(told(judgement)).toEqual([expected]);
    expect(judgement.verdict).toBe(expected.startsWith('role') ? 'unknown' : 'not-ready');
  });

  test('the peer’s word for a role is not its own', async () => {
    const over: RecordedCall[] = [{ operation: 'listDataGuardAssociations', with: {}, status: 404, body: {} }];
    const judgement = await judged({}, { over });
    expect([judgement.verdict, told(judgement)]).toEqual(['unknown', ['role-unseen payp', 'lag-untold payp']]);
  });

  test('an association that ended ties nothing', async () => {
    const ended = (side: Role) => ({
      associations: { [ocid('database', side)]: [association(side, 'PRIMARY', 'STANDBY', { lifecycleState: 'TERMINATED' })] },
    });
    expect(told(await judged(ended('primary'), ended('standby')))).toEqual(['not-guarded payp']);
  });

  test('one that failed is told', async () => {
    const failed = {
      associations: { [ocid('database', 'standby')]: [association('standby', 'STANDBY', 'PRIMARY', { lifecycleState: 'FAILED' })] },
    };
    expect(told(await judged({}, failed))).toEqual(['association-failed payp']);
  });

  test.each(['FAILED', 'TERMINATING'])('a standby that is %s', async (lifecycleState) => {
    expect(told(await judged({}, { databases: [database('standby', { lifecycleState })] }))).toEqual(['down payp']);
  });

  test('a standby that was terminated is not there', async () => {
    const gone = { databases: [database('standby', { lifecycleState: 'TERMINATED' })], associations: {} };
    expect(told(await judged({ associations: {} }, gone))).toEqual(['no-standby payp']);
    expect(told(await judged({ databases: [database('primary', { lifecycleState: 'TERMINATED' })], associations: {} }, gone))).toEqual([]);
  });

  test('two databases of one name are told apart', async () => {
    const two = [database('primary'), database('primary', { dbUniqueName: 'payp_2' }, 'b')];
    const judgement = await judged({ databases: two, associations: {} }, { databases: [], associations: {} });
    expect(told(judgement)).toEqual(['no-standby payp (payp_2)', 'no-standby payp (payp_primary)']);
  });

  test('two standbys of one database are told apart', async () => {
    const members = [
      { databaseId: ocid('database', 'primary'), role: 'PRIMARY' },
      { databaseId: ocid('database', 'standby'), role: 'STANDBY', applyLag: '0 seconds' },
      { databaseId: ocid('database', 'standby', 'b'), role: 'STANDBY', applyLag: '0 seconds' },
    ];
    const group = { dataGuardGroup: { members } };
    const standby = [database('standby', group), database('standby', { ...group, dbUniqueName: 'payp_b', dbHomeId: 'low' }, 'b')];
    const homes = [home('standby'), { ...home('standby', '19.3'), id: 'low' }];
    const judgement = await judged(
      { databases: [database('primary', group)], associations: {} },
      { databases: standby, homes, associations: {} },
    );
    expect(told(judgement)).toEqual(['behind payp (payp_b)']);
  });

  test('what the operator says the standby does not need', async () => {
    expect(told(await judged({ associations: {} }, { databases: [], associations: {} }, { ignore: ['pay*'] }))).toEqual([]);
  });
});

describe('how far behind', () => {
  const lagging = (applyLag: string | null): Side => ({
    associations: { [ocid('database', 'standby')]: [association('standby', 'STANDBY', 'PRIMARY', { applyLag })] },
  });

  test.each([
    ['15 minutes', []],
    ['15 minutes 1 second', ['apply-lag payp']],
    ['1 day', ['apply-lag payp']],
    ['+00 03:12:04', ['apply-lag payp']],
    ['a while', ['lag-untold payp']],
    [null, ['lag-untold payp']],
  ])('%s', async (applyLag, expected) => {
    expect(told(await judged({}, lagging(applyLag)))).toEqual(expected);
  });

  test('the primary tells it, too, and the worse of two counts', async () => {
    const primary = {
      associations: { [ocid('database', 'primary')]: [association('primary', 'PRIMARY', 'STANDBY', { applyLag: '2 hours' })] },
    };
    expect(told(await judged(primary, lagging(null)))).toEqual(['apply-lag payp']);
    expect(told(await judged(primary, lagging('0 seconds')))).toEqual(['apply-lag payp']);
  });

  test('how much is too much is a setting', async () => {
    expect(told(await judged({}, lagging('2 hours'), { applyLagMax: '3h' }))).toEqual([]);
  });

  test('a finding does not move with the lag', async () => {
    const [one, two] = await Promise.all([judged({}, lagging('2 hours')), judged({}, lagging('3 hours 4 seconds'))]);
    expect(one.findings).toEqual(two.findings);
  });
});
