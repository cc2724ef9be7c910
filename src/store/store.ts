// The agent's memory: what it saw, what it thinks of that, and its primary's last word.
import { bodies } from './bodies.ts';
import type { HistoryParts } from './database.ts';
import { type Findings, findings } from './findings.ts';
import { type HistoryFile, historyFile } from './history-file.ts';
import { type Observations, observations } from './observations.ts';
import { type Readings, readings } from './readings.ts';
import { type Recorded, type RecordedLook, recorder } from './record.ts';
import { type Limits, retention } from './retention.ts';
import { type Twins, twins } from './twin.ts';

export interface Store extends HistoryFile {
  /** Random; another one means that the history was begun anew and sequence numbers start over. */
  readonly instanceId: string;
  readonly file: string;
  readonly observations: Observations;
  readonly readings: Omit<Readings, 'add' | 'packOne'>;
  readonly findings: Findings;
  readonly twins: Twins;
  /** In order, all or nothing, one synced transaction. Throws what SQLite throws. */
  record(looks: readonly RecordedLook[]): readonly Recorded[];
  /** One step of retention and packing, of some milliseconds; true when there is more to do. */
  maintain(now: number, limits: Limits, isConfigured?: (check: string) => boolean): boolean;
  /** The hard end, should retention not keep up: beyond it writing fails as on a full disk. */
  limitSize(bytesMax: number): void;
  close(): void;
}

/** Retention works at the limit itself; this far above it the disk is protected. */
const hardLimit = 1.1;
/** SQLite's own. */
const pagesMax = 0xfffffffe;

export function createStore({ db, instanceId, file, release }: HistoryParts): Store {
  const kept = readings(db);
  const keeping = retention(db, kept);
  return {
    ...historyFile(file),
    instanceId,
    file,
    observations: observations(db),
    readings: kept,
    findings: findings(db),
    twins: twins(db),
    record: recorder(db, bodies(db), kept),
    maintain: keeping.step,
    limitSize: (bytesMax) => {
      const pageBytes = Number(db.pragma('page_size', { simple: true }));
      db.pragma(`max_page_count = ${Math.max(1, Math.min(pagesMax, Math.ceil((bytesMax * hardLimit) / pageBytes)))}`);
    },
    close: () => {
      // SQLite checkpoints when the last connection closes.
      try {
        db.close();
      } finally {
        release();
      }
    },
  };
}
