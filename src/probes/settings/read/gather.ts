// Takes what a reader finds, within its bounds.
import { redactShapes } from '../../../formats/secret-shapes.ts';
import { hasRandomRun } from '../random-run.ts';
import { type Limits, namedMax, type Value, type ValuesRead } from './values.ts';

/** Thrown by readers, caught in index.ts: how reading ends early. Never carries text of the file. */
export class Ended extends Error {
  readonly read: ValuesRead;

  constructor(read: ValuesRead) {
    super('reading ended');
    this.read = read;
  }
}

/** No column: behind a value, it tells the value's length. */
export const unparsable = (line: number): Ended => new Ended({ kind: 'unparsable', where: `line ${line}` });

export const tooMany = (of: Extract<ValuesRead, { kind: 'too-many' }>['of']): Ended => new Ended({ kind: 'too-many', of });

export interface Gathered {
  /** The last value of a key counts; `joined` keeps the earlier ones, a line each, where it is the consumer who decides. */
  put(key: string, value: Value | string, repeated?: 'last' | 'joined'): void;
  /** A map gave the key before: what stood there, and below it, no longer counts. */
  replace(key: string): void;
  stray(line: number): void;
  /** To be called for every node: aliases could make them more than there are keys. */
  enter(depth: number): void;
  readonly read: ValuesRead;
}

export function gather(limits: Limits): Gathered {
  const values = new Map<string, Value>();
  const repeated = new Set<string>();
  const strayLines: number[] = [];
  let [unnamed, puts, visits] = [0, 0, 0];
  return {
    put(key, given, whenRepeated = 'last') {
      if (++puts > limits.keysMax) throw tooMany('keys');
      const value: Value = typeof given === 'string' ? { kind: 'scalar', text: given } : given;
      if (!isName(key)) {
        unnamed++;
        return;
      }
      const before = values.get(key);
      if (before !== undefined) repeated.add(key);
      values.set(
        key,
        before !== undefined && whenRepeated === 'joined' ? { kind: 'scalar', text: `${before.text}\n${value.text}` } : value,
      );
    },
    replace(key) {
      repeated.add(key);
      for (const one of values.keys()) if (one === key || one.startsWith(`${key}.`) || one.startsWith(`${key}[`)) values.delete(one);
    },
    stray: (line) => void (strayLines.length < namedMax && strayLines.at(-1) !== line && strayLines.push(line)),
    enter(depth) {
      if (depth > limits.depthMax) throw tooMany('levels');
      if (++visits > visitsPerKeyMax * limits.keysMax + limits.depthMax) throw tooMany('keys');
    },
    get read(): ValuesRead {
      return { kind: 'values', values, repeated: [...repeated].filter(isName).sort().slice(0, namedMax), strayLines, unnamed };
    },
  };
}

/** Every key ends a way down from the top, and most ways are shared. */
const visitsPerKeyMax = 10;

/** Longer ones are content that was taken for a key. */
const keyCharactersMax = 1_000;

/** Keys are shown, so one that looks like a secret (a token as a key of a map, a line of a private key) is no name. */
export const isName = (key: string): boolean =>
  key.length <= keyCharactersMax && !hasRandomRun(key) && (!/[\w.-]{12,}/.test(key) || redactShapes(key) === key);
