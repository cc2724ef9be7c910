// The manifest's own form: what is understood, and what is said of one that is wrong.
import { describe, expect, it } from 'vitest';
import { alone, codes, look } from '../../../test/support/artifacts-look.ts';
import { recordedMachine } from '../../../test/support/recorded.ts';
import { parseManifest } from './manifest.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const sha256 = 'b'.repeat(64);

describe('a manifest', () => {
  it('is YAML, and says images, files, packages and endpoints', async () => {
    const text = `format: understudy-manifest/1
images:
  - { name: acme/app:2, digest: '${digest}' }
  - { name: r.example.com/web, digest: ['${digest}'] }
  - { name: 'r.example.com/job@${digest}' }
files: [{ path: /opt/app, sha256: ${sha256} }]
packages: [{ name: app, version: '1:2.0-1' }]
endpoints: [{ name: app, version: '2.0' }]
`;
    expect(await parseManifest(text)).toEqual({
      kind: 'read',
      images: [
        { name: 'docker.io/acme/app:2', digests: [digest] },
        { name: 'r.example.com/web:latest', digests: [digest] },
        { name: 'r.example.com/job:latest', digests: [digest] },
      ],
      files: [{ path: '/opt/app', sha256 }],
      packages: [{ name: 'app', version: '1:2.0-1' }],
      endpoints: [{ name: 'app', version: '2.0' }],
    });
  });

  it('may be JSON, and may ask for little', async () => {
    expect(await parseManifest('{"format": "understudy-manifest/1"}')).toMatchObject({ kind: 'read', images: [], files: [] });
  });

  it.each([
    ['', 'it is empty'],
    ['# nothing but this', 'it is empty'],
    ['images', 'the file must be a mapping'],
    ['format: understudy-manifest/1\nimages: 1', '/images must be a list'],
    ['format: understudy-manifest/2', '/format must be understudy-manifest/1'],
    ['images: []', "the file must have required property 'format'"],
    ['format: understudy-manifest/1\nimage: []', 'the file has a member "image" that is not known'],
    ['format: understudy-manifest/1\nimages: [{name: app, digest: latest}]', '/images/0/digest'],
    ['format: understudy-manifest/1\nimages: [{name: "Not A Name"}]', '"Not A Name" is no name of an image'],
    ['format: understudy-manifest/1\nfiles: [{path: opt/app, sha256: x}]', '/files/0/path'],
    ['format: understudy-manifest/1\nformat: understudy-manifest/1', 'Map keys must be unique at line 2, column 1'],
    ['format: [', 'it is no YAML: '],
    ['format: [', 'at line 1, column'],
    ['a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nformat: understudy-manifest/1', 'is not known'],
    ['\u0000\u0001\u0002', ''],
  ])('%j is wrong: %s', async (text, detail) => {
    expect(await parseManifest(text)).toMatchObject({ kind: 'wrong', detail: expect.stringContaining(detail) });
  });

  it('that repeats itself without end is wrong', async () => {
    const levels = Array.from({ length: 30 }, (_, at) => `a${at + 1}: &a${at + 1} [${'*a'.concat(`${at},`).repeat(9)}]`);
    expect(await parseManifest(`a0: &a0 x\n${levels.join('\n')}\n`)).toMatchObject({ kind: 'wrong' });
  });
});

describe('on a machine', () => {
  const asking = (text: string | null, denied: readonly string[] = []) =>
    recordedMachine({ files: { '/opt/app': 'x', ...(text === null ? {} : { '/etc/m.yaml': text }) }, denied });

  it.each([
    ['is missing', null, []],
    ['is wrong', 'nonsense', []],
    ['may not be read', 'format: understudy-manifest/1', ['/etc/m.yaml']],
  ])('one that %s is said, and is never in order', async (_, text, denied) => {
    const said = alone(await look(await asking(text, denied), { manifest: '/etc/m.yaml' }));
    expect(codes(said)).toEqual(['manifest-unusable: /etc/m.yaml']);
  });

  it('one that asks for nothing is said', async () => {
    const said = alone(await look(await asking('format: understudy-manifest/1\nimages: []\n'), { manifest: '/etc/m.yaml' }));
    expect(codes(said)).toEqual(['manifest-empty: /etc/m.yaml']);
  });

  it('one that is no YAML is told by where, without a colon that leads nowhere', async () => {
    const [said] = alone(await look(await asking('images: [\n'), { manifest: '/etc/m.yaml' }));
    expect(said?.actual).toMatch(/^it is no YAML: .* at line \d+, column \d+$/);
  });

  it('has the files that it names read, and missing ones told by it', async () => {
    const text = `format: understudy-manifest/1\nfiles:\n- {path: /opt/app, sha256: ${sha256}}\n- {path: /opt/none, sha256: ${sha256}}\n`;
    const said = alone(await look(await asking(text), { manifest: '/etc/m.yaml' }));
    expect(codes(said)).toEqual(['file-missing: /opt/none', 'manifest-item-differs: /opt/app', 'manifest-item-missing: /opt/none']);
    expect(said.filter(({ severity }) => severity === 'blocker')).toHaveLength(2);
  });

  it('that names an endpoint which the settings have not is said', async () => {
    const text = 'format: understudy-manifest/1\nendpoints: [{name: app, version: "1"}]\n';
    expect(codes(alone(await look(await asking(text), { manifest: '/etc/m.yaml' })))).toEqual(['manifest-unusable: app']);
  });

  it('that asks for an image where there is no runtime has it missing', async () => {
    const text = 'format: understudy-manifest/1\nimages: [{name: "acme/app:1"}]\n';
    const said = alone(await look(await asking(text), { manifest: '/etc/m.yaml' }));
    expect(said).toMatchObject([{ code: 'artifacts/manifest-item-missing', actual: 'there is no container runtime' }]);
  });
});
