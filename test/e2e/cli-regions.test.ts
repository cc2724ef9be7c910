// Regions as somebody at a shell meets them, on recorded ones: checked, compared, explained, and written again.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { CheckDocumentSchema, DiffDocumentSchema } from '../../src/cli/documents.ts';
import { SnapshotSchema } from '../../src/contract/observation.ts';
import { schemaProblems } from '../../src/contract/schema.ts';
import { scopeOf, topology } from '../support/oci-cases.ts';
import { recordedFolder } from '../support/recorded-folder.ts';
import { recordedRegionFolder } from '../support/recorded-region.ts';
import { understudy } from '../support/understudy.ts';

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-cli-regions-'));
  await recordedRegionFolder(at('iad'), 'art-tag-missing', 'primary');
  await recordedRegionFolder(at('phx'), 'art-tag-missing', 'standby');
  recordedFolder({ at: at('machine'), name: 'app1', config: { discover: false } });
  const region = (side: 'primary' | 'standby') => ({ region: topology[side].region, ...scopeOf(side) });
  const fleet = {
    sites: { iad: { name: 'us-ashburn-1' }, phx: { name: 'us-phoenix-1' } },
    groups: { payments: { primary: 'iad', regions: { iad: region('primary'), phx: region('standby') } } },
  };
  writeFileSync(at('fleet.yaml'), stringify(fleet));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('check', () => {
  it.each(['text', 'json', 'nagios', 'junit', 'prometheus'])(
    'looks at a recorded region, as %s; without its primary it is unknown',
    async (format) => {
      const { code, stdout, stderr } = await understudy(['check', 'registry', '--tenancy', at('phx'), '--format', format]);
      expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
      expect(stdout).toContain('us-phoenix-1');
      if (format === 'json') expect(schemaProblems(CheckDocumentSchema, JSON.parse(stdout))).toEqual([]);
    },
  );

  it('by itself it is in order', async () => {
    expect(await understudy(['check', 'registry', '--tenancy', at('phx'), '--alone'])).toMatchObject({ code: 0, stderr: '' });
  });

  it('takes scope and role from the fleet file where a side is named', async () => {
    const argv = ['check', 'registry', '--tenancy', at('phx'), '--region', 'payments/phx', '--config', at('fleet.yaml')];
    const { stdout } = await understudy([...argv, '--format', 'snapshot']);
    const snapshot = JSON.parse(stdout);
    expect(schemaProblems(SnapshotSchema, snapshot)).toEqual([]);
    expect(snapshot.node).toMatchObject({ name: 'us-phoenix-1', role: 'standby', group: 'payments', twin: 'region' });
    expect(snapshot.checks).toMatchObject([{ probe: 'registry', settings: { scope: scopeOf('standby') } }]);
  });

  it.each([
    ['a check of regions where none is named', ['check', 'registry'], "'registry' looks at a region: say which, with --region GROUP/SITE"],
    ['a check of machines on a region', ['check', 'certs', '--tenancy', 'phx'], "'certs' looks at machines, not at a region"],
    ['a name that is none', ['check', 'regstry', '--tenancy', 'phx'], "did you mean 'registry'?"],
    ['an address without a side', ['check', '--tenancy', 'http://127.0.0.1:1'], '--tenancy URL needs --region GROUP/SITE'],
    ['a machine and a region', ['check', '--tenancy', 'phx', '--machine', 'machine'], '--machine looks at a machine'],
    ['a fleet file for nothing', ['check', '--tenancy', 'phx', '--config', 'fleet.yaml'], '--config goes with --region GROUP/SITE'],
    [
      'a side that is not there',
      ['check', '--region', 'payments/phy', '--config', 'fleet.yaml'],
      "there is no region 'payments/phy'; there are payments/iad, payments/phx",
    ],
    [
      'the recording of another region',
      ['check', '--tenancy', 'phx', '--region', 'payments/iad', '--config', 'fleet.yaml'],
      'phx is a recording of us-phoenix-1; payments/iad lies in us-ashburn-1',
    ],
    ['a recorded machine', ['check', '--tenancy', 'machine'], 'machine is no recorded region: it holds a recorded machine (--machine)'],
    ['a folder of something else', ['check', '--tenancy', 'phx/bodies'], 'there is no tenancy.yaml in it'],
  ])('says what is wrong with %s', async (_, argv, message) => {
    const words = argv.map((word) => (/^(?:phx|machine|fleet\.yaml)/.test(word) ? at(word) : word));
    const { code, stdout, stderr } = await understudy(words);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr.replaceAll(`${folder}/`, '')).toContain(message);
  });

  it('settings that no check has are told with the file', async () => {
    await recordedRegionFolder(at('wrong'), 'art-tag-missing', 'standby', { registri: {}, registry: { ignored: [] } });
    const { code, stderr } = await understudy(['check', '--tenancy', at('wrong')]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/wrong\/tenancy\.yaml: settings\.registri: .*did you mean 'registry'\?/);
    expect(stderr).toMatch(/wrong\/tenancy\.yaml: settings\.registry: must NOT have additional properties/);
  });
});

describe('diff', () => {
  it('sets a standby region beside its primary', async () => {
    const { code, stdout, stderr } = await understudy(['diff', at('iad'), at('phx')]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(stdout).toContain('[registry/image-missing]');
    expect(stdout).toContain('us-phoenix-1, standby of payments/region');
  });

  it('comes to the same from snapshots, and beside a folder', async () => {
    const snapshot = async (name: string) => {
      const { stdout } = await understudy(['check', '--tenancy', at(name), '--format', 'snapshot']);
      writeFileSync(at(`${name}.json`), stdout);
      return at(`${name}.json`);
    };
    const [iad, phx] = [await snapshot('iad'), await snapshot('phx')];
    const documents = await Promise.all(
      [
        [at('iad'), at('phx')],
        [iad, phx],
        [iad, at('phx')],
      ].map(async (sides) => JSON.parse((await understudy(['diff', ...sides, '--format', 'json'])).stdout)),
    );
    expect(documents.flatMap((one) => schemaProblems(DiffDocumentSchema, one))).toEqual([]);
    const [first, ...others] = documents.map(({ verdict, findings }) => ({ verdict, findings }));
    expect(others).toEqual([first, first]);
  });

  it('a region is not compared with a machine', async () => {
    const { code, stderr } = await understudy(['diff', at('iad'), at('machine')]);
    expect(code).toBe(3);
    expect(stderr).toContain('a machine is compared with a machine, a region with a region');
  });
});

describe('explain', () => {
  it('shows what a region was asked and what it answered', async () => {
    const { code, stdout } = await understudy(['explain', 'registry', '--tenancy', at('phx')]);
    expect(code).toBe(0);
    expect(stdout).toContain('listContainerImages');
  });

  it('says what a finding of regions means without asking any agent, and where it holds in a recording', async () => {
    const alone = await understudy(['explain', 'registry/unseen']);
    expect(alone).toMatchObject({ code: 0, stderr: '' });
    expect(alone.stdout).toContain('on each region by itself');
    expect((await understudy(['explain', 'registry/unseen', '--tenancy', at('phx')])).stdout).toContain(
      'It does not hold on us-phoenix-1.',
    );
  });

  it('says how to name a region for one of its checks', async () => {
    expect((await understudy(['explain', 'registry'])).stderr).toContain('say which, with --region GROUP/SITE');
  });
});

describe('record', () => {
  it('writes a region that shows the same again', async () => {
    const side = ['--region', 'payments/phx', '--config', at('fleet.yaml')];
    const { code, stdout, stderr } = await understudy(['record', at('again'), '--tenancy', at('phx'), ...side]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('understudy check --tenancy');
    const factsOf = async (name: string) => {
      const { checks } = JSON.parse((await understudy(['check', '--tenancy', at(name), '--format', 'snapshot'])).stdout);
      return checks.map(({ check, current }: { check: string; current: { outcome: unknown } }) => [check, current.outcome]);
    };
    expect(await factsOf('again')).toEqual(await factsOf('phx'));
    expect((await understudy(['diff', at('iad'), at('again')])).code).toBe(2);
    expect(readFileSync(join(at('again'), 'tenancy.yaml'), 'utf8')).toContain('role: standby');
  });

  it('needs to be told what to record, and leaves a full folder alone', async () => {
    expect((await understudy(['record', at('new'), '--tenancy', at('phx')])).stderr).toContain('--tenancy goes with --region GROUP/SITE');
    const side = ['--region', 'payments/phx', '--config', at('fleet.yaml'), '--tenancy', at('phx')];
    expect((await understudy(['record', at('iad'), ...side])).stderr).toContain('is not empty');
  });
});
