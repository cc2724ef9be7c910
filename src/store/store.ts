// The agent's memory: what it saw, what it thinks of that, and its primary's last word.
import { statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { bodies } from './bodies.ts';
import { type Findings, findings } from './findings.ts';
import { type Observations, observations } from './observations.ts';
import { type Readings, readings } from './readings.ts';
import { type Recorded, type RecordedLook, recorder } from './record.ts';
import { type Limits, retention } from './retention.ts';
import { type Twins, twins } from './twin.ts';

export interface Store {
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
  maintain(now: number, limits: Limits): boolean;
  sizeBytes(): number;
  close(): void;
}

export interface StoreParts {
  readonly db: Database.Database;
  readonly instanceId: string;
  readonly file: string;
  /** Gives the file free for another agent. */
  readonly release: () => void;
}

export function createStore({ db, instanceId, file, release }: StoreParts): Store {
  const kept = readings(db);
  const keeping = retention(db, kept);
  return {
    instanceId,
    file,
    observations: observations(db),
    readings: kept,
    findings: findings(db),
    twins: twins(db),
    record: recorder(db, bodies(db), kept),
    maintain: keeping.step,
    sizeBytes: () => [file, `${file}-wal`].reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0),
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
