// Looks at what a database says of the patches in its dictionary, without ever opening, starting or patching one.
import { askHome, environmentOf, unseenFrom } from './ask.ts';
import type { Asking } from './asking.ts';
import { captureOf, type OwnedCapture } from './captures.ts';
import { type Container, type Database, type DictionaryPatch, partUnseen, type Registry } from './facts.ts';
import type { DatabaseHere, Instances } from './instances.ts';
import { type Attempt, type DatabaseTold, newestAttempts, parseRegistry, type RegistryTold, stateOf } from './registry-parse.ts';

/** Connecting and seven queries of small tables; a database that hangs is a finding of somebody else. */
const sqlplusTimeoutMs = 60_000;
/** The script of the capture unit: queries only. */
const script = '@/usr/lib/understudy/capture-oracle.sql';

export interface DatabaseLook {
  readonly database: Database;
  /** When the capture was made that it was learnt from. */
  readonly capturedMs: number | null;
}

/** `uid` owns the home. */
export async function lookAtDatabase(asking: Asking, here: DatabaseHere, uid: number | null, instances: Instances): Promise<DatabaseLook> {
  const capture = captureFor(asking, here, uid);
  const isDown = instances.isWhole && here.sid === null;
  const asked = capture === null && !isDown ? await askDatabase(asking, here, uid) : null;
  const told = capture === null ? asked : parseRegistry(`${capture.stdout}\n${capture.stderr}`, capture.code);
  const database = told === null || 'seen' in told ? null : told.database;
  const registry = isDown ? partUnseen('unreadable', 'No instance of this database runs here') : registryOf(told, capture);
  return {
    database: { name: here.name, databaseName: database?.name ?? null, home: here.home, role: database?.role ?? null, registry },
    capturedMs: capture === null || isDown ? null : capture.at,
  };
}

function captureFor({ captures }: Asking, { name, sid, home }: DatabaseHere, uid: number | null): OwnedCapture | null {
  const about = home === null ? {} : { home };
  const bySid = sid === null ? null : captureOf(captures, 'database', { ...about, sid }, uid);
  return bySid ?? captureOf(captures, 'database', { ...about, database: name }, uid);
}

type Asked = RegistryTold | { readonly seen: false; readonly registry: Registry };

const notSeen = (registry: Registry): Asked => ({ seen: false, registry });

/** Only as the owner of the home, whom the operating system lets in as SYSDBA. */
async function askDatabase({ port, user }: Asking, { name, sid, home }: DatabaseHere, uid: number | null): Promise<Asked> {
  if (home === null) return notSeen(partUnseen('unreadable', 'Nothing tells which home this database runs from'));
  const isOurs = user === 'anybody' || (user !== null && user === uid);
  if (!isOurs) return notSeen(notCaptured);
  const env = { ...environmentOf(home), ORACLE_SID: sid ?? name };
  const answer = await askHome(port, [[`${home}/bin/sqlplus`, '-S', '-L', '/', 'as', 'sysdba', script]], {
    env,
    timeoutMs: sqlplusTimeoutMs,
  });
  if (answer.kind === 'exited') return parseRegistry(`${answer.stdout}\n${answer.stderr}`, answer.code);
  const nobodyAsked = user === 'anybody' && (answer.reason === 'unreadable' || answer.reason === 'tool-missing');
  return notSeen(nobodyAsked ? notCaptured : unseenFrom(answer));
}

/** Whether one of these details, or of those of the parser, says that the database is not open: it then has nothing to say. */
export const tellsNotOpen = (detail: string): boolean =>
  /^(?:No instance of this database runs here|(?:The|This) (?:database|instance) is )/.test(detail);

const notCaptured = partUnseen('denied', 'Only the owner of the home may ask the database, and no capture tells what it said', true);

function registryOf(told: Asked | null, capture: OwnedCapture | null): Registry {
  if (told === null) return notCaptured;
  if ('seen' in told) return told.registry;
  switch (told.kind) {
    case 'refused':
      return partUnseen(told.reason, told.detail);
    case 'not-kept':
      return { kind: 'not-applicable', because: 'not-kept' };
    case 'not-open':
      return notOpen(told.database);
    case 'attempts':
      return { kind: 'seen', containers: containersOf(told), learntFrom: capture === null ? 'sqlplus' : 'capture of sqlplus' };
  }
}

/** A standby that only applies redo is mounted; any other database in that state has not come up. */
function notOpen({ role, openMode }: DatabaseTold): Registry {
  if (role === null) return { kind: 'not-applicable', because: 'not-open' };
  return /STANDBY|FAR SYNC/.test(role)
    ? { kind: 'not-applicable', because: 'mounted-standby' }
    : partUnseen(
        'unreadable',
        `This database is ${openMode === null ? 'not open' : openMode.toLowerCase()} and its role is ${role.toLowerCase()}`,
      );
}

/** The seed answers only sessions inside it, so that no rows of it mean nothing. */
function containersOf({ containers, attempts }: Extract<RegistryTold, { kind: 'attempts' }>): readonly Container[] & Container[] {
  const newest = newestAttempts(attempts);
  const known = new Set(containers.map(({ id }) => id));
  const untold = [...new Set(newest.map(({ containerId }) => containerId))].filter((id) => !known.has(id));
  const all = [...containers, ...untold.map((id) => ({ id, name: id === 0 ? '' : `container ${id}`, openMode: '' }))];
  const ofContainer = (id: number) => newest.filter(({ containerId }) => containerId === id).map(dictionaryPatch);
  const told = all.map(({ id, name, openMode }) => ({
    name: id === 0 ? '' : name,
    openMode,
    isOpen: !/^MOUNTED/.test(openMode),
    patches: ofContainer(id),
  }));
  return told.filter(({ name, patches }) => name !== 'PDB$SEED' || patches.length > 0);
}

function dictionaryPatch(attempt: Attempt): DictionaryPatch {
  const { id, description, kind } = attempt.patch;
  const status = attempt.status === null ? '' : ` ${attempt.status}`;
  return { id, description, kind, state: stateOf(attempt), attempt: `${attempt.action}${status}` };
}
