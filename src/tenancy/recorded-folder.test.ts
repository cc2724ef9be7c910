// Folders that stand in for a region: what is read of them, and what is wrong with one.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openRecordedTenancy } from './recorded-folder.ts';

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-tenancy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const head = `now: 2026-11-23T12:00:00Z
region: { name: us-phoenix-1, key: phx }
tenancyId: ocid1.tenancy.oc1..t
role: standby
scope:
  compartments: { payments: ocid1.compartment.oc1..c }
`;

/** What is said of tenancy.yaml, without the folder. */
async function wrongWith(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const folder = folderOf(files);
  const error = await openRecordedTenancy(folder).then(
    () => null,
    (thrown: unknown) => thrown as Error,
  );
  return (error?.message ?? '').split('\n').map((line) => line.replace(`${folder}/`, ''));
}

test('answers what it holds, from the file and from files beside it', async () => {
  const folder = folderOf({
    'tenancy.yaml': `${head}calls:
  - operation: listVcns
    with: { compartmentId: c }
    bodyFile: bodies/vcns.json
  - { operation: getVnic, with: { vnicId: 1.10 }, body: { displayName: a } }
  - { operation: listSubnets, failed: denied, status: 404, code: NotAuthorizedOrNotFound, detail: hidden }
`,
    'bodies/vcns.json': '[{"id":"v"}]',
  });
  const opened = await openRecordedTenancy(folder);
  expect(opened).toMatchObject({
    role: 'standby',
    name: 'us-phoenix-1',
    group: null,
    tenancyId: 'ocid1.tenancy.oc1..t',
    settings: {},
    scope: { compartments: { payments: 'ocid1.compartment.oc1..c' }, networks: {}, hosts: {}, addresses: {}, names: {} },
  });
  const tenancy = opened.source.forLook(new AbortController().signal);
  expect(tenancy.now()).toBe(Date.UTC(2026, 10, 23, 12));
  expect(tenancy.region).toEqual({ name: 'us-phoenix-1', key: 'phx' });
  expect(await tenancy.list('listVcns', { compartmentId: 'c' })).toEqual({ kind: 'list', items: [{ id: 'v' }] });
  expect(await tenancy.list('listVcns', { compartmentId: 'd' })).toMatchObject({ kind: 'failed', reason: 'unreadable' });
  expect(await tenancy.get('getVnic', { vnicId: '1.10' })).toEqual({ kind: 'object', body: { displayName: 'a' } });
  const hidden = { kind: 'failed', reason: 'denied', status: 404, code: 'NotAuthorizedOrNotFound', detail: 'hidden' };
  expect(await tenancy.list('listSubnets', { compartmentId: 'c' })).toEqual(hidden);
});

test('pages follow their tokens', async () => {
  const folder = folderOf({
    'tenancy.yaml': `${head}calls:
  - { operation: listVcns, headers: { opc-next-page: a+/= }, body: [{ id: 1 }] }
  - { operation: listVcns, with: { page: a+/= }, headers: { opc-next-page: 7 }, body: [] }
  - { operation: listVcns, with: { page: 7 }, body: [{ id: 2 }] }
`,
  });
  const { source } = await openRecordedTenancy(folder);
  const listed = await source.forLook(new AbortController().signal).list('listVcns', { compartmentId: 'c' });
  expect(listed).toEqual({ kind: 'list', items: [{ id: 1 }, { id: 2 }] });
});

test('everything that is wrong with it is told at once, each with its place', async () => {
  expect(
    await wrongWith({
      'tenancy.yaml': `now: today
region: { name: us-phoenix-1, kee: phx }
scope:
  compartments: { payments: nonsense }
role: boss
calls:
  - operation: deleteVcn
    body: []
  - { operation: listVcns, failed: lost }
`,
    }),
  ).toEqual([
    'tenancy.yaml:2:31: unknown key "kee"',
    expect.stringMatching(/^tenancy\.yaml:5:7: role must be one of primary, standby$/),
    expect.stringMatching(/^tenancy\.yaml:4:29: payments must match pattern/),
    expect.stringMatching(/^tenancy\.yaml:7:16: operation is none of the \d+ that are known$/),
    expect.stringMatching(/^tenancy\.yaml:9:36: failed must be one of timeout, /),
  ]);
});

test('what contradicts itself is told, too', async () => {
  expect(
    await wrongWith({
      'tenancy.yaml': `${head.replace('2026-11-23T12:00:00Z', 'yesterday')}calls:
  - { operation: listVcns, body: [], bodyFile: a.json }
  - { operation: listVcns, body: [], failed: denied }
  - { operation: listVcns, detail: why }
  - { operation: listVcns, bodyFile: ../a.json }
`,
    }),
  ).toEqual([
    'tenancy.yaml:1:6: "yesterday" is not an instant in ISO 8601',
    'tenancy.yaml:8:48: body and bodyFile are given both',
    'tenancy.yaml:9:46: an answer that could not be used has no body',
    'tenancy.yaml:10:36: detail goes with failed',
    'tenancy.yaml:11:38: "../a.json" does not lie in this folder',
  ]);
});

test('files that are not there, or hold no JSON, are told where they are named', async () => {
  expect(
    await wrongWith({
      'tenancy.yaml': `${head}calls:
  - { operation: listVcns, bodyFile: gone.json }
  - { operation: listVcns, bodyFile: half.json }
`,
      'half.json': '[{"id":',
    }),
  ).toEqual(['tenancy.yaml:8:38: gone.json: there is no such file', 'tenancy.yaml:9:38: half.json is not JSON']);
});

test('a folder without the file, and a file that is no YAML, are told as such', async () => {
  expect(await wrongWith({})).toEqual(['tenancy.yaml: there is no such file']);
  expect(await wrongWith({ 'tenancy.yaml': 'now: a\nnow: b\n' })).toEqual(['tenancy.yaml:2:1: Map keys must be unique']);
});
