// What was seen, kept once for each different outcome: a look that says the same again costs a row nothing.
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type Database from 'better-sqlite3';
import { canonicalJson } from '../contract/canonical.ts';
import type { Outcome } from '../contract/outcome.ts';

export type StoredOutcome = Exclude<Outcome, { kind: 'observed' }> | { readonly kind: 'observed'; readonly facts: unknown };

export interface Bodies {
  /** The id of an equal outcome, which is written when there is none. */
  keep(outcome: Outcome): number;
}

/** Half of a SHA-256: at a billion outcomes the chance of two alike is below 1e-20. */
const hashBytes = 16;

export function bodies(db: Database.Database): Bodies {
  const find = db.prepare<[Buffer], { id: number }>('SELECT id FROM bodies WHERE hash = ?');
  const add = db.prepare<[Buffer, Buffer]>('INSERT INTO bodies (hash, bytes) VALUES (?, ?)');
  return {
    keep: (outcome) => {
      const text = canonicalJson(withoutReadings(outcome));
      const hash = createHash('sha256').update(text).digest().subarray(0, hashBytes);
      return find.get(hash)?.id ?? Number(add.run(hash, pack(text)).lastInsertRowid);
    },
  };
}

/** JSON text as it lies in the file. */
export const pack = (text: string): Buffer => deflateRawSync(text);

export const unpack = (bytes: Uint8Array): string => inflateRawSync(bytes).toString('utf8');

export const unpackOutcome = (bytes: Uint8Array): StoredOutcome => JSON.parse(unpack(bytes)) as StoredOutcome;

const withoutReadings = (outcome: Outcome): StoredOutcome =>
  outcome.kind === 'observed' ? { kind: 'observed', facts: outcome.facts } : outcome;
