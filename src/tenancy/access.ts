// How OCI is asked, and what is told of the asking.

export interface OciAccess {
  readonly auth: 'instance-principal' | 'config-file' | 'security-token';
  /** For the latter two; null is where OCI's own tools have it (`~/.oci/config`). */
  readonly configFile: string | null;
  /** `DEFAULT`, or another section of that file. */
  readonly profile: string;
  /**
   * Where else than usual things are asked: a region's name to the base URL of all its services (vaults included), `metadata` and
   * `federation` to those of an instance. Empty in real life.
   */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Requests under way at once, per region. */
  readonly concurrency: number;
  /** From the first byte sent to the last one read, of one request. */
  readonly callTimeoutMs: number;
}

export interface RegionUsage {
  readonly region: string;
  readonly operation: string;
  /** Requests that were sent. Each is one of `answered`, `throttled` and `failed`, or under way, or was ended with its look. */
  readonly calls: number;
  /** Came back with what was asked for. */
  readonly answered: number;
  /** Came back with 429. */
  readonly throttled: number;
  /** Came back with anything else, or not at all. */
  readonly failed: number;
  /** Requests that were sent again after a failure: part of `calls`. */
  readonly retries: number;
  /** Questions that needed no request: answered before, or asked by another look at that very moment. */
  readonly fromCache: number;
  /** Questions that were not asked since the region, or the service, has been failing. */
  readonly notAsked: number;
}

export interface RegionState {
  readonly region: string;
  /** `open`: not asked for a while; `half-open`: one question is tried. */
  readonly circuit: CircuitState;
  /** Packages of the SDK whose service alone is not asked, since it has been failing; sorted. */
  readonly failingServices: readonly string[];
  /** Requests under way. */
  readonly underWay: number;
  /** Questions that wait for their turn. */
  readonly waiting: number;
  /** The clock here minus OCI's, in whole seconds; null before the first answer. */
  readonly clockAheadSeconds: number | null;
  /** Of answers that are kept: how many, and their characters. */
  readonly kept: { readonly answers: number; readonly chars: number };
}

export type CircuitState = 'closed' | 'open' | 'half-open';

export interface TenancyParts {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds that only grow, whatever happens to the clock. */
  monotonicMs(): number;
  /** Resolves after that time, or at once when the signal aborts; a timer unless given. */
  wait?(ms: number, signal: AbortSignal): Promise<void>;
}
