// A service that says "too many requests" is left in peace by all questions, not only by the one that was told.

/** Who waited together does not return together. */
const spreadMs = 1_000;

export class Pauses {
  readonly #monotonicMs: () => number;
  readonly #endsMs = new Map<string, number>();

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  pause(service: string, forMs: number): void {
    this.#endsMs.set(service, Math.max(this.#endsMs.get(service) ?? 0, this.#monotonicMs() + forMs));
  }

  /** What is left of it; 0 where there is none. */
  leftMs(service: string): number {
    const leftMs = (this.#endsMs.get(service) ?? 0) - this.#monotonicMs();
    return leftMs > 0 ? leftMs + Math.random() * spreadMs : 0;
  }
}
