// The port through which a region probe asks OCI: one region, and nothing but reading. Bodies come back as OCI wrote them; a folder of
// recorded bodies can stand behind the same port.
//
// Every question answers with a value, never with an exception, and ends early when the look is aborted.
import type { GetOperation, ListOperation } from './oci-operations.ts';
import type { UnseenReason } from './outcome.ts';

export interface Tenancy {
  /** Epoch milliseconds; the recorded instant for a recorded tenancy. */
  now(): number;
  readonly region: RegionNames;
  /** OCID of the tenancy, the root of its compartments; null where nobody told it. */
  readonly tenancyId: string | null;
  /** Every entry of a list, over all of its pages. Half a list is no list: a page that fails, fails it. */
  list(operation: ListOperation, params?: OciParams): Promise<TenancyListed | TenancyFailed>;
  get(operation: GetOperation, params: OciParams): Promise<TenancyGot | TenancyFailed>;
}

export interface RegionNames {
  /** As OCI names it: `us-phoenix-1`. */
  readonly name: string;
  /** Its key in service labels and conditions, in small letters: `phx`; null where it is not known. */
  readonly key: string | null;
}

/** Path and query parameters by their names in OCI's API, unescaped; `endpoint` for operations of a vault (its managementEndpoint). */
export type OciParams = Readonly<Record<string, string>>;

export interface TenancyListed {
  readonly kind: 'list';
  readonly items: readonly unknown[];
}

export interface TenancyGot {
  readonly kind: 'object';
  readonly body: unknown;
}

export interface TenancyFailed {
  readonly kind: 'failed';
  /**
   * `denied`: 401, 403, and 404, with which OCI answers both what is not there and what may not be seen. `unreadable`: throttled,
   * failing, unreachable, or not asked since the region has been failing. `unparsable`: not what the operation is answered with.
   */
  readonly reason: Extract<UnseenReason, 'timeout' | 'too-much-output' | 'denied' | 'unreadable' | 'unparsable'>;
  /** HTTP status; null where no answer came. */
  readonly status: number | null;
  /** OCI's own code (`NotAuthorizedOrNotFound`), the system's (`ECONNREFUSED`), or empty. */
  readonly code: string;
  /** One sentence with stable parts only: what was asked, and what came back. */
  readonly detail: string;
}

/**
 * 404: not there, or not to be seen. A probe may take it for "not there" only where the same reader sees the siblings of what it asked
 * for.
 */
export const isHidden = ({ status }: TenancyFailed): boolean => status === 404;

/** Where looks get their port from. */
export interface TenancySource {
  now(): number;
  /** A port for one look. When the signal aborts, every question asked through it ends with `failed`, reason `timeout`. */
  forLook(signal: AbortSignal): Tenancy;
}
