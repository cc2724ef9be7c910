// What there is in the region that the double plays.
import type { RecordedCall } from '../../../src/tenancy/recorded.ts';

export interface World {
  /** Object Storage namespace of the tenancy. */
  readonly namespace: string;
  readonly buckets: Bucket[];
  readonly secrets: Secret[];
  readonly images: Image[];
  /** Answered to any other GET, by path. */
  readonly documents: Map<string, unknown>;
  /** Answers of any operation that is asked for, before all others where there are any. */
  readonly calls: RecordedCall[];
  /** Entries a page, whatever limit was asked for. */
  pageSizeMax: number;
  /** Every page names another one. */
  hasEndlessPages: boolean;
}

export interface Bucket {
  readonly name: string;
  readonly objects: readonly string[];
}

export interface Secret {
  readonly id: string;
  readonly name: string;
  readonly compartmentId: string;
  readonly vaultId: string;
  readonly lifecycleState: string;
  /** What nobody may ever see. */
  readonly value: string;
}

export interface Image {
  readonly compartmentId: string;
  readonly repositoryName: string;
  readonly version: string;
  readonly digest: string;
  readonly lifecycleState: string;
}

export const emptyWorld = (): World => ({
  namespace: 'examplens',
  buckets: [],
  secrets: [],
  images: [],
  documents: new Map(),
  calls: [],
  pageSizeMax: 1000,
  hasEndlessPages: false,
});
