// What was seen, kept once for each different outcome: a look that says the same again costs a row nothing.
import { hash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { canonicalJson } from '../contract/canonical.ts';
import type { Outcome } from '../contract/outcome.ts';
import type { Database } from './engine/database.ts';

export type StoredOutcome = Exclude<Outcome, { kind: 'observed' }> | { readonly kind: 'observed'; readonly facts: unknown };

export interface Bodies {
  /** The id of an equal outcome, which is written when there is none. `likely` is tried first. */
  keep(outcome: Outcome, likely: KnownBody | null): number;
}

export interface KnownBody {
  readonly id: number;
  readonly hash: Uint8Array;
}

/** Half of a SHA-256: at a billion outcomes the chance of two alike is below 1e-20. */
const hashBytes = 16;

export function bodies(db: Database): Bodies {
  const find = db.prepare<[Buffer], { id: number }>('SELECT id FROM bodies WHERE hash = ?');
  const add = db.prepare<[Buffer, Buffer]>('INSERT INTO bodies (hash, bytes) VALUES (?, ?)');
  return {
    keep: (outcome, likely) => {
      const { text, key } = bodyOf(outcome);
      if (likely !== null && key.equals(likely.hash)) return likely.id;
      return find.get(key)?.id ?? Number(add.run(key, pack(text)).lastInsertRowid);
    },
  };
}

/** What is kept of an outcome, and what tells it from any other. */
export function bodyOf(outcome: Outcome): { readonly text: string; readonly key: Buffer } {
  const text = canonicalJson(withoutReadings(outcome));
  return { text, key: hash('sha256', text, 'buffer').subarray(0, hashBytes) };
}

/** Below this, packing saves less than the 20 µs that unpacking costs are worth: most trails of quiet checks are that short. */
const plainMax = 512;
const plainForm = 0;
const deflatedForm = 1;

/** JSON text as it lies in the file: a byte for its form, then UTF-8, deflated when it is long. */
export const pack = (text: string): Buffer =>
  text.length <= plainMax
    ? Buffer.concat([Uint8Array.of(plainForm), Buffer.from(text)])
    : Buffer.concat([Uint8Array.of(deflatedForm), deflateRawSync(text)]);

export const unpack = (bytes: Uint8Array): string => {
  const body = bytes.subarray(1);
  return (bytes[0] === deflatedForm ? inflateRawSync(body) : Buffer.from(body.buffer, body.byteOffset, body.length)).toString('utf8');
};

/** Members in order: a text that is canonical already need not be sorted. */
const withoutReadings = (outcome: Outcome): StoredOutcome =>
  outcome.kind === 'observed' ? { facts: outcome.facts, kind: 'observed' } : outcome;
