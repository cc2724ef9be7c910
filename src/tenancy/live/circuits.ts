// The circuits of a region: one of each service, and one of the region as a whole, since what takes a region down takes all of it.
import type { OciService } from '../../contract/oci-operations.ts';
import type { RegionState } from '../access.ts';
import { Circuit, type Sign } from './circuit.ts';

const openMs = 30_000;

/** One question comes to four requests at most: a circuit does not open on one alone. */
const serviceTerms = { runMin: 5, servicesMin: 1, openMs } as const;
const regionTerms = { runMin: 8, servicesMin: 2, openMs } as const;

export class Circuits {
  readonly #monotonicMs: () => number;
  readonly #region: Circuit;
  readonly #services = new Map<OciService, Circuit>();

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
    this.#region = new Circuit(regionTerms, monotonicMs);
  }

  mayAsk(service: OciService): boolean {
    return this.#region.mayAsk && this.#serviceOf(service).mayAsk;
  }

  begin(service: OciService): void {
    this.#region.begin();
    this.#serviceOf(service).begin();
  }

  note(sign: Sign, service: OciService): void {
    this.#region.note(sign, service);
    this.#serviceOf(service).note(sign, service);
  }

  state(): Pick<RegionState, 'circuit' | 'failingServices'> {
    const failing = [...this.#services].filter(([, circuit]) => circuit.state !== 'closed').map(([service]) => service);
    return { circuit: this.#region.state, failingServices: failing.sort() };
  }

  #serviceOf(service: OciService): Circuit {
    const circuit = this.#services.get(service) ?? new Circuit(serviceTerms, this.#monotonicMs);
    this.#services.set(service, circuit);
    return circuit;
  }
}
