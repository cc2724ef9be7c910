// Whether something that has been failing is asked at all. After a run of failures it is left alone for a while; then one question is
// tried, and its answer decides for the others.
import type { CircuitState } from '../access.ts';

export interface CircuitTerms {
  /** As many failures in a row open it. */
  readonly runMin: number;
  /** They are of at least so many services: one that fails says nothing of the others. */
  readonly servicesMin: number;
  /** So long nothing is asked. */
  readonly openMs: number;
}

/** `none`: no word about it, as when the look that asked was ended. */
export type Sign = 'alive' | 'down' | 'none';

export class Circuit {
  readonly #terms: CircuitTerms;
  readonly #monotonicMs: () => number;
  readonly #failing = new Set<string>();
  #run = 0;
  #openedAtMs: number | null = null;
  #isTrialUnderWay = false;

  constructor(terms: CircuitTerms, monotonicMs: () => number) {
    this.#terms = terms;
    this.#monotonicMs = monotonicMs;
  }

  get state(): CircuitState {
    if (this.#openedAtMs === null) return 'closed';
    return this.#monotonicMs() - this.#openedAtMs < this.#terms.openMs ? 'open' : 'half-open';
  }

  get mayAsk(): boolean {
    const { state } = this;
    return state === 'closed' || (state === 'half-open' && !this.#isTrialUnderWay);
  }

  begin(): void {
    if (this.state === 'half-open') this.#isTrialUnderWay = true;
  }

  note(sign: Sign, service: string): void {
    this.#isTrialUnderWay = false;
    if (sign === 'none') return;
    if (sign === 'alive') {
      this.#run = 0;
      this.#failing.clear();
      this.#openedAtMs = null;
      return;
    }
    this.#run += 1;
    this.#failing.add(service);
    const { runMin, servicesMin } = this.#terms;
    if (this.#run >= runMin && this.#failing.size >= servicesMin) this.#openedAtMs = this.#monotonicMs();
  }
}
