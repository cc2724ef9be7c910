// Reads what OS Management Hub and the instance agent answer.
// Fields: https://docs.oracle.com/en-us/iaas/api/#/en/osmh/20220901/ManagedInstance and …/instanceagent/20180530/InstanceAgentPlugin
import { flagIn, numberIn, textIn, timeIn } from '../../formats/oci.ts';
import type { Figures, Plugins } from './facts.ts';

/** What a list says of a machine: neither kernel nor counts. */
export interface Listed {
  readonly name: string;
  readonly ocid: string;
  readonly compartment: string;
  readonly status: string;
}

/** Null for an entry that does not say which machine it is. */
export function readListed({ compartment, body }: { readonly compartment: string; readonly body: unknown }): Listed | null {
  const ocid = textIn(body, 'id');
  if (ocid === null) return null;
  return {
    name: textIn(body, 'displayName') ?? ocid,
    ocid,
    compartment: textIn(body, 'compartmentId') ?? compartment,
    status: textIn(body, 'status') ?? '',
  };
}

export interface Told {
  readonly status: string;
  /** Epoch milliseconds; null where it was not told. */
  readonly checkinAt: number | null;
  readonly figures: Figures;
}

export function readTold(body: unknown): Told {
  const securityUpdates = numberIn(body, 'securityUpdatesAvailable');
  return {
    status: textIn(body, 'status') ?? '',
    checkinAt: timeIn(body, 'timeLastCheckin'),
    figures: {
      kind: 'seen',
      kernel: textIn(body, 'osKernelVersion') || null,
      effective: textIn(body, 'kspliceEffectiveKernelVersion') || null,
      isWindows: /windows/i.test(textIn(body, 'osFamily') ?? ''),
      needsReboot: flagIn(body, 'isRebootRequired'),
      securityUpdates: securityUpdates === null || !Number.isSafeInteger(securityUpdates) ? null : securityUpdates,
    },
  };
}

/** Those that have to run. A list that names others and not one of these says that it is not there. */
export function readPlugins(bodies: readonly unknown[], wanted: readonly string[]): Plugins['plugins'] {
  const found = new Map(
    bodies.flatMap((body) => (textIn(body, 'name') === null ? [] : [[textIn(body, 'name'), textIn(body, 'status') ?? '']])),
  );
  if (found.size === 0) return { kind: 'silent' };
  return { kind: 'seen', list: [...wanted].sort().map((name) => ({ name, status: found.get(name) ?? 'not listed' })) };
}
