// The artifacts probe over real podman: two stores in mount namespaces of their own, images made of local archives, a container that
// runs. Needs root, and installs Debian's podman; nothing is pulled, and nothing of this machine's own stores is touched.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { CheckDocument } from '../../src/cli/documents.ts';
import type { ArtifactsFacts, Image, Store } from '../../src/probes/artifacts/facts.ts';
import { alone, codes, look } from '../support/artifacts-look.ts';
import { needsPackages } from '../support/packages.ts';
import { recordedMachine } from '../support/recorded.ts';
import { program } from '../support/understudy.ts';

const work = mkdtempSync(join(tmpdir(), 'understudy-podman-'));
/** Where both machines have what is deployed, each its own. */
const deployed = join(work, 'deployed');
const packaging = resolve(import.meta.dirname, '../../packaging/systemd');

let primary: Site;
let standby: Site;

beforeAll(async () => {
  needsPackages('podman', 'crun', 'busybox-static');
  mkdirSync(deployed);
  archive('one');
  archive('two');
  primary = await openSite('fra', 'primary');
  primary.podman('import', '--quiet', join(work, 'one.tar'), 'fra.ocir.io/acme/app:1');
  primary.podman('tag', 'fra.ocir.io/acme/app:1', 'fra.ocir.io/acme/app:current');
  standby = await openSite('zrh', 'standby', primary);
  standby.podman('tag', 'fra.ocir.io/acme/app:1', 'zrh.ocir.io/acme/app:1', 'zrh.ocir.io/acme/app:current');
  standby.podman('untag', 'fra.ocir.io/acme/app:1', 'fra.ocir.io/acme/app:1', 'fra.ocir.io/acme/app:current');
  const quietly = ['--network', 'none', '--cgroups', 'disabled', '--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1000:1000'];
  primary.podman('run', '--detach', '--name', 'app', ...quietly, 'fra.ocir.io/acme/app:current', '/bin/busybox', 'sleep', '600');
}, 600_000);

afterAll(() => {
  primary?.close();
  standby?.close();
  rmSync(work, { recursive: true, force: true });
});

describe('a look at real stores', () => {
  it('tells the digest of each image, and of which image a container is made, as podman itself does', () => {
    const checked = primary.check();
    const store = storeIn(checked);
    const digest = primary.podman('image', 'inspect', '--format', '{{.Digest}}', 'fra.ocir.io/acme/app:1').trim();
    expect(imagesOf(store)).toMatchObject([{ names: ['fra.ocir.io/acme/app:1', 'fra.ocir.io/acme/app:current'], digests: [digest] }]);
    expect(store.containers).toMatchObject({
      list: [{ name: 'app', reference: 'fra.ocir.io/acme/app:current', imageId: imagesOf(store)[0]?.id, isRunning: true }],
    });
    expect(checked.findings).toEqual([]);
  });

  it('finds the standby in order with the same image under its own region’s name, though nothing runs there', () => {
    expect(diff()).toEqual([]);
  });

  it('finds a file that was shipped to production only, and one that is another', () => {
    primary.deploy({ 'lib/new.jar': 'new', 'lib/app.jar': 'two' });
    expect(diff()).toEqual(['blocker artifacts/file-differs', 'blocker artifacts/file-missing-here']);
    standby.deploy({ 'lib/new.jar': 'new', 'lib/app.jar': 'two' });
  });

  it('finds what runs to be another image than its tag names, once a release was imported under the tag', () => {
    primary.podman('import', '--quiet', join(work, 'two.tar'), 'fra.ocir.io/acme/app:current');
    const { findings } = primary.check();
    expect(findings.map(({ code, subject }) => `${code} ${subject}`)).toEqual([
      'artifacts/container-outdated container app of podman (root)',
    ]);
    // The standby has what runs, so that its own tag is not behind yet.
    expect(diff()).toEqual([]);
  });

  it('finds the standby behind, once the container is made of that release', () => {
    primary.podman('rm', '--force', '--time', '0', 'app');
    primary.podman('create', '--name', 'app', 'fra.ocir.io/acme/app:current', '/bin/busybox', 'true');
    expect(diff()).toEqual(['blocker artifacts/image-differs']);
  });

  it('knows an image that was saved there and loaded here for the same contents under another digest', () => {
    const carried = join(work, 'carried.tar');
    primary.podman('save', '--quiet', '--output', carried, 'fra.ocir.io/acme/app:current');
    standby.podman('load', '--quiet', '--input', carried);
    standby.podman('tag', 'fra.ocir.io/acme/app:current', 'zrh.ocir.io/acme/app:current');
    standby.podman('untag', 'fra.ocir.io/acme/app:current', 'fra.ocir.io/acme/app:current');
    expect(diff()).toEqual(['warning artifacts/image-other-digest']);
  });

  it('finds the image missing, once it is removed', () => {
    standby.podman('rmi', '--force', 'zrh.ocir.io/acme/app:current');
    expect(diff()).toEqual(['blocker artifacts/image-missing']);
  });
});

it('what the capture unit leaves tells the agent’s own user the same', async () => {
  const spool = join(work, 'spool');
  mkdirSync(spool);
  const unit = readFileSync(join(packaging, 'understudy-capture-podman.service'), 'utf8');
  const commands = [...unit.matchAll(/^ExecStart=\/usr\/lib\/understudy\/capture (.+)$/gm)].map(([, command]) => command!);
  expect(commands).toHaveLength(2);
  for (const command of commands) primary.run('sh', '-c', `UNDERSTUDY_SPOOL='${spool}' '${join(packaging, 'capture')}' ${command}`);
  const folder = '/var/spool/understudy';
  const machine = await recordedMachine({
    now: new Date().toISOString(),
    commands: [{ argv: ['podman', '--version'], stdout: 'podman version 4.3.1\n' }],
    files: {
      '/proc/self/status': 'Uid:\t998\t998\t998\t998\n',
      [`${folder}/podman-images.capture`]: readFileSync(join(spool, 'podman-images.capture')),
      [`${folder}/podman-containers.capture`]: readFileSync(join(spool, 'podman-containers.capture')),
    },
  });
  const seen = await look(machine);
  const direct = storeIn(primary.check());
  expect(seen.facts.stores[0]?.images).toMatchObject({ learntFrom: 'capture podman-images', list: imagesOf(direct) });
  expect(seen.facts.stores[0]?.containers).toMatchObject({ list: direct.containers.seen ? direct.containers.list : [] });
  expect(codes(alone(seen))).toEqual([]);
});

interface Site {
  readonly folder: string;
  run(...argv: readonly [string, ...string[]]): string;
  podman(...argv: readonly string[]): string;
  /** Path below what is deployed to content. */
  deploy(files: Readonly<Record<string, string>>): void;
  check(): CheckDocument;
  /** A recorded machine, made anew only where something was done since. */
  record(): string;
  close(): void;
}

let recordings = 0;

/** A mount namespace with a store of its own; `like` gives the images that it begins with, as if both had pulled them. */
async function openSite(region: string, role: 'primary' | 'standby', like?: Site): Promise<Site> {
  const folder = join(work, region);
  for (const name of ['lib', 'etc', 'deployed']) mkdirSync(join(folder, name), { recursive: true });
  if (existsSync('/etc/containers')) cpSync('/etc/containers', join(folder, 'etc'), { recursive: true });
  if (like !== undefined) cpSync(join(like.folder, 'lib'), join(folder, 'lib'), { recursive: true, verbatimSymlinks: true });
  writeFileSync(
    join(folder, 'etc/storage.conf'),
    '[storage]\ndriver = "vfs"\ngraphroot = "/var/lib/containers/storage"\nrunroot = "/run/containers/storage"\n',
  );
  const node = { name: `app1-${region}`, role, group: 'app', twin: 'app1', site: { tokens: { region } } };
  const settings = { containers: { runtimes: ['podman'] }, trees: [{ path: deployed }] };
  const config = join(folder, 'agent.yaml');
  writeFileSync(config, stringify({ node, discover: false, checks: { artifacts: { settings } } }));
  const { namespace, run } = await ownMounts(folder);
  const understudy = (...argv: readonly string[]) => run(program, ...argv);
  let recorded: string | null = null;
  const deploy = (files: Readonly<Record<string, string>>): void => {
    recorded = null;
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(folder, 'deployed', path, '..'), { recursive: true });
      writeFileSync(join(folder, 'deployed', path), text);
    }
  };
  deploy({ 'lib/app.jar': 'one' });
  return {
    folder,
    run,
    podman: (...argv) => {
      recorded = null;
      return run('podman', ...argv);
    },
    deploy,
    check: () => JSON.parse(understudy('check', 'artifacts', '--alone', '--config', config, '--format', 'json')) as CheckDocument,
    record: () => {
      if (recorded !== null) return recorded;
      recordings += 1;
      const at = join(work, `recording-${recordings}`);
      understudy('record', at, '--config', config);
      recorded = at;
      return at;
    },
    close: () => {
      run('podman', 'rm', '--all', '--force', '--time', '0');
      namespace.kill('SIGKILL');
    },
  };
}

/** crun takes no mixture of both versions of cgroups, so that one is mounted over them here. */
const mounts = `
set -e
mkdir -p /var/lib/containers /run/containers /run/libpod /etc/containers
mount --bind "$1/lib" /var/lib/containers
mount --bind "$1/etc" /etc/containers
mount --bind "$1/deployed" "$2"
mount -t tmpfs tmpfs /run/containers
mount -t tmpfs tmpfs /run/libpod
umount -R /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
echo ready
exec sleep 900
`;

async function ownMounts(folder: string): Promise<{ readonly namespace: ChildProcess; readonly run: Site['run'] }> {
  const namespace = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', mounts, 'sh', folder, deployed], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((done, fail) => {
    namespace.stdout!.once('data', () => done());
    namespace.once('exit', (code) => fail(new Error(`the namespace ended with ${code}`)));
  });
  const enter = ['--target', String(namespace.pid), '--mount', '--wd=/', '--'];
  // A finding is no failure: only what is printed counts.
  const run: Site['run'] = (...argv) => {
    try {
      return execFileSync('nsenter', [...enter, ...argv], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
    } catch (error) {
      const { status, stdout, stderr } = error as { status: number | null; stdout: string; stderr: string };
      if (argv[0] === program && status !== null && status < 3) return stdout;
      throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}${stdout}`);
    }
  };
  return { namespace, run };
}

/** Severity and code of everything that counts, of the standby beside the primary. */
function diff(): readonly string[] {
  const [there, here] = [primary.record(), standby.record()];
  const document = JSON.parse(standby.run(program, 'diff', there, here, '--format', 'json')) as CheckDocument;
  return document.findings
    .filter(({ severity, code }) => severity !== 'note' && code !== 'artifacts/container-outdated')
    .map(({ severity, code }) => `${severity} ${code}`)
    .sort();
}

function storeIn({ observations }: CheckDocument): Store {
  const outcome = observations[0]!.outcome as { readonly facts: ArtifactsFacts };
  return outcome.facts.stores[0]!;
}

const imagesOf = ({ images }: Store): readonly Image[] => (images.seen ? images.list : []);

function archive(content: string): void {
  const folder = join(work, `image-${content}`);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  cpSync('/bin/busybox', join(folder, 'bin/busybox'));
  writeFileSync(join(folder, 'release'), content);
  execFileSync('tar', ['-C', folder, '-cf', join(work, `${content}.tar`), '.']);
}
