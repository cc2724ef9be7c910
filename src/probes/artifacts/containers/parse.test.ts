// What the runtimes print, read from what they really printed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseContainers, parseInspected } from './containers-parse.ts';
import { parseImages } from './images-parse.ts';
import { fullName, isMeant, isSameId, nameInRegistry, parseReference } from './reference.ts';

const output = (name: string): string => readFileSync(join(import.meta.dirname, '../fixtures/outputs', name), 'utf8');

describe('images', () => {
  it('of podman 4.9 have their names in Names, and a digest that is not their id', () => {
    expect(parseImages(output('podman_4.9.json'))).toEqual([
      {
        id: '958373fdd7e8d15f3df0c9927bcb7d3b565afc6e3ebb1c141defd5341a72fb13',
        names: ['docker.io/library/httpd:latest'],
        digests: ['sha256:09cb4b94edaaa796522c545328b62e9a0db60315c7be9f2b4e02204919926405'],
      },
      {
        id: '087baf9d45a6b9706d4d8c1cec7db194c1b4ad80fda6c66af7b3a33e8927ee70',
        names: ['localhost/podman-pause:4.9.4-0'],
        digests: ['sha256:01fc5782d3463fadbc738a9367111cdcdbc75dba0a5c7c165f334e73f0b01c40'],
      },
    ]);
  });

  it('of docker are a line each, without a digest where it was not asked for or there is none', () => {
    expect(parseImages(output('docker_images.jsonl.txt'))).toEqual([
      { id: '5053b247d78b', names: ['docker.io/library/alpine:latest'], digests: [] },
      { id: '37f74891464b', names: ['docker.io/library/ubuntu:latest'], digests: [] },
    ]);
  });

  it('of crictl are in an object, with sizes as text', () => {
    expect(parseImages(output('crictl_images.json'))).toEqual([
      {
        id: '958373fdd7e8d15f3df0c9927bcb7d3b565afc6e3ebb1c141defd5341a72fb13',
        names: ['docker.io/library/httpd:latest'],
        digests: ['sha256:09cb4b94edaaa796522c545328b62e9a0db60315c7be9f2b4e02204919926405'],
      },
    ]);
  });

  it('without a name keep the repository that their digests are from', () => {
    const digest = `sha256:${'b'.repeat(64)}`;
    const known = [{ id: 'a'.repeat(64), names: [], digests: [digest], repositories: ['r.example.com/app'] }];
    const podman = [{ Id: 'a'.repeat(64), RepoTags: null, RepoDigests: [`r.example.com/app@${digest}`], Digest: digest }];
    const docker = { ID: `sha256:${'a'.repeat(64)}`, Repository: 'r.example.com/app', Tag: '<none>', Digest: digest };
    const crictl = { images: [{ id: `sha256:${'a'.repeat(64)}`, repoTags: [], repoDigests: [`r.example.com/app@${digest}`] }] };
    for (const printed of [podman, docker, crictl]) expect(parseImages(JSON.stringify(printed))).toEqual(known);
    const local = [{ Id: 'a'.repeat(64), RepoDigests: [], Digest: digest }];
    expect(parseImages(JSON.stringify(local))).toEqual([{ id: 'a'.repeat(64), names: [], digests: [digest] }]);
  });

  it('of an old podman are told in lower case', () => {
    const old = [
      { id: 'a'.repeat(64), names: ['localhost/app:1'], digest: `sha256:${'b'.repeat(64)}`, created: '2020-01-01T00:00:00Z', size: 1 },
    ];
    expect(parseImages(JSON.stringify(old))).toEqual([
      { id: 'a'.repeat(64), names: ['localhost/app:1'], digests: [`sha256:${'b'.repeat(64)}`] },
    ]);
  });

  it('with two names are one image, and a dangling one has none', () => {
    const row = (tag: string, digest: string) =>
      JSON.stringify({ ID: `sha256:${'a'.repeat(64)}`, Repository: 'r.example.com/app', Tag: tag, Digest: digest });
    const digest = `sha256:${'c'.repeat(64)}`;
    const [image, ...others] = parseImages([row('1', digest), row('<none>', '<none>'), row('latest', digest)].join('\n')) ?? [];
    expect(others).toEqual([]);
    expect(image).toEqual({ id: 'a'.repeat(64), names: ['r.example.com/app:1', 'r.example.com/app:latest'], digests: [digest] });
  });

  it.each([
    ['a table for people', output('podman_list_digests.txt')],
    ['what an error prints', 'Error: something went wrong\n'],
    ['half of the answer', output('podman_4.9.json').slice(0, 900)],
    ['other things', '[{"Id": "x"}]'],
    ['numbers', '[1, 2]'],
    ['an object of something else', '{"Version": "4.9.4"}'],
    ['a list that is none', '{"images": "many"}'],
  ])('are not %s', (_, text) => {
    expect(parseImages(text)).toBeNull();
  });
});

describe('containers', () => {
  it('of podman tell the image by name and id', () => {
    const row = {
      Id: 'f'.repeat(64),
      Image: 'localhost/app:latest',
      ImageID: 'a'.repeat(64),
      Names: ['web'],
      State: 'running',
      Status: 'Up 2 hours',
    };
    expect(parseContainers(JSON.stringify([row]))).toMatchObject([
      { name: 'web', reference: 'localhost/app:latest', imageId: 'a'.repeat(64), isRunning: true },
    ]);
  });

  it('of docker whose tag has moved on have an id in the name’s place', () => {
    const row = { ID: 'f'.repeat(64), Image: `sha256:${'a'.repeat(64)}`, Names: 'web', Status: 'Up 2 hours (healthy)' };
    expect(parseContainers(JSON.stringify(row))).toMatchObject([
      { name: 'web', reference: null, imageId: 'a'.repeat(64), isRunning: true },
    ]);
  });

  it.each([
    ['Exited (0) 3 hours ago', false],
    ['Created', false],
    ['Up 4 days (Paused)', true],
    ['CONTAINER_RUNNING', true],
    ['CONTAINER_EXITED', false],
  ])('that are %j run: %j', (Status, isRunning) => {
    expect(parseContainers(JSON.stringify([{ Id: 'f'.repeat(64), Image: 'app', Names: 'web', Status }]))).toMatchObject([{ isRunning }]);
  });

  it('of an older containerd tell the image by its digest', () => {
    const row = {
      id: 'f'.repeat(64),
      metadata: { name: 'web' },
      image: { image: 'docker.io/library/httpd:latest' },
      imageRef: `docker.io/library/httpd@sha256:${'b'.repeat(64)}`,
      state: 'CONTAINER_RUNNING',
    };
    expect(parseContainers(JSON.stringify({ containers: [row] }))).toMatchObject([
      { name: 'web', imageId: null, digest: `sha256:${'b'.repeat(64)}` },
    ]);
  });

  it('that are none are an empty list, and an error is not', () => {
    expect(parseContainers('')).toEqual([]);
    expect(parseContainers('[]')).toEqual([]);
    expect(parseContainers('{"containers": null}')).toEqual([]);
    expect(parseContainers('Error: no such thing\n')).toBeNull();
  });

  it('are inspected by a line each, or whole', () => {
    const [id, image] = ['f'.repeat(64), 'a'.repeat(64)];
    const found = [{ id, imageId: image, asked: 'shop:latest' }];
    expect(parseInspected(`${id} sha256:${image} shop:latest\n`)).toEqual(found);
    expect(
      parseInspected(JSON.stringify([{ Id: id, Image: `sha256:${image}`, Config: { Image: 'shop:latest', Env: ['PASSWORD=x'] } }])),
    ).toEqual(found);
    expect(parseInspected('Error: No such object: web\n')).toBeNull();
  });
});

describe('the name of an image', () => {
  it.each([
    ['httpd', 'docker.io/library/httpd:latest'],
    ['acme/app:1', 'docker.io/acme/app:1'],
    ['fra.ocir.io/acme/app:2.1', 'fra.ocir.io/acme/app:2.1'],
    ['localhost:5000/app:1', 'localhost:5000/app:1'],
    ['localhost/app', 'localhost/app:latest'],
    [`r.example.com/app:1@sha256:${'a'.repeat(64)}`, `r.example.com/app@sha256:${'a'.repeat(64)}`],
  ])('%s is %s in full', (text, full) => {
    expect(fullName(parseReference(text)!)).toBe(full);
  });

  it.each(['a'.repeat(64), `sha256:${'a'.repeat(64)}`, 'abcdef012345', '', 'Not A Name', '<none>:<none>'])('is not %j', (text) => {
    expect(parseReference(text)).toBeNull();
  });

  it('is the same in the registries of two regions, but for the host', () => {
    expect(nameInRegistry('fra.ocir.io/acme/app:2.1')).toBe(nameInRegistry('zrh.ocir.io/acme/app:2.1'));
    expect(nameInRegistry('fra.ocir.io/acme/app:2.1')).not.toBe(nameInRegistry('fra.ocir.io/acme/app:2.2'));
  });

  it.each([
    ['acme/app', true],
    ['acme/app:2.*', true],
    ['fra.ocir.io/acme/*', true],
    ['*/app:2.1', true],
    ['app', false],
    ['acme/app:2', false],
  ])('is meant by %s: %j', (pattern, isOne) => {
    expect(isMeant('fra.ocir.io/acme/app:2.1', [pattern])).toBe(isOne);
  });

  it('has an id that may be cut, and never matches the empty one', () => {
    expect(isSameId('a'.repeat(64), 'a'.repeat(12))).toBe(true);
    expect(isSameId('a'.repeat(64), '')).toBe(false);
    expect(isSameId('a'.repeat(64), 'b'.repeat(64))).toBe(false);
  });
});
