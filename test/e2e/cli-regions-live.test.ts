// Regions and rights asked of OCI by the real program through Oracle's SDK, on doubles.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { DoctorDocumentSchema, PolicyDocumentSchema } from '../../src/cli/documents.ts';
import { ociGrants } from '../../src/contract/oci-grants.ts';
import type { OciOperationName } from '../../src/contract/oci-operations.ts';
import { schemaProblems } from '../../src/contract/schema.ts';
import { exampleUser, makeUser, type OciRegion, startRegion } from '../support/oci/region.ts';
import { regionOf, scopeOf, topology } from '../support/oci-cases.ts';
import { recordedRegionFolder } from '../support/recorded-region.ts';
import { understudy } from '../support/understudy.ts';

let folder: string;
let iad: OciRegion;
let phx: OciRegion;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-live-'));
  const entry = (name: string) => [{ id: `ocid1.${name}.oc1.phx.example`, lifecycleState: 'AVAILABLE' }];
  const own = [
    { operation: 'listNetworkSecurityGroups', with: {}, body: entry('networksecuritygroup') },
    { operation: 'listNetworkSecurityGroupSecurityRules', with: {}, body: [] },
    { operation: 'listSecrets', with: {}, body: entry('vaultsecret') },
    { operation: 'getSecret', with: {}, body: entry('vaultsecret')[0] },
    { operation: 'listSecretVersions', with: {}, body: [] },
  ] as const;
  await recordedRegionFolder(at('iad'), 'art-tag-missing', 'primary');
  iad = await startRegion({ region: regionOf('art-tag-missing', 'primary') });
  phx = await startRegion({ region: regionOf('art-tag-missing', 'standby', { over: own }) });
  const { file } = makeUser([iad, phx], { folder, region: 'us-phoenix-1' });
  const region = (side: 'primary' | 'standby') => ({ region: topology[side].region, ...scopeOf(side) });
  const fleet = (endpoints: object) => ({
    sites: { iad: { name: 'us-ashburn-1' }, phx: { name: 'us-phoenix-1' } },
    oci: { auth: 'config-file', configFile: file, callTimeout: '5s', endpoints },
    groups: { payments: { primary: 'iad', regions: { iad: region('primary'), phx: region('standby') } } },
  });
  writeFileSync(at('fleet.yaml'), stringify(fleet({ ...iad.ociEndpoints, ...phx.ociEndpoints })));
  writeFileSync(at('nowhere.yaml'), stringify(fleet({ 'us-ashburn-1': 'http://127.0.0.1:1', 'us-phoenix-1': 'http://127.0.0.1:1' })));
});

afterAll(async () => {
  await Promise.all([iad, phx].map((one) => one.close()));
  rmSync(folder, { recursive: true });
});

const ofPhx = ['--region', 'payments/phx'];

describe('check', () => {
  it('looks at the region that the fleet file describes, and what it saw can be compared', async () => {
    for (const site of ['iad', 'phx']) {
      const argv = ['check', 'registry', '--region', `payments/${site}`, '--config', at('fleet.yaml'), '--format', 'snapshot'];
      const { stdout, stderr } = await understudy(argv);
      expect(stderr).toBe('');
      writeFileSync(at(`${site}.json`), stdout);
    }
    const { code, stdout, stderr } = await understudy(['diff', at('iad.json'), at('phx.json')]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(stdout).toContain('[registry/image-missing]');
  });

  it('says how it is judged by itself: the same region, by the same file', async () => {
    const { code, stdout } = await understudy(['check', 'registry', ...ofPhx, '--config', at('fleet.yaml')]);
    expect(code).toBe(3);
    expect(stdout).toContain(`$ understudy check registry --config ${at('fleet.yaml')} --region payments/phx --alone`);
  });

  it('of what is no region says which there are', async () => {
    const { code, stderr } = await understudy(['check', '--region', 'payments/zrh', '--config', at('fleet.yaml')]);
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: "understudy: there is no region 'payments/zrh'; there are payments/iad, payments/phx\n",
    });
  });

  it('at another address, where one is given', async () => {
    const argv = ['check', 'registry', ...ofPhx, '--config', at('nowhere.yaml'), '--alone'];
    expect((await understudy(argv)).code).toBe(3);
    expect((await understudy([...argv, '--tenancy', phx.url])).code).toBe(0);
  });
});

describe('config check fleet', () => {
  it('warns where the file that says who asks is not there', async () => {
    const told = (name: string) => understudy(['config', 'check', 'fleet', at(name)]);
    expect((await told('fleet.yaml')).stdout).not.toContain('is not there');
    writeFileSync(at('fileless.yaml'), readFileSync(at('fleet.yaml'), 'utf8').replace(/configFile: .*/, 'configFile: /nowhere/oci.config'));
    const { code, stdout } = await told('fileless.yaml');
    expect(code).toBe(0);
    expect(stdout).toContain('! /nowhere/oci.config (oci.configFile) is not there');
  });
});

describe('record', () => {
  it('writes what the region answered', async () => {
    const { code, stderr } = await understudy(['record', at('phx'), ...ofPhx, '--config', at('fleet.yaml')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect((await understudy(['diff', at('iad'), at('phx')])).stdout).toContain('[registry/image-missing]');
  });

  it('says so where nothing was answered', async () => {
    const { code, stdout, stderr } = await understudy(['record', at('nothing'), ...ofPhx, '--config', at('nowhere.yaml')]);
    expect(code).toBe(3);
    expect(stderr).toContain('nothing of the region was answered');
    expect(stdout).toMatch(/^\? .*: no answer, \d+ that failed\n$/);
  });
});

/** Takes the right away for one test. */
function revoke(...operations: readonly OciOperationName[]): void {
  for (const operation of operations) phx.permissions.revoke(exampleUser, operation);
  onTestFinished(() => {
    for (const operation of operations) phx.permissions.allow(exampleUser, operation);
  });
}

const doctor = (...argv: readonly string[]) => understudy(['doctor', 'oci', '--config', at('fleet.yaml'), ...ofPhx, ...argv]);

describe('doctor oci', () => {
  it('says of each right that it is there, or that nothing is there to try it on', async () => {
    const { code, stdout, stderr } = await doctor('--format', 'json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const document = JSON.parse(stdout);
    expect(schemaProblems(DoctorDocumentSchema, document)).toEqual([]);
    const { grants } = document.regions[0];
    expect(grants.map(({ grant }: { grant: string }) => grant)).toEqual(ociGrants);
    expect(grants.filter(({ state }: { state: string }) => state === 'denied' || state === 'untried')).toEqual([]);
    const stateOf = Object.fromEntries(grants.map(({ grant, state }: { grant: string; state: string }) => [grant, state]));
    expect(stateOf).toMatchObject({
      'use network-security-groups': 'allowed',
      'read load-balancers': 'allowed',
      'inspect keys': 'nothing-there',
    });
  });

  it('prints exactly the statements that are missing', async () => {
    revoke('listLoadBalancers', 'listNetworkSecurityGroupSecurityRules', 'listPolicies', 'getSecret');
    const { code, stdout } = await doctor('--dynamic-group', 'watchers');
    expect(code).toBe(1);
    const place = `compartment id ${scopeOf('standby').compartments.payments}`;
    expect(stdout.split('\n').filter((line) => line.startsWith('    Allow'))).toEqual([
      `    Allow dynamic-group watchers to use network-security-groups in ${place} where any {request.permission='NETWORK_SECURITY_GROUP_LIST_SECURITY_RULES', request.permission='NETWORK_SECURITY_GROUP_LIST_MEMBERS'}`,
      '    Allow dynamic-group watchers to inspect policies in tenancy',
      `    Allow dynamic-group watchers to read secrets in ${place}`,
      `    Allow dynamic-group watchers to read load-balancers in ${place}`,
    ]);
    expect(stdout).toMatch(/✖ denied {9}read load-balancers/);
    expect(stdout).toContain('a compartment that is not there');
    expect(stdout).toContain('✖ MISSING: 4 statements');
  });

  it('what only leads to a right is not taken for it', async () => {
    revoke('listNetworkSecurityGroups', 'listSubnets');
    const { code, stdout } = await doctor();
    expect(code).toBe(1);
    expect(stdout).toMatch(/✖ denied {9}read virtual-network-family/);
    expect(stdout).toMatch(/\? not tried {6}use network-security-groups/);
    expect(stdout).toContain('1 could not be tried');
  });

  it('a region that does not answer is not known, and said once', async () => {
    const { code, stdout } = await understudy(['doctor', 'oci', '--config', at('nowhere.yaml'), ...ofPhx]);
    expect(code).toBe(3);
    expect(stdout).toContain('? NOT KNOWN');
    expect(stdout).not.toContain('Allow dynamic-group');
  });

  it('who is not known to OCI lacks no statement', async () => {
    // A key of its own, which no region was told.
    const { file } = makeUser([], { folder: at('stranger'), region: 'us-phoenix-1' });
    const fleet = readFileSync(at('fleet.yaml'), 'utf8').replace(/configFile: .*/, `configFile: ${file}`);
    writeFileSync(at('stranger.yaml'), fleet);
    const { code, stdout } = await understudy(['doctor', 'oci', '--config', at('stranger.yaml'), ...ofPhx]);
    expect(code).toBe(3);
    expect(stdout).toContain('401');
    expect(stdout).not.toContain('Allow dynamic-group');
  });

  it('prints the whole policy without asking anybody', async () => {
    const before = phx.requests.length;
    const { code, stdout } = await doctor('--print-policy');
    expect(code).toBe(0);
    expect(phx.requests.length).toBe(before);
    expect(stdout.trim().split('\n')).toHaveLength(ociGrants.length);
    expect(stdout).not.toMatch(/manage|secret-family|secret-bundles/);
  });

  it('prints it in blocks of what one policy takes', async () => {
    const argv = ['doctor', 'oci', '--print-policy', '--config', at('fleet.yaml')];
    const blocks = (await understudy(argv)).stdout.trim().split('\n\n');
    expect(blocks.map((block) => block.split('\n')[0])).toEqual(
      [1, 2].map((at) => `# policy ${at} of 2: OCI takes at most 50 statements in one, unless the limit was raised`),
    );
    const document = JSON.parse((await understudy([...argv, '--format', 'json'])).stdout);
    expect(schemaProblems(PolicyDocumentSchema, document)).toEqual([]);
    expect(document.policies).toEqual(blocks.map((block) => block.split('\n').slice(1)));
    expect(document.policies[0]).toHaveLength(50);
  });

  it.each([
    ['ops/watchers', "'ops'/'watchers'"],
    ["'Ops Team'/'watchers'", "'Ops Team'/'watchers'"],
    ["'watchers'", 'watchers'],
    ['ocid1.dynamicgroup.oc1..aaaa', 'id ocid1.dynamicgroup.oc1..aaaa'],
  ])('a dynamic group %s stands in a policy as %s', async (name, inPolicy) => {
    const { stdout } = await doctor('--print-policy', '--dynamic-group', name);
    expect(stdout).toMatch(new RegExp(`^Allow dynamic-group ${inPolicy} to `));
  });

  it.each(['a b; drop', "x' to manage all", 'a/b/c', 'a,b', "'a/b'"])('%j is no dynamic group', async (name) => {
    const { code, stdout, stderr } = await doctor('--print-policy', '--dynamic-group', name);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('is no name of a dynamic group');
  });

  it('there is nothing else to examine', async () => {
    expect((await understudy(['doctor', 'machine'])).stderr).toContain("nothing to examine called 'machine'; there is oci");
  });
});
