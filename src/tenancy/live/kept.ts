// Answers that may be used again, as OCI wrote them: text is smaller than what is made of it, and nobody can change it for the next one.

interface Entry<T> {
  readonly value: T;
  readonly chars: number;
  readonly endsMs: number;
}

export interface KeptTerms {
  readonly answersMax: number;
  readonly charsMax: number;
}

/** What was used longest ago goes first. */
export class Kept<T> {
  readonly #terms: KeptTerms;
  readonly #monotonicMs: () => number;
  readonly #entries = new Map<string, Entry<T>>();
  #chars = 0;

  constructor(terms: KeptTerms, monotonicMs: () => number) {
    this.#terms = terms;
    this.#monotonicMs = monotonicMs;
  }

  get size(): { readonly answers: number; readonly chars: number } {
    return { answers: this.#entries.size, chars: this.#chars };
  }

  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#drop(key, entry);
    if (entry.endsMs <= this.#monotonicMs()) return undefined;
    this.#add(key, entry);
    return entry.value;
  }

  set(key: string, value: T, chars: number, forMs: number): void {
    const before = this.#entries.get(key);
    if (before !== undefined) this.#drop(key, before);
    // For one that is so large all others would go.
    if (chars > this.#terms.charsMax / 2) return;
    this.#add(key, { value, chars: chars + key.length, endsMs: this.#monotonicMs() + forMs });
    for (const [oldest, entry] of this.#entries) {
      if (this.#entries.size <= this.#terms.answersMax && this.#chars <= this.#terms.charsMax) break;
      this.#drop(oldest, entry);
    }
  }

  #add(key: string, entry: Entry<T>): void {
    this.#entries.set(key, entry);
    this.#chars += entry.chars;
  }

  #drop(key: string, { chars }: Entry<T>): void {
    this.#entries.delete(key);
    this.#chars -= chars;
  }
}
