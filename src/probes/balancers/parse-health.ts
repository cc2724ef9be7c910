// Reads the health of a backend set as its balancer sees it.
// https://docs.oracle.com/en-us/iaas/api/#/en/loadbalancer/latest/BackendSetHealth/
import { textIn, textsIn } from '../../formats/oci.ts';
import type { BackendSet } from './facts.ts';

/** `OK`, `WARNING`, `CRITICAL`, `UNKNOWN`. */
export function readHealth(body: unknown): BackendSet['health'] {
  const status = textIn(body, 'status');
  if (status === null) return { kind: 'unseen', reason: 'unparsable', detail: 'getBackendSetHealth: no status in the answer' };
  return { kind: 'seen', status, failing: [...(textsIn(body, 'criticalStateBackendNames') ?? [])].sort() };
}
