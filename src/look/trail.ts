// Keeps what a look asked and what was answered, so that each observation explains itself: bounded, and without secrets.
import type { TrailEntry } from '../contract/observation.ts';
import { redactText } from '../redaction/redact.ts';

/** The look with the most questions that a person reads; a certificate probe over a full directory asks thousands. */
const entriesMax = 200;

/** Failures are kept beyond that, because they are what the trail is read for. */
const failuresMax = 40;

/** A trail is stored with its observation and sent to the collector; packed it is about a fifth of this. */
const charsMax = 48_000;

/** Long enough for a command line with a package query format. */
export const askedCharsMax = 400;

/** What a person reads to see why: the first lines of an answer. */
export const answeredCharsMax = 800;

/** Once the trail is full, of what was asked before and answered after: some hundred questions can be under way at once. */
const lateCharsMax = 100;

/** Redaction reads beyond what is kept, so that a secret cut by the limit is still recognised. */
export const marginChars = 1_024;

/** What is kept of an answer. */
export interface Told {
  readonly isFailure: boolean;
  /** Still with its secrets, as long as `answeredCharsMax` and a margin; called only where it is kept. */
  readonly head: () => string;
}

interface Note {
  readonly atMs: number;
  /** Both still with their secrets. */
  readonly asked: string;
  tookMs: number | null;
  head: string | null;
  charsMax: number;
}

export class Trail {
  readonly #clock: () => number;
  readonly #without: (text: string) => string;
  readonly #startMs: number;
  readonly #notes: Note[] = [];
  #chars = 0;
  #failures = 0;
  #leftOut = 0;

  /** `clock` gives milliseconds that only grow; `without` takes out what the port itself knows to be secret. */
  constructor(clock: () => number, without: (text: string) => string = (text) => text) {
    this.#clock = clock;
    this.#without = without;
    this.#startMs = clock();
  }

  async note<A>(asked: () => string, ask: () => Promise<A>, tell: (answer: A) => Told): Promise<A> {
    const atMs = this.#clock();
    // Beyond the limit only an answer that failed is worth a line, so the texts are made when that is known.
    const kept = this.#hasRoom() ? this.#begin(atMs, asked()) : null;
    const answer = await ask();
    const { isFailure, head } = tell(answer);
    const line = kept ?? (isFailure && this.#failures < failuresMax ? this.#begin(atMs, asked()) : null);
    if (line === null) this.#leftOut += 1;
    else this.#finish(line, head(), isFailure);
    if (isFailure && kept === null && line !== null) this.#failures += 1;
    return answer;
  }

  #hasRoom(): boolean {
    return this.#notes.length < entriesMax && this.#chars < charsMax;
  }

  #begin(atMs: number, asked: string): Note {
    const note: Note = { atMs, asked, tookMs: null, head: null, charsMax: answeredCharsMax };
    this.#notes.push(note);
    this.#chars += Math.min(asked.length, askedCharsMax);
    return note;
  }

  #finish(note: Note, head: string, isFailure: boolean): void {
    note.tookMs = this.#clock() - note.atMs;
    note.head = head;
    if (this.#chars >= charsMax && !isFailure) note.charsMax = lateCharsMax;
    this.#chars += Math.min(note.head.length, note.charsMax);
  }

  entries(): readonly TrailEntry[] {
    const now = this.#clock();
    const entries = this.#notes
      .toSorted((a, b) => a.atMs - b.atMs)
      .map(({ atMs, asked, tookMs, head, charsMax: most }) => ({
        afterMs: tenths(atMs - this.#startMs),
        tookMs: tenths(tookMs ?? now - atMs),
        asked: askedLine(asked),
        answered: head === null ? 'no answer when the look ended' : answeredText(this.#without(head), most),
      }));
    if (this.#leftOut === 0) return entries;
    return [
      ...entries,
      { afterMs: tenths(now - this.#startMs), tookMs: 0, asked: 'and more', answered: `${this.#leftOut} further questions are left out` },
    ];
  }
}

const tenths = (ms: number): number => Math.round(ms * 10) / 10;

/** A question as it stands in a trail. */
export const askedLine = (text: string): string => clean(text, askedCharsMax);

export const answeredText = (head: string, charsMax: number = answeredCharsMax): string => clean(head, charsMax);

/** Redacted, then cut. Control characters but for line ends and tabs are shown as dots, since the trail goes to terminals. */
function clean(text: string, charsMax: number): string {
  const kept = redactText(text.slice(0, charsMax + marginChars)).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '·');
  return kept.length > charsMax ? `${kept.slice(0, charsMax).toWellFormed()}…` : kept.toWellFormed();
}
