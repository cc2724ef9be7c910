// Looks at the container stores of recorded machines: whose they are, by whose word, and what could not be seen.
import { describe, expect, it } from 'vitest';
import { alone, codes, look, named, outcomeOf } from '../../../../test/support/artifacts-look.ts';
import { recordedMachine } from '../../../../test/support/recorded.ts';
import type { Store } from '../facts.ts';

const storeOf = (stores: readonly Store[], runtime: string, owner = 'root'): Store | undefined =>
  stores.find((store) => store.runtime === runtime && store.owner === owner);

describe('podman', () => {
  it('tells images under all their names and digests, and what each container is made of', async () => {
    const { facts } = await look('fra-primary');
    const store = storeOf(facts.stores, 'podman')!;
    expect(store.images).toMatchObject({ seen: true, learntFrom: 'podman images' });
    const [current] = store.images.seen ? store.images.list.filter(({ names }) => names.includes('fra.ocir.io/acme/billing:current')) : [];
    expect(current?.digests).toHaveLength(2);
    expect(store.containers).toMatchObject({
      seen: true,
      list: [
        { name: 'billing', reference: 'fra.ocir.io/acme/billing:current', imageId: current?.id, isRunning: true },
        { name: 'worker', isRunning: false },
      ],
    });
  });

  it('is asked for root by the captures, where the agent’s user looks, and for each user by theirs', async () => {
    const { facts, readings } = await look('captured');
    expect(facts.stores.map(({ owner, images, containers }) => [owner, images.seen, containers.seen])).toEqual([
      ['root', true, true],
      ['billing', false, false],
      ['opc', true, true],
    ]);
    expect(readings).toContainEqual({ name: 'captureAgeMinutes', subject: 'podman-images', value: 10 });
    expect(readings).toContainEqual({ name: 'captureAgeMinutes', subject: 'podman-opc/podman-images', value: 10 });
  });

  it('of a user who runs containers and whose store nobody shows is a finding with the unit to enable', async () => {
    const [said] = alone(await look('captured'));
    expect(said).toMatchObject({ code: 'artifacts/store-unseen', subject: 'podman (billing)', severity: 'warning' });
    expect(said?.remedy).toContain('$ sudo systemctl enable --now understudy-capture-podman@billing.timer');
  });

  it('of a user who is named and not captured is unseen, also where nothing of theirs runs', async () => {
    const { facts } = await look('captured', { containers: { users: ['app'] } });
    expect(storeOf(facts.stores, 'podman', 'app')?.images).toMatchObject({ seen: false, reason: 'denied' });
  });

  it.each([
    ['captured-stale', 'unreadable', 'older than 1h'],
    ['not-captured', 'denied', 'only root may ask podman'],
  ])('in %s is unseen, never without images', async (machine, reason, detail) => {
    const outcome = await outcomeOf(machine);
    expect(outcome).toMatchObject({ kind: 'unseen', reason, detail: expect.stringContaining(detail) });
  });

  it('is not asked by another user than the store’s: that would show, and make, a store of their own', async () => {
    const machine = await recordedMachine({
      commands: [
        { argv: ['podman', '--version'], stdout: 'podman version 4.9.4\n' },
        { argv: ['podman', 'images', '--format', 'json'], stdout: '[]\n' },
        { argv: ['podman', 'ps', '--all', '--format', 'json'], stdout: '[]\n' },
      ],
      files: {
        '/proc/self/status': 'Uid:\t998\t998\t998\t998\n',
        '/etc/passwd': 'understudy:x:998:996::/var/lib/understudy:/bin/false\n',
        '/var/lib/containers/storage/storage.lock': '',
      },
    });
    expect(await outcomeOf(machine)).toMatchObject({ kind: 'unseen', reason: 'denied' });
  });

  it('that root never used has no store, and where it may have one behind a closed folder it is unseen', async () => {
    const asUser = async (files: Readonly<Record<string, string>>, denied: readonly string[] = []) =>
      outcomeOf(
        await recordedMachine({
          commands: [{ argv: ['podman', '--version'], stdout: 'podman version 4.9.4\n' }],
          files: { '/proc/self/status': 'Uid:\t998\t998\t998\t998\n', ...files },
          denied,
        }),
      );
    expect(await asUser({})).toMatchObject({ kind: 'absent' });
    expect(await asUser({ '/var/lib/containers/x': '' }, ['/var/lib/containers'])).toMatchObject({ kind: 'unseen' });
    const elsewhere = { '/etc/containers/storage.conf': '[storage]\ngraphroot = "/data/containers"\n' };
    expect(await asUser({ ...elsewhere, '/data/containers/x': '' })).toMatchObject({ kind: 'unseen' });
    expect(await asUser(elsewhere)).toMatchObject({ kind: 'absent' });
  });

  it('of a user who has no number in the agent’s namespace is found by the slice that their containers run in', async () => {
    const machine = await recordedMachine({
      commands: [{ argv: ['podman', '--version'], stdout: 'podman version 4.9.4\n' }],
      processes: [{ pid: 77, parentPid: 1, uid: 65_534, command: 'conmon', argv: [] }],
      files: {
        '/proc/self/status': 'Uid:\t998\t998\t998\t998\n',
        '/etc/passwd': 'opc:x:1000:1000::/home/opc:/bin/bash\n',
        '/proc/77/cgroup': '0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-conmon-1.scope\n',
        '/opt/x': '',
      },
    });
    expect(codes(alone(await look(machine, { files: ['/opt/x'] })))).toEqual(['store-unseen: podman (opc)']);
  });

  it('of a user whom nothing tells is one of those that are seen, or is nobody’s', async () => {
    const conmon = { processes: [{ pid: 77, parentPid: 1, uid: 65_534, command: 'conmon', argv: [] }] };
    const machine = await recordedMachine({ ...conmon, files: { '/opt/x': '' } });
    expect(codes(alone(await look(machine, { files: ['/opt/x'] })))).toEqual(['store-unseen: podman (a user who is not told)']);
    expect(codes(alone(await look(machine, { files: ['/opt/x'], containers: { users: ['app'] } })))).toEqual([
      'store-unseen: podman (app)',
    ]);
  });

  it('of another generation is asked in other words', async () => {
    const line = '{"Id":"{{.ID}}","ImageID":"{{.ImageID}}","Image":"{{.Image}}","Status":"{{.Status}}","Names":"{{.Names}}"}';
    const machine = await recordedMachine({
      commands: [
        { argv: ['podman', 'images', '--format', 'json'], stdout: '[]\n' },
        {
          argv: ['podman', 'ps', '--all', '--no-trunc', '--format', line],
          exit: 125,
          stderr: "Error: template: list:1:20: can't evaluate field ImageID in type",
        },
        { argv: ['podman', 'ps', '--all', '--format', 'json'], stdout: '[]\n' },
      ],
    });
    expect((await look(machine)).facts.stores[0]?.containers).toMatchObject({ seen: true });
  });

  it('shows whoever looks their own store beside root’s, where they have one', async () => {
    const machine = await recordedMachine({
      commands: [
        { argv: ['podman', '--version'], stdout: 'podman version 4.9.4\n' },
        { argv: ['podman', 'images', '--format', 'json'], stdout: '[]\n' },
        { argv: ['podman', 'ps', '--all', '--format', 'json'], stdout: '[]\n' },
      ],
      files: {
        '/proc/self/status': 'Uid:\t1000\t1000\t1000\t1000\n',
        '/etc/passwd': 'opc:x:1000:1000::/home/opc:/bin/bash\n',
        '/home/opc/.local/share/containers/storage/storage.lock': '',
        '/var/lib/containers/storage/storage.lock': '',
      },
    });
    const { facts } = await look(machine);
    expect(facts.stores.map(({ owner, images }) => [owner, images.seen])).toEqual([
      ['root', false],
      ['opc', true],
    ]);
  });

  it('without an answer about containers has its images seen, and says what is not', async () => {
    const machine = await recordedMachine({ commands: [{ argv: ['podman', 'images', '--format', 'json'], stdout: '[]\n' }] });
    expect(codes(alone(await look(machine)))).toEqual(['store-unseen: containers of podman (root)']);
  });

  it('that prints nothing, an error or something else is unseen', async () => {
    for (const stdout of ['', 'Error: cannot open store\n', '{"a": 1}']) {
      const machine = await recordedMachine({ commands: [{ argv: ['podman', 'images', '--format', 'json'], stdout }] });
      expect(await outcomeOf(machine)).toMatchObject({ kind: 'unseen', reason: 'unparsable' });
    }
  });
});

describe('docker', () => {
  it('with its daemon down is unseen, not without images', async () => {
    expect(await outcomeOf('docker-daemon-down')).toMatchObject({
      kind: 'unseen',
      reason: 'unreadable',
      detail: expect.stringContaining('may not be running'),
    });
  });

  it('names the image of a container whose tag has moved on only when it is inspected', async () => {
    const { facts } = await look('docker-retagged');
    const { containers } = storeOf(facts.stores, 'docker')!;
    expect(containers.seen && containers.list.find(({ name }) => name === 'shop')).toMatchObject({
      reference: 'registry.example.com/shop:latest',
      isRunning: true,
    });
  });

  it('that may not be asked is seen by its captures', async () => {
    const denied = 'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock';
    const [id, image] = ['f'.repeat(64), 'a'.repeat(64)];
    const row = JSON.stringify({ ID: `sha256:${image}`, Repository: 'shop', Tag: 'latest', Digest: `sha256:${'d'.repeat(64)}` });
    const machine = await recordedMachine({
      commands: [
        { argv: ['docker', 'images', '--digests', '--no-trunc', '--format', '{{json .}}'], exit: 1, stderr: denied },
        { argv: ['docker', 'ps', '--all', '--no-trunc', '--format', 'json'], exit: 1, stderr: denied },
      ],
      files: {
        '/var/spool/understudy/docker-images.capture': capture(`${row}\n`),
        '/var/spool/understudy/docker-containers.capture': capture(
          `${JSON.stringify({ ID: id, Image: `sha256:${image}`, Status: 'Up 1 hour', Names: 'web' })}\n`,
        ),
        '/var/spool/understudy/docker-references.capture': capture(`${id} sha256:${image} shop:1\n`),
      },
    });
    const { facts } = await look(machine);
    expect(storeOf(facts.stores, 'docker')).toMatchObject({
      images: { seen: true, learntFrom: 'capture docker-images' },
      containers: { seen: true, list: [{ name: 'web', reference: 'docker.io/library/shop:1', imageId: image }] },
    });
  });

  it('with nothing at all in it is believed only together with the daemon’s version', async () => {
    const images = { argv: ['docker', 'images', '--digests', '--no-trunc', '--format', '{{json .}}'], stdout: '' };
    const ps = { argv: ['docker', 'ps', '--all', '--format', 'json'], stdout: '' };
    const version = { argv: ['docker', 'version', '--format', '{{.Server.Version}}'], stdout: '28.2.2\n' };
    expect(await outcomeOf(await recordedMachine({ commands: [images, ps] }))).toMatchObject({ kind: 'unseen', reason: 'unparsable' });
    const { facts } = await look(await recordedMachine({ commands: [images, ps, version] }));
    expect(storeOf(facts.stores, 'docker')).toMatchObject({ images: { seen: true, list: [] }, containers: { seen: true, list: [] } });
  });

  it('that is podman under another name is left to podman', async () => {
    const machine = await recordedMachine({
      files: { '/usr/bin/docker': '#!/bin/sh\nexec /usr/bin/podman "$@"\n' },
      commands: [{ argv: ['docker', 'images', '--digests', '--no-trunc', '--format', '{{json .}}'], stdout: '[]\n' }],
    });
    expect(await outcomeOf(machine)).toMatchObject({ kind: 'absent' });
  });
});

describe('crictl', () => {
  it('tells images and containers of a Kubernetes node', async () => {
    const { facts } = await look('crictl-node');
    expect(storeOf(facts.stores, 'crictl')).toMatchObject({
      images: { seen: true, list: [{ names: ['docker.io/library/httpd:latest'] }] },
      containers: { seen: true, list: [{ name: 'web', reference: 'docker.io/library/httpd:latest', isRunning: true }] },
    });
  });

  it('may be left out', async () => {
    expect(await outcomeOf('crictl-node', { containers: { runtimes: ['podman', 'docker'] } })).toMatchObject({ kind: 'absent' });
  });
});

it('a machine with no runtime and nothing named has no artifacts', async () => {
  expect(await outcomeOf('nothing-deployed')).toMatchObject({ kind: 'absent' });
});

it('the same machine gives the same facts', async () => {
  expect((await look(await named('captured'))).facts).toEqual((await look(await named('captured'))).facts);
});

function capture(stdout: string): string {
  return `understudy-capture/1\nat: 2026-11-23T11:50:00Z\nargv: /usr/bin/docker\nexit: 0\nstdout: ${Buffer.byteLength(stdout)}\n\n${stdout}`;
}
