// What could not be seen is not known: a standby with a part like that is neither ready nor said to be able to take over.
import { describe, expect, it } from 'vitest';
import { beside, codes, type Look, look, verdictBeside, type Written } from '../../../test/support/artifacts-look.ts';
import { type MachineOnPaper, recordedMachine } from '../../../test/support/recorded.ts';
import { probe } from './index.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const images = (text: string) => ({ argv: ['podman', 'images', '--format', 'json'], stdout: text });
const list = (digests: readonly string[], id = '1'.repeat(64)): string =>
  `${JSON.stringify([{ Id: id, Names: ['r.example.com/app:1'], RepoDigests: digests.map((one) => `r.example.com/app@${one}`) }])}\n`;
const ps = (container: object | null) => ({
  argv: ['podman', 'ps', '--all', '--format', 'json'],
  stdout: `${JSON.stringify(container === null ? [] : [container])}\n`,
});
const web = { Id: 'c'.repeat(64), Names: ['web'], Image: 'r.example.com/app:1', ImageID: '1'.repeat(64), State: 'running' };

async function sideOf(paper: MachineOnPaper, written: Written = {}): Promise<Look> {
  return look(await recordedMachine(paper), written);
}

describe('a standby is not known', () => {
  it('where its images are not', async () => {
    const primary = await sideOf({ commands: [images(list([digest])), ps(web)] });
    expect(verdictBeside(await sideOf({ commands: [images(list([digest])), ps(null)] }), primary)).toBe('ready');
    expect(verdictBeside(await sideOf({ commands: [images('[{"Id": "11'), ps(web)] }), primary)).toBe('unknown');
  });

  it('where nothing tells whether an image that runs is the primary’s; one that nobody uses is a warning', async () => {
    const here = await sideOf({ commands: [images(list([], '2'.repeat(64))), ps(null)] });
    expect(verdictBeside(here, await sideOf({ commands: [images(list([])), ps(web)] }))).toBe('unknown');
    expect(verdictBeside(here, await sideOf({ commands: [images(list([])), ps(null)] }))).toBe('degraded');
  });

  it('where the primary’s runtime does not answer, or tells no containers', async () => {
    const here = await sideOf({ commands: [images(list([digest])), ps(null)] });
    const down = {
      argv: ['docker', 'images', '--digests', '--format', '{{json .}}'],
      exit: 1,
      stderr: 'Cannot connect to the Docker daemon',
    };
    expect(verdictBeside(here, await sideOf({ commands: [images(list([digest])), ps(web), down] }))).toBe('unknown');
    const halfSeen = await sideOf({ commands: [images(list([digest])), { ...ps(null), exit: 125, stdout: '' }] });
    expect(codes(beside(here, halfSeen))).toEqual(['primary-part-unseen: primary’s containers of podman (root)']);
    expect(verdictBeside(here, halfSeen)).toBe('unknown');
  });

  it('where a file may not be read, or nobody looks at it', async () => {
    const files = { '/opt/app': 'x' };
    const watching = { files: ['/opt/app'] };
    const primary = await sideOf({ files }, watching);
    expect(verdictBeside(await sideOf({ files }, watching), primary)).toBe('ready');
    expect(verdictBeside(await sideOf({ files, denied: ['/opt/app'] }, watching), primary)).toBe('unknown');
    expect(verdictBeside(await sideOf({ files: { ...files, '/opt/b': 'x' } }, { files: ['/opt/b'] }), primary)).toBe('unknown');
  });

  it('where packages are not told', async () => {
    const rpm = (stdout: string) => ({ commands: [{ argv: ['rpm', '-q', 'app'], stdout }] });
    const primary = await sideOf(rpm('app-1.0-1.el9.x86_64\n'), { packages: ['app'] });
    expect(verdictBeside(await sideOf(rpm(''), { packages: ['app'] }), primary)).toBe('unknown');
  });

  it('where the manifest that it is to be held against cannot be used', async () => {
    const files = { '/opt/app': 'x', '/etc/m.yaml': 'images: [' };
    const primary = await sideOf({ files }, { files: ['/opt/app'] });
    expect(verdictBeside(await sideOf({ files }, { files: ['/opt/app'], manifest: '/etc/m.yaml' }), primary)).toBe('unknown');
  });
});

it('what is not known is said by these, whatever their severity', () => {
  expect(probe.rules.filter(({ isBlind }) => isBlind).map(({ code }) => code.replace('artifacts/', ''))).toEqual([
    'manifest-unusable',
    'store-unseen',
    'file-unseen',
    'not-yet-digested',
    'packages-unseen',
    'endpoint-unseen',
    'image-not-comparable',
    'not-watched-here',
    'primary-part-unseen',
  ]);
});

describe('in one line', () => {
  it('a store that was not seen is not one without images', async () => {
    const docker = { argv: ['docker', 'images', '--digests', '--format', '{{json .}}'], exit: 1, stderr: 'permission denied' };
    const { facts } = await sideOf({ commands: [images('[]'), ps(null), docker] });
    expect(probe.summary(facts)).toBe('0 images (1 store not seen), 0 running containers (1 store not seen)');
  });

  it('nor containers that were not seen none', async () => {
    const unasked = { argv: ['podman', 'ps', '--all', '--format', 'json'], exit: 125, stderr: 'Error' };
    const { facts } = await sideOf({ commands: [images(list([digest])), unasked] });
    expect(probe.summary(facts)).toBe('1 image, running containers not seen');
  });
});
