// What mends it: commands that can be typed, that bring what is meant, and that take nothing else away.
import { describe, expect, it } from 'vitest';
import { alone, beside, type Look, look, type Said, type Sites } from '../../../test/support/artifacts-look.ts';
import { container, digestOf, hex, image, storeLook } from '../../../test/support/artifacts-stores.ts';
import { recordedMachine } from '../../../test/support/recorded.ts';
import type { Image, Runtime } from './facts.ts';

const sites: Sites = {
  standby: { name: 'eu-zurich-1', tokens: { registry: 'zrh.ocir.io' } },
  primary: { name: 'eu-frankfurt-1', tokens: { registry: 'fra.ocir.io' } },
};
const name = 'fra.ocir.io/acme/app:1';

function commands(said: readonly Said[], code: string): readonly string[] {
  const found = said.find((one) => one.code === `artifacts/${code}`);
  expect(found, code).toBeDefined();
  return found!.remedy.split('\n').flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : []));
}

interface Pair {
  readonly there: readonly Image[];
  readonly here?: readonly Image[];
  readonly reference?: string | null;
  readonly runs?: string;
  readonly runtime?: Runtime;
}

async function pairOf({ there, here = [], reference = name, runs = 'one', runtime = 'podman' }: Pair, by: Sites = {}) {
  const primary = await storeLook(there, [container('web', reference, runs)], {}, runtime);
  return beside(await storeLook(here, [], {}, runtime), primary, by);
}

describe('an image that is missing', () => {
  const exactly = `acme/app@${digestOf('one')}`;

  it('is pulled by its digest from the standby’s own registry, where both sides name theirs', async () => {
    expect(commands(await pairOf({ there: [image('one', [name])] }, sites), 'image-missing')).toEqual([
      `sudo podman pull zrh.ocir.io/${exactly}`,
      `sudo podman tag zrh.ocir.io/${exactly} zrh.ocir.io/acme/app:1`,
      `skopeo copy --all docker://fra.ocir.io/${exactly} docker://zrh.ocir.io/acme/app:1`,
    ]);
  });

  it('keeps the primary’s words where the standby has none for them', async () => {
    const [pull] = commands(await pairOf({ there: [image('one', [name])] }, { primary: sites.primary! }), 'image-missing');
    expect(pull).toBe(`sudo podman pull fra.ocir.io/${exactly}`);
  });

  it.each<[string, string, string[]]>([
    ['docker.io/acme/app:1', 'docker', []],
    ['localhost/app:1', 'podman', [digestOf('one')]],
    [name, 'podman', []],
  ])('%s, which no registry is known to have, is carried from machine to machine by %s', async (reference, runtime, digests) => {
    const said = await pairOf({ there: [image('one', [reference], digests)], reference, runtime: runtime as Runtime });
    expect(commands(said, 'image-missing')).toEqual([`ssh app1-fra sudo ${runtime} save ${reference} | sudo ${runtime} load`]);
  });

  it('and has no name is asked for in the repository that it is from', async () => {
    const there = [{ ...image('one', []), repositories: ['fra.ocir.io/acme/app'] }];
    expect(commands(await pairOf({ there, reference: null, runtime: 'crictl' }, sites), 'image-missing')[0]).toBe(
      `sudo crictl pull zrh.ocir.io/${exactly}`,
    );
  });

  it('and has neither name nor repository is carried by its id', async () => {
    expect(commands(await pairOf({ there: [image('one', [])], reference: null }), 'image-missing')).toEqual([
      `ssh app1-fra sudo podman save ${hex('one')} | sudo podman load`,
    ]);
  });

  it('that runs while its tag has moved on is saved by its id, and gets its name', async () => {
    const said = await pairOf({ there: [image('one', [], []), image('two', [name])] }, sites);
    expect(commands(said, 'image-missing')).toEqual([
      `ssh app1-fra sudo podman save ${hex('one')} | sudo podman load`,
      `sudo podman tag ${hex('one')} zrh.ocir.io/acme/app:1`,
    ]);
  });

  it('that is gone from the primary too is not asked for', async () => {
    expect(commands(await pairOf({ there: [image('two', [name])] }), 'image-missing')).toEqual(['understudy run artifacts']);
  });

  it('under its name, and is here without it, gets it', async () => {
    const said = await pairOf({ there: [image('one', [name])], here: [image('one', [])] }, sites);
    expect(commands(said, 'image-missing')).toEqual([`sudo podman tag ${hex('one')} zrh.ocir.io/acme/app:1`]);
  });
});

it('another image under the standby’s own name is replaced from the registry in that name', async () => {
  const said = await pairOf({ there: [image('one', [name])], here: [image('two', ['q.example.com/acme/app:1'])] });
  expect(commands(said, 'image-differs').slice(0, 2)).toEqual([
    `sudo podman pull q.example.com/acme/app@${digestOf('one')}`,
    `sudo podman tag q.example.com/acme/app@${digestOf('one')} q.example.com/acme/app:1`,
  ]);
});

it('images that only one side has are named, and nothing is pruned', async () => {
  const there = [image('one', [name]), image('old', ['fra.ocir.io/acme/app:0'])];
  const said = await pairOf({ there, here: [image('one', [name]), image('x', ['docker.io/library/debug:1'])] });
  for (const [code, one] of [
    ['images-only-here', 'docker.io/library/debug:1'],
    ['other-tag-missing', 'fra.ocir.io/acme/app:0'],
  ] as const)
    expect(commands(said, code)).toEqual([`sudo podman image inspect --format '{{.Created}} {{.RepoTags}}' ${one}`]);
  expect(said.map(({ remedy }) => remedy).join('\n')).not.toContain('prune');
});

it('an image that is gone gets no name back', async () => {
  const outdated = async (images: readonly Image[], reference: string | null = name): Promise<readonly string[]> =>
    commands(alone(await storeLook(images, [container('web', reference, 'one')])), 'container-outdated');
  expect((await outdated([image('one', []), image('two', [name])])).at(-1)).toBe(`sudo podman tag ${hex('one')} ${name}`);
  expect(await outdated([image('two', [name])])).toEqual(['sudo podman ps --filter name=web']);
  expect((await outdated([image('one', [], [])], null)).at(-1)).toBe("sudo podman inspect --format '{{.Config.Image}}' web");
  const kubernetes = await storeLook([image('one', []), image('two', [name])], [container('web', name, 'one')], {}, 'crictl');
  expect(commands(alone(kubernetes), 'container-outdated')).toEqual([
    'sudo crictl ps --name web',
    `sudo ctr -n k8s.io images tag --force sha256:${hex('one')} ${name}`,
  ]);
});

describe('packages that could not be seen', () => {
  const unseenBy = async (paper: Parameters<typeof recordedMachine>[0]): Promise<Look> =>
    look(await recordedMachine(paper), { packages: ['app', 'tools'] });

  it('are asked for where they were asked for', async () => {
    const locked = await unseenBy({ commands: [{ argv: ['rpm', '-q', 'app', 'tools'], stdout: '' }] });
    expect(commands(alone(locked), 'packages-unseen')).toEqual(['rpm -q app tools']);
    const denied = await unseenBy({ files: { '/var/lib/dpkg/status': 'x' }, denied: ['/var/lib/dpkg/status'] });
    expect(commands(alone(denied), 'packages-unseen')).toEqual(['ls -l /var/lib/dpkg/status', 'dpkg-query -W app tools']);
  });
});

describe('files of the primary', () => {
  const trees = [{ path: '/opt/app' }];
  const carried = (names: string, root = '/opt/app/'): string =>
    `printf '%s\\n' ${names} | sudo rsync -aX --checksum --no-implied-dirs --files-from=- app1-fra:${root} ${root}`;

  async function remediesOf(there: Parameters<typeof recordedMachine>[0], here: typeof there, written = {}): Promise<readonly Said[]> {
    return beside(await look(await recordedMachine(here), written), await look(await recordedMachine(there), written), sites);
  }

  it('are carried all of them, and none but them', async () => {
    const there = { files: { '/opt/app/a': 'x', '/opt/app/lib/b c': 'x', '/opt/app/d': 'x' } };
    const said = await remediesOf(there, { files: { '/opt/app/d': 'y' } }, { trees });
    expect(commands(said, 'file-missing-here')).toEqual([carried("a 'lib/b c'")]);
    expect(commands(said, 'file-differs')).toEqual(['sudo sha256sum /opt/app/d', carried('d')]);
  });

  it('that a pattern names are carried from where they are', async () => {
    const there = { files: { '/opt/p/1.jar': 'x', '/opt/p/2.jar': 'x' } };
    const said = await remediesOf(there, { files: { '/opt/p/readme': '' } }, { files: ['/opt/p/*.jar'] });
    expect(commands(said, 'file-missing-here')).toEqual([carried('/opt/p/1.jar /opt/p/2.jar', '/')]);
  });

  it('that are links are told by where they lead, and carried as links', async () => {
    const files = { '/opt/app/1/a': 'x', '/opt/app/2/a': 'y' };
    const said = await remediesOf({ files, links: { '/opt/app/current': '2' } }, { files, links: { '/opt/app/current': '1' } }, { trees });
    expect(commands(said, 'file-differs')).toEqual(['sudo readlink -f /opt/app/current', carried('current')]);
  });

  it('are carried below the standby’s own word for the folder', async () => {
    const there = await look(await recordedMachine({ files: { '/opt/eu-frankfurt-1/a': 'x' } }), {
      trees: [{ path: '/opt/eu-frankfurt-1' }],
    });
    const here = await look(await recordedMachine({ files: { '/opt/eu-zurich-1/a': 'y' } }), { trees: [{ path: '/opt/eu-zurich-1' }] });
    expect(commands(beside(here, there, sites), 'file-differs').at(-1)).toMatch(/ app1-fra:\/opt\/eu-frankfurt-1\/ \/opt\/eu-zurich-1\/$/);
  });

  it('that are more than a command can name are shown first', async () => {
    const files = Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`/opt/app/${at}`, 'x']));
    const said = await remediesOf({ files }, { files: { '/opt/app/0': 'x' } }, { trees });
    expect(commands(said, 'file-missing-here')[0]).toContain('printf');
    const none = await remediesOf({ files }, { files: { '/opt/app/x': 'x' } }, { trees });
    expect(commands(none, 'file-missing-here')).toEqual([
      'sudo rsync -aX --checksum --itemize-changes --dry-run app1-fra:/opt/app/ /opt/app/',
    ]);
  });
});
