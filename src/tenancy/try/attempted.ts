// What a call is given and what it gives.
import type { CloudCall } from '../../contract/cloud.ts';

export type Call<K extends CloudCall['kind']> = Extract<CloudCall, { readonly kind: K }>;

export interface Attempted {
  readonly status: number;
  readonly isMissing: boolean;
}
