// Regions as they are written into folders: whole enough to show the same again, and fit to be given away.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Tenancy } from '../contract/tenancy.ts';
import { TenancyNotes, TenancyRecordRefused, writeRecordedTenancy } from './record.ts';
import { type RecordedCall, recordedTenancy } from './recorded.ts';
import { openRecordedTenancy } from './recorded-folder.ts';

const side = {
  now: '2026-11-23T12:00:00.000Z',
  region: { name: 'us-phoenix-1', key: 'phx' },
  tenancyId: 'ocid1.tenancy.oc1..t',
  scope: { compartments: { payments: 'ocid1.compartment.oc1..c' }, networks: {}, hosts: {}, addresses: {}, names: {} },
  settings: {},
};

function newFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), 'understudy-tenancy-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, 'region');
}

const regionOf = (calls: readonly RecordedCall[]) => ({ ...side, now: Date.parse(side.now), calls });
const open = (source: ReturnType<typeof recordedTenancy>): Tenancy => source.forLook(new AbortController().signal);

/** What a look through `asking` gets of the region, and of its recording. */
async function bothWays<T>(calls: readonly RecordedCall[], asking: (tenancy: Tenancy) => Promise<T>) {
  const folder = newFolder();
  const notes = new TenancyNotes();
  const live = await asking(open(notes.noted(recordedTenancy(regionOf(calls)))));
  const counts = await writeRecordedTenancy(folder, side, notes.calls());
  return { folder, counts, live, replayed: await asking(open((await openRecordedTenancy(folder)).source)) };
}

const allTextOf = (folder: string): string =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');

test('the recording answers as the region did: lists whole, failures as failures, the narrower question first', async () => {
  const { live, replayed, counts } = await bothWays(
    [
      { operation: 'listVcns', with: { page: 'b' }, body: [{ id: 2 }] },
      { operation: 'listVcns', with: {}, headers: { 'opc-next-page': 'b' }, body: [{ id: 1 }] },
      { operation: 'listDbHomes', with: { dbSystemId: 'x' }, body: [{ id: 'one of x' }] },
      { operation: 'listDbHomes', with: {}, body: [{ id: 'any'.repeat(400) }] },
      { operation: 'listProjects', with: {}, body: { items: [{ id: 'p' }] } },
      { operation: 'getVnic', with: {}, status: 404, body: { code: 'NotAuthorizedOrNotFound', message: 'x' } },
      { operation: 'listDrgs', with: {}, body: { not: 'a list' } },
      { operation: 'listServices', with: {}, failed: 'timeout', code: 'ETIMEDOUT', detail: 'no answer' },
    ],
    (tenancy) =>
      Promise.all([
        tenancy.list('listVcns', { compartmentId: 'c' }),
        tenancy.list('listDbHomes', { compartmentId: 'c' }),
        tenancy.list('listDbHomes', { compartmentId: 'c', dbSystemId: 'x' }),
        tenancy.list('listProjects', { compartmentId: 'c' }),
        tenancy.get('getVnic', { vnicId: 'v' }),
        tenancy.list('listDrgs', { compartmentId: 'c' }),
        tenancy.list('listServices'),
        tenancy.list('listSubnets', { compartmentId: 'c' }),
      ]),
  );
  expect(live[0]).toEqual({ kind: 'list', items: [{ id: 1 }, { id: 2 }] });
  expect(replayed).toEqual(live);
  expect(counts).toEqual({ answered: 4, failed: 4 });
});

test('neither secrets nor people stand in it, and what grants go by does', async () => {
  const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----';
  const { folder, replayed } = await bothWays(
    [
      {
        operation: 'listInstances',
        with: {},
        body: [
          {
            displayName: 'app-1',
            metadata: { user_data: 'canary-cloud-init', ssh_authorized_keys: 'canary-ssh jane' },
            extendedMetadata: { a: 'canary-extended' },
            freeformTags: { owner: 'Canary Jane' },
            definedTags: {
              'Oracle-Tags': { CreatedBy: 'canary.jane@example.com' },
              Ops: { role: 'app', contact: 'Canary Jane' },
            },
            note: `asks canary.jane@example.com, ${key}`,
            apiToken: 'canary-token',
            items: [{ action: 'ADD_HTTP_REQUEST_HEADER', header: 'X-Api-Key', value: 'canary-header' }],
            deployArtifactSource: { base64EncodedContent: 'canary-content' },
            secretId: 'ocid1.vaultsecret.oc1..s',
            secretName: 'db',
          },
        ],
      },
      { operation: 'getDynamicGroup', with: {}, body: { matchingRule: "ALL {tag.ops.role.value = 'app'}" } },
      {
        operation: 'listPolicies',
        with: {},
        body: [{ statements: ["Allow group a to read secrets in tenancy where target.secret.id = 'abcdefgh'"] }],
      },
    ],
    (tenancy) =>
      Promise.all([
        tenancy.list('listInstances', { compartmentId: 'c' }),
        tenancy.get('getDynamicGroup', { dynamicGroupId: 'd' }),
        tenancy.list('listPolicies', { compartmentId: 'c' }),
      ]),
  );
  expect(allTextOf(folder)).not.toMatch(/canary|MIIE/i);
  expect(replayed).toMatchObject([
    { items: [{ displayName: 'app-1', definedTags: { Ops: { role: 'app' } }, secretId: 'ocid1.vaultsecret.oc1..s', secretName: 'db' }] },
    { body: { matchingRule: "ALL {tag.ops.role.value = 'app'}" } },
    { items: [{ statements: ["Allow group a to read secrets in tenancy where target.secret.id = 'abcdefgh'"] }] },
  ]);
});

test('only its owner may read it, and a folder with something in it is left alone', async () => {
  const { folder } = await bothWays([{ operation: 'listVcns', with: {}, body: [{ id: 'v'.repeat(500) }] }], (tenancy) =>
    tenancy.list('listVcns', { compartmentId: 'c' }),
  );
  for (const name of ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })])
    expect(statSync(join(folder, name)).mode & 0o077, name).toBe(0);
  await expect(writeRecordedTenancy(folder, side, [])).rejects.toThrow(TenancyRecordRefused);
});
