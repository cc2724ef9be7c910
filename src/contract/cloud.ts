// Calls to OCI that only read, tried as the instance that this runs on, and what came back.

export interface CloudRequest {
  readonly calls: readonly CloudCall[];
  /** Region as OCI names it (`eu-frankfurt-1`); the instance's own when not given. */
  readonly region?: string;
  /** For one call, from its first byte to its last; also for the metadata and for the token. */
  readonly callTimeoutMs: number;
  /** For all of it; the process is killed then. */
  readonly timeoutMs: number;
  /** Where other than usual: realms that the SDK does not know, private endpoints. */
  readonly endpoints?: CloudEndpoints;
}

export interface CloudEndpoints {
  /** Instance metadata service, `http://169.254.169.254/opc/v2` unless given. */
  readonly metadata?: string;
  /** Where the instance's certificate is exchanged for a token (`https://auth.REGION.DOMAIN`). */
  readonly federation?: string;
  readonly objectStorage?: string;
  readonly vaults?: string;
  readonly secrets?: string;
  readonly artifacts?: string;
}

/** One call, with what an operator named. All of them read. */
export type CloudCall =
  /** HeadBucket; the tenancy's own namespace is asked for when none is given. */
  | { readonly kind: 'head-bucket'; readonly namespace?: string; readonly bucket: string }
  /** ListObjects, one object at most; the name of none leaves the process. */
  | { readonly kind: 'list-objects'; readonly namespace?: string; readonly bucket: string }
  /** GetSecret: metadata only. */
  | { readonly kind: 'get-secret'; readonly secretId: string }
  /** ListSecrets of a compartment by name: metadata only. */
  | { readonly kind: 'find-secret'; readonly compartmentId: string; readonly vaultId?: string; readonly name: string }
  /** GetSecretBundle: the value is dropped before anything else is done with it. */
  | { readonly kind: 'get-secret-bundle'; readonly secretId: string }
  /** ListContainerImages of one repository. */
  | { readonly kind: 'list-images'; readonly compartmentId: string; readonly repository: string }
  /** A signed GET; the body is dropped. */
  | { readonly kind: 'get'; readonly url: string };

export interface CloudTried {
  readonly kind: 'cloud-tried';
  readonly principal: PrincipalSeen;
  /** In the order of asking. Empty where there is no token to ask with. */
  readonly calls: readonly CloudCallSeen[];
  readonly tookMs: number;
  /** Highest resident memory of the process; null where it was not told. */
  readonly peakRssBytes: number | null;
}

/** The way to a token, up to the stage at which it ended. */
export interface PrincipalSeen {
  /** `metadata`: region or certificate could not be had; `federation`: no token for the certificate; `token`: there is one. */
  readonly stage: 'metadata' | 'federation' | 'token';
  /** Null at stage `token`: it went well. */
  readonly failure: CloudFailure | null;
  readonly region: string | null;
  /** From the subject of the instance's certificate. */
  readonly instanceId: string | null;
  readonly compartmentId: string | null;
  readonly tenancyId: string | null;
  /** Epoch milliseconds between which the instance's certificate is valid. */
  readonly certificate: { readonly notBeforeMs: number; readonly notAfterMs: number } | null;
  /** Local clock minus the clock of whoever answered last, in whole seconds, from the `Date` of its answer; null where none said. */
  readonly clockAheadSeconds: number | null;
}

export type CloudCallSeen =
  /** `missing`: the list could be read, and what was named is not in it. */
  | { readonly kind: 'answered'; readonly status: number; readonly isMissing: boolean; readonly tookMs: number }
  | { readonly kind: 'refused'; readonly failure: CloudFailure; readonly tookMs: number };

/** Why there was no answer, or not the one that was asked for. */
export interface CloudFailure {
  /** HTTP status; null where no answer came. */
  readonly status: number | null;
  /** OCI's own code (`NotAuthorizedOrNotFound`), the system's (`ECONNREFUSED`), `TIMEOUT`; empty if none. */
  readonly code: string;
  /** Redacted and at most 300 characters. */
  readonly message: string;
  /** OCI's request id, for a ticket; null if none. */
  readonly requestId: string | null;
  /** Host that was asked. */
  readonly host: string | null;
}
