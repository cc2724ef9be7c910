import { expect, test } from 'vitest';
import { withRunning } from './running.ts';
import type { Settings } from './settings.ts';

const settings = { inUse: ['shop/api:1'], ignore: [] } as unknown as Settings;
const machine = (...references: readonly unknown[]) => ({
  stores: [{ containers: { seen: true, list: references.map((reference) => ({ reference })) } }, { containers: { seen: false } }],
});

test('images of OCI’s registry that machines run are in use, whichever region they were pulled from', () => {
  const facts = [
    machine('iad.ocir.io/ns/shop/web:2', 'ocir.us-phoenix-1.oci.oraclecloud.com/ns/shop/web:3'),
    machine('iad.ocir.io/ns/shop/web:2'),
  ];
  expect(withRunning(settings, facts).inUse).toEqual(['shop/api:1', 'shop/web:2', 'shop/web:3']);
});

test('images of others, images without a tag, and what is no facts at all say nothing', () => {
  const facts = [
    machine('docker.io/library/nginx:1', 'iad.ocir.io/ns/shop/web', 'iad.ocir.io/ns/shop/web@sha256:00', null, 7),
    null,
    { stores: 'none' },
  ];
  expect(withRunning(settings, facts).inUse).toEqual(['shop/api:1']);
});
