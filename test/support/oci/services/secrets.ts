// Secret retrieval: the value itself.
// https://docs.oracle.com/en-us/iaas/api/#/en/secretretrieval/20190301/
import { notFound, ok } from '../answer.ts';
import type { Service } from '../service.ts';

export const secrets: Service = ({ method, path, world, permissions, principal }) => {
  if (method !== 'GET' || path[0] !== '20190301' || path[1] !== 'secretbundles' || path[2] === undefined) return null;
  const secret = world.secrets.find(({ id }) => id === path[2]);
  if (secret === undefined || !permissions.allows(principal.id, 'GetSecretBundle', secret.id)) return notFound();
  return ok({
    secretId: secret.id,
    versionNumber: 3,
    stages: ['CURRENT', 'LATEST'],
    secretBundleContent: { contentType: 'BASE64', content: Buffer.from(secret.value).toString('base64') },
  });
};
