// Keeps what a look asked and what was answered, so that each observation explains itself.
import type { DirectoryListed, ListLimits, Machine, ReadLimits } from '../contract/machine.ts';
import type { TrailEntry } from '../contract/observation.ts';
import { type KnownSecrets, knownSecrets } from './redact/known.ts';
import { type Answer, answeredCharsMax, answeredText, answerHead, askedCharsMax, askedLine, askedText, statText } from './trail-text.ts';

/** The look with the most questions that a person reads; a certificate probe over a full directory asks thousands. */
const entriesMax = 200;

/** Failures are kept beyond that, because they are what the trail is read for. */
const failuresMax = 40;

/** A trail is stored with its observation and sent to the collector; packed it is about a fifth of this. */
const charsMax = 48_000;

export interface Recording {
  readonly machine: Machine;
  /**
   * In the order of asking. When there was more than is kept, the last entry says how much. The secrets are taken out
   * here, which costs some 0.1 ms an entry: ask for it when it is kept.
   */
  readonly trail: () => readonly TrailEntry[];
}

/** `clock` gives milliseconds that only grow. */
export function recordingMachine(machine: Machine, clock: () => number): Recording {
  const secrets = knownSecrets();
  const trail = new Trail(clock, secrets);
  const note = <A extends Answer>(asked: () => string, ask: () => Promise<A>, limits?: AnswerKept): Promise<A> =>
    trail.note(asked, ask, limits);
  const recorded: Machine = {
    now: () => machine.now(),
    uname: () => note(askedText.uname, () => machine.uname()),
    run: (...asked) =>
      note(
        () => askedText.run(...asked),
        () => machine.run(...asked),
        asked[1],
      ),
    readFile: (...asked) =>
      note(
        () => askedText.readFile(...asked),
        () => machine.readFile(...asked),
        asked[1],
      ),
    stat: (...asked) =>
      note(
        () => askedText.stat(...asked),
        () => machine.stat(...asked),
        asked[1],
      ),
    listDirectory: (...asked) =>
      note(
        () => askedText.listDirectory(...asked),
        () => machine.listDirectory(...asked),
        { isSecretName: asked[1].isNameSecret },
      ),
    glob: (...asked) =>
      note(
        () => askedText.glob(...asked),
        () => machine.glob(...asked),
      ),
    realPath: (...asked) =>
      note(
        () => askedText.realPath(...asked),
        () => machine.realPath(...asked),
      ),
    listeners: () => note(askedText.listeners, () => machine.listeners()),
    processes: (...asked) =>
      note(
        () => askedText.processes(...asked),
        () => machine.processes(...asked),
      ),
    lookup: (...asked) =>
      note(
        () => askedText.lookup(...asked),
        () => machine.lookup(...asked),
      ),
    exchangeDns: (...asked) =>
      note(
        () => askedText.exchangeDns(...asked),
        () => machine.exchangeDns(...asked),
      ),
    dial: (...asked) => {
      secrets.sent(asked[0]);
      return note(
        () => askedText.dial(...asked),
        () => machine.dial(...asked),
      );
    },
    digestFile: (...asked) =>
      note(
        () => askedText.digestFile(...asked),
        () => machine.digestFile(...asked),
      ),
    tryCloud: (...asked) =>
      note(
        () => askedText.tryCloud(...asked),
        () => machine.tryCloud(...asked),
      ),
    pause: (ms) => machine.pause(ms),
  };
  return { machine: recorded, trail: () => trail.entries() };
}

/** What of a question's limits says how its answer is kept. */
type AnswerKept = Pick<ReadLimits, 'from' | 'isSecret' | 'isNameSecret'> & { readonly isSecretName?: ListLimits['isNameSecret'] };

interface Note {
  readonly atMs: number;
  /** Both still with their secrets. */
  readonly asked: string;
  tookMs: number | null;
  head: string | null;
}

class Trail {
  readonly #clock: () => number;
  readonly #secrets: KnownSecrets;
  readonly #startMs: number;
  readonly #notes: Note[] = [];
  #chars = 0;
  #failures = 0;
  #leftOut = 0;

  constructor(clock: () => number, secrets: KnownSecrets) {
    this.#clock = clock;
    this.#secrets = secrets;
    this.#startMs = clock();
  }

  async note<A extends Answer>(asked: () => string, ask: () => Promise<A>, limits?: AnswerKept): Promise<A> {
    const atMs = this.#clock();
    // Beyond the limit only an answer that failed is worth a line, so the texts are made when that is known.
    const kept = this.#hasRoom() ? this.#begin(atMs, asked()) : null;
    const answer = await ask();
    const isSecret = limits?.isSecret === true;
    if (isSecret && answer.kind === 'file') this.#secrets.read(answer.bytes);
    const isFailure = answer.kind === 'failed' || (answer.kind === 'dialled' && answer.result !== 'completed');
    const line = kept ?? (isFailure && this.#failures < failuresMax ? this.#begin(atMs, asked()) : null);
    if (line === null) this.#leftOut += 1;
    else this.#finish(line, headOf(answer, limits));
    if (isFailure && kept === null && line !== null) this.#failures += 1;
    return answer;
  }

  #hasRoom(): boolean {
    return this.#notes.length < entriesMax && this.#chars < charsMax;
  }

  #begin(atMs: number, asked: string): Note {
    const note: Note = { atMs, asked, tookMs: null, head: null };
    this.#notes.push(note);
    this.#chars += Math.min(asked.length, askedCharsMax);
    return note;
  }

  #finish(note: Note, head: string): void {
    note.tookMs = this.#clock() - note.atMs;
    note.head = head;
    this.#chars += Math.min(note.head.length, answeredCharsMax);
  }

  entries(): readonly TrailEntry[] {
    const now = this.#clock();
    const entries = this.#notes
      .toSorted((a, b) => a.atMs - b.atMs)
      .map(({ atMs, asked, tookMs, head }) => ({
        afterMs: tenths(atMs - this.#startMs),
        tookMs: tenths(tookMs ?? now - atMs),
        asked: askedLine(asked),
        answered: head === null ? 'no answer when the look ended' : answeredText(this.#secrets.without(head)),
      }));
    if (this.#leftOut === 0) return entries;
    return [
      ...entries,
      { afterMs: tenths(now - this.#startMs), tookMs: 0, asked: 'and more', answered: `${this.#leftOut} further questions are left out` },
    ];
  }
}

function headOf(answer: Answer, { from, isSecret = false, isNameSecret = false, isSecretName }: AnswerKept = {}): string {
  // What a failure says names the path.
  if (isNameSecret && answer.kind === 'failed') return answer.reason;
  if (isSecret && answer.kind === 'file') return secretText;
  if (isSecret && answer.kind === 'exited') return `exit ${answer.code}, its output is kept out of the trail`;
  if (isSecret && answer.kind === 'stat') return statText(answer, 'its size is kept out of the trail');
  return answerHead(
    isSecretName !== undefined && answer.kind === 'directory' ? withoutNames(answer, isSecretName) : answer,
    from === 'end',
  );
}

const withoutNames = (answer: DirectoryListed, isSecretName: (name: string) => boolean): DirectoryListed => ({
  ...answer,
  names: answer.names.map((name) => (isSecretName(name) ? '(kept out of the trail)' : name)),
});

/** Without its size: where a file holds one secret, that is the secret's length. */
const secretText = 'its content is kept out of the trail';

const tenths = (ms: number): number => Math.round(ms * 10) / 10;
