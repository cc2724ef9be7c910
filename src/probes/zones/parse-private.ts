// Reads the private half of DNS: resolvers of VCNs and the views that they look into.
// https://docs.oracle.com/en-us/iaas/api/#/en/dns/latest/Resolver/
import { flagIn, listIn, textIn, textsIn } from '../../formats/oci.ts';
import type { Facts, Forward, Resolver, SeenResolver } from './facts.ts';
import { plainHost, plainValue } from './parse-records.ts';

export const isGone = (body: unknown): boolean => ['DELETED', 'DELETING'].includes(textIn(body, 'lifecycleState') ?? '');

export function readView(body: unknown): Facts['views'][number] | null {
  const id = textIn(body, 'id');
  return id === null || isGone(body) ? null : { id, name: textIn(body, 'displayName') ?? id, isProtected: flagIn(body, 'isProtected') };
}

export function readResolverName(body: unknown): Omit<Resolver, 'content'> | null {
  const id = textIn(body, 'id');
  return id === null || isGone(body) ? null : { id, name: textIn(body, 'displayName') ?? id };
}

/** Null where views are not in the body: those it always has, and rules only where there are any. */
export function readResolver(body: unknown): SeenResolver['content'] | null {
  const views = listIn(body, 'attachedViews');
  const rules = listIn(body, 'rules') ?? [];
  if (views === null) return null;
  return {
    kind: 'seen',
    views: views.flatMap((one) => textIn(one, 'viewId') ?? []),
    defaultView: textIn(body, 'defaultViewId'),
    rules: rules.map(forwardOf),
    endpoints: (listIn(body, 'endpoints') ?? [])
      .filter((one) => textIn(one, 'lifecycleState') !== 'DELETED')
      .map(endpointOf)
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

const forwardOf = (body: unknown): Forward => ({
  action: textIn(body, 'action') ?? 'unknown',
  names: (textsIn(body, 'qnameCoverConditions') ?? []).map(plainHost).sort(),
  clients: [...(textsIn(body, 'clientAddressConditions') ?? [])].sort(),
  targets: (textsIn(body, 'destinationAddresses') ?? []).map(plainValue).sort(),
  endpoint: textIn(body, 'sourceEndpointName'),
});

const endpointOf = (body: unknown): SeenResolver['content']['endpoints'][number] => ({
  name: textIn(body, 'name') ?? '?',
  isForwarding: flagIn(body, 'isForwarding'),
  isListening: flagIn(body, 'isListening'),
  address: textIn(body, 'listeningAddress') ?? textIn(body, 'forwardingAddress'),
  state: textIn(body, 'lifecycleState'),
});
