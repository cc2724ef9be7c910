// Keeps small rows unpacked: each look compares with the one before, which nearly always is the same row again.
import type { Observation } from '../contract/observation.ts';
import { unpackedTexts } from './unpacked-texts.ts';

export interface UnpackedRows {
  /** As it was when it was kept; null when it is not here, or its trail is another by now. */
  get(seq: number, trailAt: number | null): Observation | null;
  keep(observation: Observation, trailAt: number | null, characters: number): void;
}

/** Facts and trail of most checks; lists of packages and certificates are larger, looked at rarely, and stay in the file. */
const rowCharactersMax = 8 * 1024;
/** Hundreds of small checks; unpacked, this is about a mebibyte. */
const charactersMax = 256 * 1024;

/** A number never stands for another outcome, so that only the trail of a row can grow old here. */
export function unpackedRows(): UnpackedRows {
  const rows = unpackedTexts<{ readonly observation: Observation; readonly trailAt: number | null }>({
    oneMax: rowCharactersMax,
    allMax: charactersMax,
  });
  return {
    get: (seq, trailAt) => {
      const row = rows.get(seq);
      return row === null || row.trailAt !== trailAt ? null : row.observation;
    },
    keep: (observation, trailAt, characters) => rows.keep(observation.seq, { observation, trailAt }, characters),
  };
}
