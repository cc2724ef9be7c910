// What a lifecycle state says: it is there, it is going through something, or it is down.
import type { Twin } from './pairs.ts';

export type Standing = 'there' | 'changing' | 'down';

/** A backup leaves a database as it is. A state that is not known is taken for one that passes. */
export function standingOf(state: string): Standing {
  if (state === 'AVAILABLE' || state === 'BACKUP_IN_PROGRESS') return 'there';
  return ['FAILED', 'RESTORE_FAILED', 'TERMINATING', 'STOPPED', 'STOPPING'].includes(state) ? 'down' : 'changing';
}

/** What of it is being changed, so that its version says nothing yet: `home dbh-pay is UPDATING`. */
export function changesOf({ database, home, system }: Twin): readonly string[] {
  const parts = [
    { noun: 'database', name: database.name, state: database.state },
    ...(home === null ? [] : [{ noun: 'home', name: home.name, state: home.state }]),
    ...(system === null ? [] : [{ noun: 'system', name: system.name, state: system.state }]),
  ];
  const passing = parts.filter(({ state }) => standingOf(state) === 'changing');
  const patching = (home?.unfinished.kind === 'seen' ? home.unfinished.list : []).filter(({ state }) => state === 'IN_PROGRESS');
  return [
    ...passing.map(({ noun, name, state }) => `${noun} ${name} is ${state || 'in no state that was told'}`),
    ...patching.map(({ action }) => `${action} of a patch to home ${home!.name} is in progress`),
  ];
}
