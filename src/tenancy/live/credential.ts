// In whose name requests are signed, for as long as it counts.
import type { Region } from 'oci-common';
import type { TenancyFailed } from '../../contract/tenancy.ts';
import type { Signer } from './signer.ts';

export interface Credential {
  readonly kind: 'credential';
  readonly signer: Signer;
  readonly tenancyId: string;
  /** Where it is at home: the regions that it may ask are in the same realm. */
  readonly home: Region;
  /** How long it counts from when it was found; null for ever. */
  readonly lifeMs: number | null;
  /** What a 401 means beside what OCI says, where that is known here. */
  readonly whyRefused: () => string | null;
}

export interface NoCredential extends Pick<TenancyFailed, 'reason' | 'status' | 'code'> {
  readonly kind: 'no-credential';
  /** A sentence without its end, with stable parts only. */
  readonly what: string;
}

export const noCredential = (what: string, reason: TenancyFailed['reason'] = 'unreadable'): NoCredential => ({
  kind: 'no-credential',
  what,
  reason,
  status: null,
  code: '',
});

/** OCI refuses what was signed by a clock that is further off. */
const skewMaxSeconds = 300;

/** Null where the clock is right, or nobody knows. */
export const clockWords = (clockAheadSeconds: number | null): string | null =>
  Math.abs(clockAheadSeconds ?? 0) > skewMaxSeconds ? 'the clock here is more than five minutes off' : null;

/** How long a JSON Web Token counts by its own word, and when it ends in epoch milliseconds; null where it does not say. */
export function lifeOf(token: string): { readonly lifeMs: number; readonly endsMs: number } | null {
  try {
    const { iat, exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
    if (typeof exp !== 'number' || typeof iat !== 'number' || exp <= iat) return null;
    return { lifeMs: (exp - iat) * 1_000, endsMs: exp * 1_000 };
  } catch {
    return null;
  }
}
