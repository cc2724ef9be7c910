// Vault: what secrets there are, without their values.
// https://docs.oracle.com/en-us/iaas/api/#/en/secretmgmt/20180608/
import { invalidParameter, notFound, ok } from '../answer.ts';
import { page } from '../pages.ts';
import type { Asked, Service } from '../service.ts';
import type { Secret } from '../world.ts';

export const vault: Service = (asked) => {
  const { method, path } = asked;
  if (method !== 'GET' || path[0] !== '20180608' || path[1] !== 'secrets') return null;
  return path[2] === undefined ? list(asked) : one(path[2], asked);
};

function list({ query, world, permissions, principal }: Asked) {
  const compartmentId = query.get('compartmentId');
  if (compartmentId === null) return invalidParameter('compartmentId is missing');
  if (!permissions.allows(principal.id, 'ListSecrets', compartmentId)) return notFound();
  const is = (name: string, value: string): boolean => query.get(name) === null || query.get(name) === value;
  const found = world.secrets.filter(
    (secret) => secret.compartmentId === compartmentId && is('name', secret.name) && is('vaultId', secret.vaultId),
  );
  return page(found.map(summary), query, world, (entries) => entries);
}

function one(id: string, { world, permissions, principal }: Asked) {
  const secret = world.secrets.find((candidate) => candidate.id === id);
  return secret === undefined || !permissions.allows(principal.id, 'GetSecret', id) ? notFound() : ok(summary(secret));
}

const summary = ({ id, name, compartmentId, vaultId, lifecycleState }: Secret) => ({
  id,
  secretName: name,
  compartmentId,
  vaultId,
  lifecycleState,
  timeCreated: '2026-01-05T12:00:00.000Z',
});
