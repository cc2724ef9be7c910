// Recorded pairs: what a standby is told beside its primary, and what it is not.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { alone, beside, codes, type Look, look, type Sites, type Written } from '../../../test/support/artifacts-look.ts';
import { container, digestOf, image, storeLook } from '../../../test/support/artifacts-stores.ts';
import type { Image } from './facts.ts';

const machines = join(import.meta.dirname, 'fixtures/machines');

/** A recorded machine brings its own settings. */
function lookAs(name: string): Promise<Look> {
  const file = parse(readFileSync(join(machines, name, 'files/etc/understudy/agent.yaml'), 'utf8')) as {
    checks: { artifacts: { settings: Written } };
  };
  return look(name, file.checks.artifacts.settings);
}

const sites: Sites = { standby: { tokens: { region: 'zrh' } }, primary: { tokens: { region: 'fra' } } };

describe('a standby with the same deployed', () => {
  it('from its own region’s registry, by either of the digests, running nothing, has only the lawfully stopped service noted', async () => {
    const standby = await lookAs('zrh-standby-good');
    expect(codes(alone(standby, 'standby'))).toEqual(['endpoint-stopped: billing']);
    expect(beside(standby, await lookAs('fra-primary'), sites)).toEqual([]);
  });

  it('needs no site’s words to have its registry understood', async () => {
    expect(beside(await lookAs('zrh-standby-good'), await lookAs('fra-primary'))).toEqual([]);
  });

  it('and the primary has nothing to say of itself', async () => {
    expect(alone(await lookAs('fra-primary'), 'primary')).toEqual([]);
  });
});

describe('a standby to which the last release was not shipped', () => {
  it('is told every part of it, once a tree', async () => {
    const standby = await lookAs('zrh-standby-behind');
    expect(codes(beside(standby, await lookAs('fra-primary'), sites))).toEqual([
      'endpoint-older: billing',
      'file-access-differs: /usr/local/bin/billing',
      'file-differs: /opt/billing/lib',
      'file-differs: /usr/local/bin/billing',
      'file-missing-here: /opt/billing/lib',
      'file-missing-here: /opt/billing/plugins/*.jar',
      'file-only-here: /opt/billing/lib',
      'image-differs: fra.ocir.io/acme/billing:current in podman (root)',
      'image-not-comparable: fra.ocir.io/acme/worker:1.4 in podman (root)',
      'images-only-here: images only in the standby’s podman (root)',
      'other-tag-missing: other tags in podman (root)',
      'package-missing-here: billing-plugins',
      'package-newer: billing-tools',
      'package-older: billing-server',
      'unused-image-differs: docker.io/library/httpd:latest in podman (root)',
    ]);
  });

  it('is held against its manifest even without a primary', async () => {
    const said = alone(await lookAs('zrh-standby-behind'), 'standby');
    expect(codes(said)).toEqual([
      'file-missing: /opt/billing/plugins/*.jar',
      'manifest-item-differs: /usr/local/bin/billing',
      'manifest-item-differs: billing',
      'manifest-item-differs: billing-server',
      'manifest-item-missing: fra.ocir.io/acme/billing:2.1.0',
      'package-missing: billing-plugins',
    ]);
    expect(said.find(({ subject }) => subject === 'billing-server')).toMatchObject({ expected: '2.1.0', actual: '2.0.3-1.el9' });
  });
});

describe('a standby that lacks a runtime and half of the settings', () => {
  it('is told of the store, and of what nobody looks at', async () => {
    const said = beside(await lookAs('zrh-standby-bare'), await lookAs('fra-primary'), sites);
    expect(codes(said)).toEqual([
      'not-watched-here: /opt/billing/lib',
      'not-watched-here: /opt/billing/plugins/*.jar',
      'not-watched-here: billing',
      'not-watched-here: billing-plugins',
      'not-watched-here: billing-tools',
      'store-missing-here: podman (root)',
    ]);
    expect(said.find(({ code }) => code === 'artifacts/store-missing-here')?.expected).not.toContain('podman-pause');
  });

  it('says that its manifest is missing', async () => {
    expect(codes(alone(await lookAs('zrh-standby-bare'), 'standby'))).toEqual(['manifest-unusable: /etc/understudy/manifest.yaml']);
  });
});

describe('a running container', () => {
  it.each([
    ['fra-primary-retagged', 'container billing of podman (root)', 'fra.ocir.io/acme/billing:current'],
    ['docker-retagged', 'container shop of docker', 'registry.example.com/shop:latest'],
  ])('in %s is made of another image than its tag names now', async (machine, subject, tag) => {
    const said = alone(await look(machine)).filter(({ code }) => code === 'artifacts/container-outdated');
    expect(said).toMatchObject([{ subject, severity: 'warning' }]);
    expect(said[0]?.expected).toContain(`made of what ${tag} names: sha256:`);
    expect(said[0]?.actual).toMatch(/^made of sha256:[0-9a-f]{12}$/);
    expect(said[0]?.remedy).toContain(` tag `);
  });

  it('that is stopped, or was started by a digest, is no such finding', async () => {
    const digest = digestOf('app');
    const images = [image('old', [], [digest]), image('new', ['r.example.com/app:1'])];
    const stopped = await storeLook(images, [container('web', 'r.example.com/app:1', 'old', false)]);
    const pinned = await storeLook(images, [container('web', `r.example.com/app@${digest}`, 'old')]);
    expect([...alone(stopped), ...alone(pinned)]).toEqual([]);
  });

  it('whose tag names nothing any more, or whose image is gone, is one', async () => {
    const untagged = await storeLook([image('old', [])], [container('web', 'r.example.com/app:1', 'old')]);
    const gone = await storeLook([], [container('web', 'r.example.com/app:1', 'old')]);
    const nameless = await storeLook([image('old', [], [])], [container('web', null, 'old')]);
    for (const one of [untagged, gone, nameless]) expect(codes(alone(one))).toEqual(['container-outdated: container web of podman (root)']);
  });

  it('of a repository that the manifest names has to be what it names there', async () => {
    const base = await storeLook([image('one', ['r.example.com/app:1'])], [container('web', 'r.example.com/app:1', 'one')]);
    const wanting = (name: string, digests: string[]): Look => ({
      ...base,
      facts: { ...base.facts, manifest: { kind: 'read', images: [{ name, digests }], files: [], packages: [], endpoints: [] } },
    });
    expect(codes(alone(wanting('elsewhere.example.com/app:1', [digestOf('one')])))).toEqual([]);
    expect(codes(alone(wanting('r.example.com/app:1', [])))).toEqual([]);
    expect(codes(alone(wanting('r.example.com/app:1', [digestOf('two')])))).toEqual([
      'manifest-item-differs: container web of podman (root)',
      'manifest-item-differs: r.example.com/app:1',
    ]);
    expect(codes(alone(wanting('r.example.com/app:2', [])))).toEqual([
      'manifest-item-differs: container web of podman (root)',
      'manifest-item-missing: r.example.com/app:2',
    ]);
  });
});

describe('an image of the primary', () => {
  const used = [container('web', 'r.example.com/app:1', 'one')];

  it.each<[string, readonly Image[], readonly string[]]>([
    ['is the same by any of its digests', [image('other id', ['r.example.com/app:1'], [digestOf('x'), digestOf('one')])], []],
    ['is the same from another registry', [image('one', ['q.example.com/app:1'])], []],
    ['is another one with another digest', [image('two', ['r.example.com/app:1'])], ['image-differs']],
    ['has another digest for the same contents', [image('one', ['r.example.com/app:1'], [digestOf('x')])], ['image-other-digest']],
    ['is the same by its id alone where nothing has a digest', [image('one', ['r.example.com/app:1'], [])], ['image-without-digest']],
    ['is not known to be the same without a digest', [image('two', ['r.example.com/app:1'], [])], ['image-not-comparable']],
    ['is missing', [], ['image-missing']],
    ['is missing where another tag is there', [image('two', ['r.example.com/app:2'])], ['image-missing', 'images-only-here']],
    ['is missing under its name where another name has it', [image('one', ['r.example.com/web:1'])], ['image-missing', 'images-only-here']],
  ])('that is used %s', async (_, here, expected) => {
    const primary = await storeLook([image('one', ['r.example.com/app:1'])], used);
    const said = beside(await storeLook(here, []), primary);
    expect(said.map(({ code }) => code.replace('artifacts/', '')).sort()).toEqual(expected);
  });

  describe('that runs while its tag names another one by now', () => {
    const old = image('old', []);
    const anew = image('new', ['r.example.com/app:1']);
    const runsOld = [container('web', 'r.example.com/app:1', 'old')];
    const subject = 'r.example.com/app:1 in podman (root)';

    it.each<[string, readonly Image[], readonly Image[], readonly string[]]>([
      ['is in order where the standby’s tag names what runs', [old, anew], [image('old', ['q.example.com/app:1'])], []],
      ['is missing where only the newer one is here', [old, anew], [anew], [`image-missing: ${subject}`]],
      ['is missing where it is gone from the primary’s store as well', [anew], [anew], [`image-missing: ${subject}`]],
      ['is missing where nothing is here', [old, anew], [], [`image-missing: ${subject}`]],
      ['is here without its name', [old, anew], [old, anew], [`image-named-anew: ${subject}`]],
      ['is here without its name, and gone there', [anew], [old, anew], [`image-named-anew: ${subject}`]],
      [
        'is another one where the name means a third',
        [old, anew],
        [old, image('third', ['r.example.com/app:1'])],
        [`image-differs: ${subject}`],
      ],
      [
        'is not known where that third may be the one that is gone',
        [anew],
        [image('third', ['r.example.com/app:1'])],
        [`image-not-comparable: ${subject}`],
      ],
      ['is missing without a name on either side', [image('old', [], []), anew], [anew], [`image-missing: ${subject}`]],
    ])('%s', async (_, there, here, expected) => {
      expect(codes(beside(await storeLook(here, []), await storeLook(there, runsOld)))).toEqual(expected);
    });

    it('is told as what it is, also where it is gone from the primary’s store or has no digest', async () => {
      const expectedOf = async (there: readonly Image[]) => beside(await storeLook([], []), await storeLook(there, runsOld))[0]?.expected;
      expect(await expectedOf([anew])).toMatch(/^an image that the primary’s own store has no more \(id [0-9a-f]{12}\) \(container web/);
      expect(await expectedOf([image('old', [], []), anew])).toMatch(
        /^an image without a repository digest \(id [0-9a-f]{12}\) \(container/,
      );
      const [outdated] = alone(await storeLook([image('old', [], []), anew], runsOld));
      expect(outdated?.actual).toMatch(/^made of an image without a repository digest \(id [0-9a-f]{12}\)$/);
    });

    it('is said together with what the tag names', async () => {
      const [said] = beside(await storeLook([anew], []), await storeLook([old, anew], runsOld));
      expect(said?.expected).toContain('the tag names another one by now');
      expect(said?.actual).toContain('under this name is what the primary’s tag names now: sha256:');
    });

    it('is needed beside the newer one where both run', async () => {
      const both = [...runsOld, container('web2', 'r.example.com/app:1', 'new')];
      const primary = await storeLook([old, anew], both);
      expect(codes(beside(await storeLook([anew], []), primary))).toEqual([`image-missing: ${subject}`]);
      expect(codes(beside(await storeLook([image('old', ['r.example.com/app:1'])], []), primary))).toEqual([`image-differs: ${subject}`]);
      expect(codes(beside(await storeLook([], []), primary))).toEqual([`image-missing: ${subject}`]);
    });

    it('may be either where the container is stopped', async () => {
      const stopped = [container('web', 'r.example.com/app:1', 'old', false)];
      const primary = await storeLook([old, anew], stopped);
      for (const one of ['old', 'new']) expect(beside(await storeLook([image(one, ['r.example.com/app:1'])], []), primary)).toEqual([]);
    });
  });

  it('that is here by another name, or by none, is told so', async () => {
    const primary = await storeLook([image('one', ['r.example.com/app:1'])], used);
    const actualOf = async (names: readonly string[]) => beside(await storeLook([image('one', names)], []), primary)[0]?.actual;
    expect(await actualOf([])).toBe('its image is here, and has no name');
    expect(await actualOf(['r.example.com/app:2'])).toBe('its image is here, as r.example.com/app:2 only');
  });

  it('that was started by its digest is looked for by it', async () => {
    const pinned = `r.example.com/app@${digestOf('one')}`;
    const primary = await storeLook([image('one', [])], [container('web', pinned, 'one')]);
    expect(beside(await storeLook([image('one', ['whatever.example.com/app:9'])], []), primary).map(({ severity }) => severity)).toEqual([
      'note',
    ]);
    expect(codes(beside(await storeLook([image('two', [])], []), primary))).toEqual([`image-missing: ${pinned} in podman (root)`]);
  });

  it('that no container uses is a warning; where its repository is used, a note', async () => {
    const primary = await storeLook(
      [image('one', ['r.example.com/app:1']), image('two', ['r.example.com/app:2']), image('batch', ['r.example.com/batch:1'])],
      used,
    );
    const standby = await storeLook([image('one', ['r.example.com/app:1'])], []);
    expect(beside(standby, primary).map(({ code, severity }) => [code, severity])).toEqual([
      ['artifacts/unused-image-missing', 'warning'],
      ['artifacts/other-tag-missing', 'note'],
    ]);
  });

  it('that the settings want is a blocker without any container, and one that they ignore is nothing', async () => {
    const primary = await storeLook([image('batch', ['r.example.com/batch:1'])], []);
    expect(codes(beside(await storeLook([], [], { containers: { wanted: ['batch:*'] } }), primary))).toEqual(['image-missing: batch:*']);
    expect(beside(await storeLook([], [], { containers: { ignore: ['batch'] } }), primary)).toEqual([]);
  });

  it('counts as used where the primary’s containers are not seen', async () => {
    const primary = await storeLook([image('batch', ['r.example.com/batch:1'])], null);
    expect(codes(beside(await storeLook([], []), primary))).toEqual([
      'image-missing: r.example.com/batch:1 in podman (root)',
      'primary-part-unseen: primary’s containers of podman (root)',
    ]);
  });

  it('is not known where the primary’s store is not seen, which is said', async () => {
    const primary = await look('fra-primary', { containers: { users: ['app'] } });
    const unseen = { ...primary, facts: { ...primary.facts, stores: primary.facts.stores.filter(({ owner }) => owner === 'app') } };
    expect(codes(beside(await storeLook([], []), unseen))).toEqual(['primary-part-unseen: primary’s podman (app)']);
  });

  it('that podman makes for its pods does not count', async () => {
    const primary = await storeLook([image('pause', ['localhost/podman-pause:4.9.4-0'])], []);
    expect(beside(await storeLook([], []), primary)).toEqual([]);
  });
});

it('an image that the settings want and nobody has is a finding by itself, unless a store is not seen', async () => {
  const wanted = { containers: { wanted: ['acme/batch'] } };
  expect(codes(alone(await storeLook([], [], wanted)))).toEqual(['wanted-image-missing: acme/batch']);
  expect(codes(alone(await look('captured', wanted)))).toEqual(['store-unseen: podman (billing)']);
});
