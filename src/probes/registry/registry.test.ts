import { describe, expect, test } from 'vitest';
import { asOf, casesOf, faultsOf, judgeCase, regionOf, scopeOf, snapshotOf, topology } from '../../../test/support/oci-cases.ts';
import type { Finding } from '../../contract/finding.ts';
import type { Role } from '../../contract/node.ts';
import { judge } from '../../judge/judge.ts';
import type { RecordedCall } from '../../tenancy/recorded.ts';
import { probe } from './index.ts';
import { readDeployed, readImageUri } from './parse-pipelines.ts';

/** The cases hold artifacts of one repository, and no list of repositories. */
const world = {
  over: [{ operation: 'listRepositories', with: {}, body: { items: [{ id: 'r', displayName: 'release' }] } }] as RecordedCall[],
};

describe('the published table', () => {
  test.each(casesOf('2-artifacts').map((one) => [one.id, one] as const))('%s', async (id, one) => {
    expect(faultsOf(one, await judgeCase(probe, id, world))).toEqual([]);
  });

  test('an image list as the registry wrote it is read, its untagged layers left out', async () => {
    const { primary } = await judgeCase(probe, 'real-artifacts-listContainerImages-published');
    expect(primary.current?.outcome.kind).toBe('observed');
  });
});

const image = (tag: string | null, digest: string | null = `sha256:${tag}`, more: object = {}) => ({
  repositoryName: 'pay/app',
  version: tag,
  digest,
  lifecycleState: 'AVAILABLE',
  timeCreated: '2026-09-01T10:00:00.000Z',
  ...more,
});

const images = (...items: readonly unknown[]): RecordedCall => ({ operation: 'listContainerImages', with: {}, body: { items } });

async function judged(
  primary: readonly RecordedCall[],
  standby: readonly RecordedCall[],
  settings: Readonly<Record<string, unknown>> = {},
): Promise<readonly Finding[]> {
  const look = (role: Role, over: readonly RecordedCall[]) =>
    snapshotOf({ probe, role, scope: scopeOf(role), settings, region: regionOf('art-images-symmetric', role, { over }) });
  const [twin, subject] = await Promise.all([look('primary', primary), look('standby', standby)]);
  return judge({ now: asOf, subject, twin, earlier: [], probes: new Map([[probe.id, probe]]) }).findings;
}

const codes = (findings: readonly Finding[]) => findings.map(({ code, subject }) => `${code} ${subject}`);

describe('which images are in use', () => {
  test('of a repository that nobody names a tag of, the newest', async () => {
    const old = image('1', 'sha256:a', { timeCreated: '2020-01-01T00:00:00Z' });
    expect(codes(await judged([images(image('2'), old)], [images(image('2'))]))).toEqual([]);
    expect(codes(await judged([images(image('2'), old)], [images(old)]))).toEqual(['registry/image-missing pay/app:2']);
  });

  test('those that the settings name, whatever is newer', async () => {
    const settings = { inUse: ['pay/app:1'] };
    const old = image('1', 'sha256:a', { timeCreated: '2020-01-01T00:00:00Z' });
    expect(codes(await judged([images(image('2'), old)], [images(old)], settings))).toEqual([]);
    expect(codes(await judged([images(image('2'), old)], [images(image('2'))], settings))).toEqual(['registry/image-missing pay/app:1']);
  });

  test('those that DevOps deploys', async () => {
    const deployed: RecordedCall = {
      operation: 'listDeployArtifacts',
      with: {},
      body: {
        items: [{ displayName: 'app', id: 'x', deployArtifactSource: { deployArtifactSourceType: 'OCIR', imageUri: 'host/ns/pay/app:1' } }],
      },
    };
    const old = image('1', 'sha256:a', { timeCreated: '2020-01-01T00:00:00Z' });
    expect(codes(await judged([deployed, images(image('2'), old)], [images(image('2'))]))).toEqual(['registry/image-missing pay/app:1']);
  });

  test('none of a repository that the standby does not need', async () => {
    const other = image('1', 'sha256:a', { repositoryName: 'web' });
    expect(codes(await judged([images(image('2'), other)], [images(other)], { ignore: ['pay/*'] }))).toEqual([]);
    expect(codes(await judged([images(image('2'), other)], [images(other)]))).toEqual(['registry/repository-missing pay/app']);
  });
});

describe('what was not seen is not known', () => {
  test.each([
    'listContainerImages',
    'listContainerRepositories',
    'listGenericArtifacts',
    'listDeployArtifacts',
    'listDeployEnvironments',
  ] as const)('%s is denied', async (operation) => {
    const denied: RecordedCall = { operation, with: {}, status: 404, body: { code: 'NotAuthorizedOrNotFound', message: '' } };
    const findings = await judged([images(image('1'))], [denied, ...world.over, images(image('1'))]);
    expect(findings.map(({ code, isBlind }) => [code, isBlind])).toEqual([['registry/unseen', true]]);
  });

  test('an image without a digest is not equal to one that has it', async () => {
    const findings = await judged([images(image('1'))], [images(image('1', null))]);
    expect(findings.map(({ code, isBlind }) => [code, isBlind])).toEqual([['registry/image-unknown', true]]);
  });

  test('a tag that may be among those that are not kept is unknown, and named in the settings it is kept', async () => {
    const many = Array.from({ length: 80 }, (_, at) => image(`9.${at}`));
    const old = image('1', 'sha256:a', { timeCreated: '2020-01-01T00:00:00Z' });
    const primary = [images(old)];
    expect(codes(await judged(primary, [images(...many, old)]))).toEqual(['registry/image-unknown pay/app:1']);
    expect(codes(await judged(primary, [images(...many, old)], { inUse: ['pay/app:1'] }))).toEqual([]);
    expect(codes(await judged(primary, [images(...many)], { inUse: ['pay/app:1'] }))).toEqual(['registry/image-unknown pay/app:1']);
  });

  test('what is not watched is not asked for', async () => {
    const denied: RecordedCall = { operation: 'listDeployArtifacts', with: {}, status: 404, body: {} };
    const watch = { images: true, artifacts: true, pipelines: false };
    expect(codes(await judged([images(image('1'))], [denied, images(image('1'))], { watch }))).toEqual([]);
  });
});

test.each([
  ['iad.ocir.io/ns/pay/web:2.4.2', { host: 'iad.ocir.io', repository: 'pay/web', tag: '2.4.2' }],
  ['iad.ocir.io/ns/pay/web', { host: 'iad.ocir.io', repository: 'pay/web', tag: null }],
  [`iad.ocir.io/ns/pay/web:$${''}{version}`, { host: 'iad.ocir.io', repository: 'pay/web', tag: null }],
  [
    `ocir.us-ashburn-1.oci.oraclecloud.com/ns/web:1@sha256:${'0'.repeat(64)}`,
    { host: 'ocir.us-ashburn-1.oci.oraclecloud.com', repository: 'web', tag: '1' },
  ],
])('%s', (uri, read) => {
  expect(readImageUri(uri)).toEqual({ kind: 'image', ...read });
});

test('an image that no host can be read from is followed no further', () => {
  const source = { deployArtifactSourceType: 'OCIR', imageUri: 'web:1' };
  expect(readDeployed([{ displayName: 'web', deployArtifactSource: source }])).toEqual([
    { name: 'web', id: '', source: { kind: 'other', type: 'OCIR' } },
  ]);
});

test('a pipeline of one’s own region is nobody’s fault, also after the roles have turned', async () => {
  const artifact = (host: string): RecordedCall => ({
    operation: 'listDeployArtifacts',
    with: {},
    body: {
      items: [
        { displayName: 'web', id: 'x', deployArtifactSource: { deployArtifactSourceType: 'OCIR', imageUri: `${host}/ns/pay/app:1` } },
      ],
    },
  });
  const own = [images(image('1'))];
  const at = (side: Role) => artifact(`${topology[side].regionKey}.ocir.io`);
  expect(codes(await judged([at('primary'), ...own], [at('standby'), ...own]))).toEqual([]);
  expect(codes(await judged([at('primary'), ...own], [at('primary'), ...own]))).toEqual(['registry/pipeline-uses-primary web']);
});

describe('a remedy', () => {
  test('takes a name that was given to an image or a machine for one word', async () => {
    const [missing] = await judged([images(image("1'; touch x; '"))], [images(image('1'))]);
    expect(missing?.remedy).toContain(
      "$ skopeo copy --all --preserve-digests 'docker://iad.ocir.io/<namespace>/pay/app:1'\\''; touch x; '\\''' ",
    );
  });
});

describe('what testers of the table found', () => {
  const deployed = (source: object): RecordedCall => ({
    operation: 'listDeployArtifacts',
    with: {},
    body: { items: [{ displayName: 'web', id: 'x', deployArtifactSource: source }] },
  });
  const artifacts = (...items: readonly object[]): RecordedCall => ({
    operation: 'listGenericArtifacts',
    with: {},
    body: { items: items.map((one) => ({ artifactPath: 'app.tgz', lifecycleState: 'AVAILABLE', ...one })) },
  });
  const own = images(image('1'));

  test('a list of the primary that could not be read is not known', async () => {
    const denied: RecordedCall = { operation: 'listContainerImages', with: {}, status: 404, body: {} };
    expect(codes(await judged([denied, ...world.over], [own]))).toEqual(['registry/primary-unseen container images at the primary']);
  });

  test('a tag that was deleted and pushed again is there, whichever is listed first', async () => {
    const deleted = image('1', 'sha256:old', { lifecycleState: 'DELETED' });
    expect(codes(await judged([own], [images(deleted, image('1'))]))).toEqual([]);
    expect(codes(await judged([own], [images(image('1'), deleted)]))).toEqual([]);
  });

  test('a repository that holds nothing needs no twin', async () => {
    const empty: RecordedCall = {
      operation: 'listContainerRepositories',
      with: {},
      body: { items: [{ displayName: 'new', imageCount: 0 }] },
    };
    expect(codes(await judged([empty, own], [own]))).toEqual([]);
  });

  test('a chart of the primary’s registry is pulled from the primary’s region', async () => {
    const chart = {
      deployArtifactSourceType: 'HELM_CHART',
      chartUrl: `oci://${topology.primary.regionKey}.ocir.io/ns/chart`,
      deployArtifactVersion: '1',
    };
    expect(codes(await judged([own], [deployed(chart), own]))).toEqual(['registry/pipeline-uses-primary web']);
  });

  test('what the standby’s own pipeline deploys has to be in its own registry', async () => {
    const uri = { deployArtifactSourceType: 'OCIR', imageUri: `${topology.standby.regionKey}.ocir.io/ns/pay/app:9` };
    expect(codes(await judged([own], [deployed(uri), own]))).toEqual(['registry/deployed-missing web pay/app:9']);
  });

  test('an image that the settings name and nobody has is told', async () => {
    expect(codes(await judged([own], [own], { inUse: ['pay/typo:1'] }))).toEqual(['registry/in-use-nowhere pay/typo:1']);
  });

  test('of an artifact’s versions the newest has to be everywhere, and what is there has to be the same', async () => {
    const at = (version: string, month: number, sha256 = version) => ({ version, sha256, timeCreated: `2026-0${month}-01T00:00:00Z` });
    const lists: RecordedCall = { operation: 'listRepositories', with: {}, body: { items: [{ id: 'r', displayName: 'release' }] } };
    const primary = [lists, artifacts(at('1', 1), at('2', 2)), own];
    expect(codes(await judged(primary, [lists, artifacts(at('2', 2)), own]))).toEqual([]);
    expect(codes(await judged(primary, [lists, artifacts(at('1', 1)), own]))).toEqual(['registry/artifact-missing app.tgz:2']);
    expect(codes(await judged(primary, [lists, artifacts(at('2', 2), at('1', 1, 'other')), own]))).toEqual([
      'registry/artifact-differs app.tgz:1',
    ]);
  });

  test('an artifact without a digest is not equal to one that has it', async () => {
    const lists: RecordedCall = { operation: 'listRepositories', with: {}, body: { items: [{ id: 'r', displayName: 'release' }] } };
    const findings = await judged([lists, artifacts({ version: '1', sha256: 'a' }), own], [lists, artifacts({ version: '1' }), own]);
    expect(findings.map(({ code, isBlind }) => [code, isBlind])).toEqual([['registry/artifact-unknown', true]]);
  });

  test('machines that are deployed to in no environment of the standby are told', async () => {
    const instanceId = topology.hostPairs[0].primaryId;
    const environment: RecordedCall = {
      operation: 'listDeployEnvironments',
      with: {},
      body: {
        items: [
          {
            displayName: 'env',
            id: 'e',
            computeInstanceGroupSelectors: { items: [{ selectorType: 'INSTANCE_IDS', computeInstanceIds: [instanceId] }] },
          },
        ],
      },
    };
    expect(codes(await judged([environment, own], [own]))).toEqual(['registry/environment-missing env']);
  });
});
