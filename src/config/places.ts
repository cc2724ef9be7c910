// Where agent and collector keep and serve things when nobody says: systemd's directories, the system's for root, else the user's own.
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Places {
  /** Null where there is no runtime directory that only this user can write. */
  readonly socket: string | null;
  readonly storeFile: string;
  readonly captureFolder: string;
}

/** A collector's. */
export interface FleetPlaces {
  readonly socket: string | null;
  readonly storeFile: string;
  /** Signs receipts. */
  readonly receiptKeyFile: string;
}

export const defaultConfigFile = '/etc/understudy/agent.yaml';

export const defaultFleetFile = '/etc/understudy/fleet.yaml';

export function hostPlaces(environment: NodeJS.ProcessEnv = process.env, uid: number = process.getuid?.() ?? 0): Places {
  const { runtime, state } = foldersOf(environment, uid, 'understudy');
  return {
    socket: runtime === null ? null : join(runtime, 'agent.sock'),
    storeFile: join(state, 'agent.db'),
    captureFolder: '/var/spool/understudy',
  };
}

export function fleetPlaces(environment: NodeJS.ProcessEnv = process.env, uid: number = process.getuid?.() ?? 0): FleetPlaces {
  const { runtime, state } = foldersOf(environment, uid, 'understudy-collector');
  return {
    socket: runtime === null ? null : join(runtime, 'collector.sock'),
    storeFile: join(state, 'collector.db'),
    receiptKeyFile: join(state, 'receipts.key'),
  };
}

/** A collector holds the credentials of every agent, so that it is a user of its own, with folders of its own. */
function foldersOf(
  environment: NodeJS.ProcessEnv,
  uid: number,
  service: string,
): { readonly runtime: string | null; readonly state: string } {
  const runtime = firstOf(environment.RUNTIME_DIRECTORY) ?? (uid === 0 ? `/run/${service}` : inside(environment.XDG_RUNTIME_DIR));
  const state =
    firstOf(environment.STATE_DIRECTORY) ??
    (uid === 0 ? `/var/lib/${service}` : inside(environment.XDG_STATE_HOME ?? join(homedir(), '.local/state'))!);
  return { runtime, state };
}

/** systemd joins several directories with colons. */
const firstOf = (directories: string | undefined): string | null => directories?.split(':')[0] || null;

const inside = (directory: string | undefined): string | null =>
  directory === undefined || directory === '' ? null : join(directory, 'understudy');
