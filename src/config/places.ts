// Where an agent keeps and serves things when nobody says: systemd's directories, the system's for root, else the user's own.
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Places {
  /** Null where there is no runtime directory that only this user can write. */
  readonly socket: string | null;
  readonly storeFile: string;
  readonly captureFolder: string;
}

export const defaultConfigFile = '/etc/understudy/agent.yaml';

export function hostPlaces(environment: NodeJS.ProcessEnv = process.env, uid: number = process.getuid?.() ?? 0): Places {
  const runtime = firstOf(environment.RUNTIME_DIRECTORY) ?? (uid === 0 ? '/run/understudy' : inside(environment.XDG_RUNTIME_DIR));
  const state =
    firstOf(environment.STATE_DIRECTORY) ??
    (uid === 0 ? '/var/lib/understudy' : inside(environment.XDG_STATE_HOME ?? join(homedir(), '.local/state'))!);
  return {
    socket: runtime === null ? null : join(runtime, 'agent.sock'),
    storeFile: join(state, 'agent.db'),
    captureFolder: '/var/spool/understudy',
  };
}

/** systemd joins several directories with colons. */
const firstOf = (directories: string | undefined): string | null => directories?.split(':')[0] || null;

const inside = (directory: string | undefined): string | null =>
  directory === undefined || directory === '' ? null : join(directory, 'understudy');
