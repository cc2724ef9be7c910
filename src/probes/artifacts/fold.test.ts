// One cause is one problem: what follows from another finding is folded under it.
import { expect, it } from 'vitest';
import { beside, codes, countedBeside, type Look } from '../../../test/support/artifacts-look.ts';
import { container, digestOf, image, storeLook } from '../../../test/support/artifacts-stores.ts';

it('an image that the settings want, that the primary has and the standby not, is one blocker', async () => {
  const wanted = { containers: { wanted: ['acme/batch:*', 'acme/none'] } };
  const primary = await storeLook([image('one', ['r.example.com/acme/batch:1']), image('two', ['r.example.com/acme/batch:2'])], []);
  const standby = await storeLook([], [], wanted);
  expect(codes(beside(standby, primary))).toEqual([
    'image-missing: acme/batch:*',
    'image-missing: r.example.com/acme/batch:2 in podman (root)',
  ]);
  expect(countedBeside(standby, primary)).toEqual([
    'image-missing: acme/batch:*',
    'image-missing: r.example.com/acme/batch:2 in podman (root)',
    'wanted-image-missing: acme/none',
  ]);
});

it('a container of an image that the manifest wants otherwise, or missing, follows from the image', async () => {
  const own = await storeLook([image('one', ['r.example.com/app:1'])], [container('web', 'r.example.com/app:1', 'one')]);
  const asking = (name: string, content: string): Look => ({
    ...own,
    facts: {
      ...own.facts,
      manifest: { kind: 'read', images: [{ name, digests: [digestOf(content)] }], files: [], packages: [], endpoints: [] },
    },
  });
  expect(countedBeside(asking('r.example.com/app:1', 'two'), own)).toEqual(['manifest-item-differs: r.example.com/app:1']);
  expect(countedBeside(asking('r.example.com/app:2', 'two'), own)).toEqual(['manifest-item-missing: r.example.com/app:2']);
});

it('a container stands for itself where the image that the manifest wants is here', async () => {
  const images = [image('one', ['r.example.com/app:1']), image('two', ['r.example.com/app:2'])];
  const own = await storeLook(images, [container('web', 'r.example.com/app:1', 'one')]);
  const wanted = { name: 'r.example.com/app:2', digests: [digestOf('two')] };
  const asking: Look = {
    ...own,
    facts: { ...own.facts, manifest: { kind: 'read', images: [wanted], files: [], packages: [], endpoints: [] } },
  };
  expect(countedBeside(asking, own)).toEqual(['manifest-item-differs: container web of podman (root)']);
});
