// The same question asked by several at once is asked once. It goes on while one of them waits for it, and ends with the last.
import { firstOf } from '../until-aborted.ts';

interface Flight<T> {
  readonly answer: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

export class Flights<T> {
  readonly #flights = new Map<string, Flight<T>>();

  isUnderWay(key: string): boolean {
    return this.#flights.has(key);
  }

  /** `ask` never rejects; it is given a signal of its own. `ended` is what is answered when `signal` aborts. */
  async join(key: string, signal: AbortSignal, ask: (signal: AbortSignal) => Promise<T>, ended: T): Promise<T> {
    if (signal.aborted) return ended;
    const flight = this.#flights.get(key) ?? this.#begin(key, ask);
    flight.waiting += 1;
    const answer = await firstOf(signal, () => flight.answer, ended);
    flight.waiting -= 1;
    if (flight.waiting === 0) {
      flight.controller.abort();
      this.#end(key, flight);
    }
    return answer;
  }

  #begin(key: string, ask: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    const flight: Flight<T> = { answer: ask(controller.signal), controller, waiting: 0 };
    this.#flights.set(key, flight);
    void flight.answer.finally(() => this.#end(key, flight));
    return flight;
  }

  /** Another one may have begun under the same key since. */
  #end(key: string, flight: Flight<T>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}
