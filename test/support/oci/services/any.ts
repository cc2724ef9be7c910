// Every other GET: a document by its path.
import { notFound, ok } from '../answer.ts';
import type { Service } from '../service.ts';

export const any: Service = ({ method, path, world, permissions, principal }) => {
  const asked = `/${path.join('/')}`;
  const document = world.documents.get(asked);
  return method !== 'GET' || document === undefined || !permissions.allows(principal.id, 'Get', asked) ? notFound() : ok(document);
};
