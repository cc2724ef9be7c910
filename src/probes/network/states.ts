// What OCI calls the states of gateways, peerings and attachments (Oracle’s SDK, package oci-core). A word that is not among them, a newer
// one or another spelling, says neither that a thing works nor that it does not.
import type { Facts, GatewayFact } from './facts.ts';

/** `FAILED` is the word of other services: it leaves nothing open. */
const gatewayStates = new Set(['PROVISIONING', 'AVAILABLE', 'TERMINATING', 'TERMINATED', 'FAILED']);
const peeringStates = new Set(['INVALID', 'NEW', 'PEERED', 'PENDING', 'REVOKED']);
const attachmentStates = new Set(['ATTACHING', 'ATTACHED', 'DETACHING', 'DETACHED']);

/** A body without the field is no word that is not known. */
const isKnownState = (known: ReadonlySet<string>, state: string): boolean => state === '' || known.has(state);

export const isKnownPeering = (status: string | null): boolean => status !== null && peeringStates.has(status);

export const isKnownAttachment = ({ state }: Facts['drgAttachments'][number]): boolean => isKnownState(attachmentStates, state);

/** The word that is not known; null where all are. */
export function unclearStateOf({ kind, state, peering }: GatewayFact): string | null {
  if (!isKnownState(gatewayStates, state)) return state;
  return kind === 'localpeeringgateway' && !isKnownPeering(peering) ? (peering ?? 'its peering is not told') : null;
}

export const isClear = (gateway: GatewayFact): boolean => unclearStateOf(gateway) === null;

export const kindNames: Readonly<Record<GatewayFact['kind'], string>> = {
  internetgateway: 'internet gateway',
  natgateway: 'NAT gateway',
  servicegateway: 'service gateway',
  localpeeringgateway: 'local peering gateway',
};

export const subjectOf = ({ kind }: GatewayFact, name: string): string => `${kindNames[kind]} ${name}`;

/** Null for one that lets packets through, as far as is known. */
export function faultOf({ kind, state, isBlocked, isEnabled, peering }: GatewayFact): string | null {
  if (state !== 'AVAILABLE' && gatewayStates.has(state)) return `is ${state}`;
  if (isBlocked === true) return 'blocks all traffic';
  if (kind === 'internetgateway' && isEnabled === false) return 'is disabled';
  return kind === 'localpeeringgateway' && isKnownPeering(peering) && peering !== 'PEERED' ? `peering is ${peering}` : null;
}
