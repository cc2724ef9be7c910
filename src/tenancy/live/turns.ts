// So many at a time, and nobody is kept waiting by somebody who asks for much: whoever waits is served in turn, one question each.

/** Gives the turn back. */
export type GiveBack = () => void;

export class Turns {
  readonly #atOnceMax: number;
  /** In the order in which they are served next. */
  readonly #queues = new Map<symbol, Set<(giveBack: GiveBack) => void>>();
  underWay = 0;
  waiting = 0;

  constructor(atOnceMax: number) {
    this.#atOnceMax = atOnceMax;
  }

  /** Null where the signal aborted first. */
  take(who: symbol, signal: AbortSignal): Promise<GiveBack | null> {
    if (signal.aborted) return Promise.resolve(null);
    if (this.underWay < this.#atOnceMax) return Promise.resolve(this.#begin());
    const { promise, resolve } = Promise.withResolvers<GiveBack | null>();
    const leave = (): void => {
      if (this.#remove(who, granted)) resolve(null);
    };
    const granted = (giveBack: GiveBack): void => {
      signal.removeEventListener('abort', leave);
      resolve(giveBack);
    };
    this.#queues.set(who, (this.#queues.get(who) ?? new Set()).add(granted));
    this.waiting += 1;
    signal.addEventListener('abort', leave, { once: true });
    return promise;
  }

  #begin(): GiveBack {
    this.underWay += 1;
    let isGivenBack = false;
    return () => {
      if (isGivenBack) return;
      isGivenBack = true;
      this.underWay -= 1;
      this.#serveNext();
    };
  }

  #serveNext(): void {
    const [next] = this.#queues;
    if (next === undefined) return;
    const [who, queue] = next;
    const [granted] = queue;
    this.#remove(who, granted!);
    // Behind all others.
    if (this.#queues.delete(who)) this.#queues.set(who, queue);
    granted!(this.#begin());
  }

  #remove(who: symbol, granted: (giveBack: GiveBack) => void): boolean {
    const queue = this.#queues.get(who);
    if (queue?.delete(granted) !== true) return false;
    if (queue.size === 0) this.#queues.delete(who);
    this.waiting -= 1;
    return true;
  }
}
