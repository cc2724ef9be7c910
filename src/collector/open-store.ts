// Opens the collector's history, and ends the collector when it proves damaged in use: half of a truth is worse than a restart.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import type { Log } from '../daemon/log.ts';
import { isDamage } from '../store/database.ts';
import { openFleetStore } from '../store/fleet/open.ts';
import type { FleetStore } from '../store/fleet/store.ts';

export interface OpenStoreParts {
  readonly file: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly log: Log;
  readonly onDamage: (detail: string) => void;
}

export type OpenedStore =
  | { readonly kind: 'opened'; readonly store: FleetStore }
  /** `isForGood`: starting again does not help. */
  | { readonly kind: 'refused'; readonly detail: string; readonly isForGood: boolean };

export function openStore({ file, now, log, onDamage }: OpenStoreParts): OpenedStore {
  const mark = `${file}.distrusted`;
  const opened = openFleetStore({ file, now, isDistrusted: existsSync(mark) });
  switch (opened.kind) {
    case 'locked':
      return refused(`another collector is running on ${file}: stop it, or set store.file to another one`, false);
    case 'newer':
      return refused(opened.detail, true);
    case 'failed':
      return refused(opened.detail, false);
    case 'opened':
      rmSync(mark, { force: true });
      if (opened.setAside !== null)
        log.error({ file, ...opened.setAside }, 'the history was damaged or not ours: it was set aside and a new one begun');
      return { kind: 'opened', store: watched(opened.store, (detail) => distrust(mark, detail, onDamage)) };
  }
}

const refused = (detail: string, isForGood: boolean): OpenedStore => ({ kind: 'refused', detail, isForGood });

/** Large files are not checked as a whole at every start, so that damage shows in use. */
function watched(store: FleetStore, onDamage: (detail: string) => void): FleetStore {
  return {
    ...store,
    together: (act) => {
      try {
        return store.together(act);
      } catch (error) {
        if (isDamage(error)) onDamage(error instanceof Error ? error.message : String(error));
        throw error;
      }
    },
  };
}

function distrust(mark: string, detail: string, onDamage: (detail: string) => void): void {
  try {
    writeFileSync(mark, detail);
  } catch {
    // A disk that takes no mark: the next start then finds the damage as this one did.
  }
  onDamage(detail);
}
