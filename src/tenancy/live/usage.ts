// Counts what was asked of a region, by operation.
import type { OciOperationName } from '../../contract/oci-operations.ts';
import type { RegionUsage } from '../access.ts';

type Counter = Exclude<keyof RegionUsage, 'region' | 'operation'>;

export class Usage {
  readonly #region: string;
  readonly #operations = new Map<OciOperationName, Record<Counter, number>>();

  constructor(region: string) {
    this.#region = region;
  }

  count(operation: OciOperationName, counter: Counter): void {
    const counters = this.#operations.get(operation) ?? {
      calls: 0,
      answered: 0,
      throttled: 0,
      failed: 0,
      retries: 0,
      fromCache: 0,
      notAsked: 0,
    };
    counters[counter] += 1;
    this.#operations.set(operation, counters);
  }

  list(): readonly RegionUsage[] {
    return [...this.#operations].map(([operation, counters]) => ({ region: this.#region, operation, ...counters }));
  }
}
