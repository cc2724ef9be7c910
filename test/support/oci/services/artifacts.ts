// Container registry: the images of a compartment.
// https://docs.oracle.com/en-us/iaas/api/#/en/registry/20160918/
import { invalidParameter, notFound } from '../answer.ts';
import { page } from '../pages.ts';
import type { Service } from '../service.ts';
import type { Image } from '../world.ts';

export const artifacts: Service = ({ method, path, query, world, permissions, principal }) => {
  if (method !== 'GET' || path.join('/') !== '20160918/container/images') return null;
  const compartmentId = query.get('compartmentId');
  if (compartmentId === null) return invalidParameter('compartmentId is missing');
  if (!permissions.allows(principal.id, 'ListContainerImages', compartmentId)) return notFound();
  const is = (name: string, value: string): boolean => query.get(name) === null || query.get(name) === value;
  const found = world.images.filter(
    (image) =>
      image.compartmentId === compartmentId &&
      is('repositoryName', image.repositoryName) &&
      is('lifecycleState', image.lifecycleState) &&
      is('version', image.version),
  );
  return page(found.map(summary), query, world, (items) => ({ items, remainingItemsCount: 0 }));
};

const summary = ({ compartmentId, repositoryName, version, digest, lifecycleState }: Image) => ({
  compartmentId,
  displayName: `${repositoryName}:${version}`,
  digest,
  id: `ocid1.containerimage.oc1.eu-frankfurt-1.0.examplens.${digest.slice(-12)}`,
  lifecycleState,
  repositoryId: 'ocid1.containerrepo.oc1.eu-frankfurt-1.0.examplens.examplerepository',
  repositoryName,
  timeCreated: '2026-01-05T12:00:00.000Z',
  version,
});
