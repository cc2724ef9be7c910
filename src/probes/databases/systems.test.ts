// Systems, nodes and clusters; and what of all of it was not seen.
import { describe, expect, test } from 'vitest';
import { type Body, database, judged, node, ocid, type Side, system, told } from '../../../test/support/databases-look.ts';
import type { RecordedCall } from '../../tenancy/recorded.ts';

describe('systems and their nodes', () => {
  test('one of several nodes that is stopped is less than all of them', async () => {
    const some = await judged({}, { nodes: [node('a'), node('b', 'STOPPED')] });
    expect([some.verdict, told(some)]).toEqual(['degraded', ['node-stopped dbs']]);
    const all = await judged({}, { nodes: [node('a', 'STOPPING'), node('b', 'STOPPED')] });
    expect([all.verdict, told(all)]).toEqual(['not-ready', ['nodes-stopped dbs']]);
    expect(all.findings[0]!.remedy).toContain('oci db node start --region us-phoenix-1 --db-node-id node-a');
  });

  test('a node that starts is not known yet, and one that was terminated is not there', async () => {
    expect((await judged({}, { nodes: [node('a', 'STARTING')] })).verdict).toBe('unknown');
    expect(told(await judged({}, { nodes: [node('a'), node('b', 'TERMINATED')] }))).toEqual([]);
  });

  test('a node that waits for a reboot', async () => {
    expect(told(await judged({}, { nodes: [node('a', 'AVAILABLE', { isOsPatchRebootRequired: true })] }))).toEqual([
      'node-reboot-pending dbs',
    ]);
  });

  test('nodes that may not be seen', async () => {
    const over: RecordedCall[] = [{ operation: 'listDbNodes', with: {}, status: 404, body: {} }];
    const judgement = await judged({}, { over });
    expect([judgement.verdict, told(judgement)]).toEqual(['unknown', ['nodes-unseen dbs']]);
  });

  test('a system that is there has nodes, as many as it says', async () => {
    const none = await judged({}, { nodes: [] });
    expect([none.verdict, told(none)]).toEqual(['unknown', ['nodes-unseen dbs']]);
    const one = await judged({}, { systems: [system('standby', { nodeCount: 2 })] });
    expect([one.verdict, told(one)]).toEqual(['unknown', ['nodes-unseen dbs']]);
    expect(told(await judged({}, { systems: [system('standby', { nodeCount: 2 })], nodes: [node('a'), node('b')] }))).toEqual([]);
  });

  test('a VM cluster beside a DB system: what only one kind has is not compared', async () => {
    const cluster = (side: 'primary' | 'standby') => ({
      id: ocid('cloudvmcluster', side),
      displayName: 'vmc',
      lifecycleState: 'AVAILABLE',
      giVersion: '19.28.0.0.0',
      systemVersion: '25.1.9.0.0.250811',
      oracleLinuxVersion: '8',
    });
    const on = (side: 'primary' | 'standby'): Side => ({
      databases: [database(side, { dbSystemId: null, vmClusterId: cluster(side).id })],
      systems: [],
      clusters: [cluster(side)],
    });
    expect(await judged(on('primary'), {})).toMatchObject({ verdict: 'ready', findings: [] });
    expect(await judged({}, on('standby'))).toMatchObject({ verdict: 'ready', findings: [] });
  });

  test('an operating system that is behind', async () => {
    expect(told(await judged({}, { systems: [system('standby', { osVersion: '8.9' })] }))).toEqual(['os-behind dbs']);
    expect(told(await judged({}, { systems: [system('standby', { osVersion: '9.1' })] }))).toEqual(['os-ahead dbs']);
    expect(told(await judged({}, { systems: [system('standby', { osVersion: null })] }))).toEqual(['system-version-unseen dbs']);
  });

  test('VM clusters by their images, too', async () => {
    const cluster = (systemVersion: string, more: Body = {}): Side => ({
      systems: [],
      databases: [],
      associations: {},
      clusters: [{ id: 'c', displayName: 'vmc', lifecycleState: 'AVAILABLE', giVersion: '19.28.0.0.0', systemVersion, ...more }],
    });
    expect(told(await judged(cluster('25.1.9.0.0.250811'), cluster('25.1.10.0.0.250911')))).toEqual(['image-ahead vmc']);
    expect(told(await judged(cluster('25.1.10.0.0.250911'), cluster('25.1.9.0.0.250811')))).toEqual(['image-behind vmc']);
    const updating = await judged(cluster('25.1.10'), cluster('25.1.9', { lifecycleState: 'UPDATING' }));
    expect([updating.verdict, told(updating)]).toEqual(['unknown', ['system-changing vmc']]);
    expect(told(await judged(cluster('25'), cluster('25', { lifecycleState: 'FAILED' })))).toEqual(['system-down vmc']);
    const updates = [
      { updateType: 'GI_PATCH', updateAction: 'ROLLING_APPLY', lifecycleState: 'FAILED', timeStarted: '2026-08-20T00:00:00Z' },
    ];
    const failed = await judged(cluster('25'), { ...cluster('25'), updates });
    expect(told(failed)).toEqual(['update-failed vmc']);
    expect(failed.findings[0]!.remedy).toContain('list-update-histories --region us-phoenix-1 --cloud-vm-cluster-id c');
    const underWay = updates.map((one) => ({ ...one, lifecycleState: 'IN_PROGRESS' }));
    const halfway = await judged(cluster('25.1.10'), { ...cluster('25.1.9'), updates: underWay });
    expect([halfway.verdict, told(halfway)]).toEqual(['unknown', ['system-changing vmc']]);
    const over: RecordedCall[] = [{ operation: 'listCloudVmClusterUpdateHistoryEntries', with: {}, status: 404, body: {} }];
    expect(told(await judged(cluster('25'), { ...cluster('25'), over }))).toEqual(['updates-unseen vmc']);
  });

  test('a system outside of what is looked at leaves its nodes unknown', async () => {
    const judgement = await judged({}, { systems: [] });
    expect([judgement.verdict, told(judgement)]).toEqual(['unknown', ['system-unseen payp']]);
  });
});

describe('what was not seen is not known', () => {
  const denied = (operation: RecordedCall['operation']): RecordedCall => ({
    operation,
    with: {},
    status: 404,
    body: { code: 'NotAuthorizedOrNotFound' },
  });
  const lists = ['listDatabases', 'listDbSystems', 'listCloudVmClusters', 'listDbHomes'] as const;

  test.each(lists)('%s is denied on the standby', async (operation) => {
    const { verdict, findings } = await judged({}, { over: [denied(operation)] });
    expect([verdict, findings.some(({ code }) => code === 'databases/unseen')]).toEqual(['unknown', true]);
  });

  test.each(lists)('%s is denied on the primary', async (operation) => {
    const { verdict, findings } = await judged({ over: [denied(operation)] }, {});
    expect([verdict, findings.some(({ code }) => code === 'databases/primary-unseen')]).toEqual(['unknown', true]);
  });

  test('associations are denied on both sides', async () => {
    const over = [denied('listDataGuardAssociations')];
    expect((await judged({ over }, { over })).verdict).toBe('unknown');
    expect((await judged({ over }, { over, databases: [] })).verdict).toBe('unknown');
  });

  test('nothing seen at all is no look', async () => {
    const over = lists.map(denied);
    const { verdict, findings, blindSpots } = await judged({}, { over });
    expect([verdict, findings, blindSpots.map(({ kind }) => kind)]).toEqual(['unknown', [], ['unseen']]);
  });

  const hostile: readonly unknown[] = [null, 7, 'text', [], {}, { id: null }, { id: 'x', dataGuardGroup: 7, lifecycleState: [] }];
  const operations = [
    'listDatabases',
    'listDbSystems',
    'listDbHomes',
    'listDbNodes',
    'listDataGuardAssociations',
    'listDbHomePatchHistoryEntries',
  ] as const;

  test.each(operations.flatMap((operation) => hostile.map((body) => [operation, JSON.stringify(body), body] as const)))(
    '%s answers with %s',
    async (operation, _, body) => {
      const { verdict, blindSpots } = await judged({}, { over: [{ operation, with: {}, body: [body] }] });
      expect(verdict).not.toBe('ready');
      expect(blindSpots.filter(({ kind }) => kind === 'crashed')).toEqual([]);
    },
  );
});
