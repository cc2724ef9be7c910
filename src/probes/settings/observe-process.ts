// Looks at the environment that the process of a service was really started with.
import { posix } from 'node:path';
import type { Machine, RunningProcess } from '../../contract/machine.ts';
import type { Source } from './facts.ts';
import { namedKeys, type OneRead, seen } from './keys.ts';
import { unreadable, unseen } from './observe-file.ts';
import { lenientText } from './read/decode.ts';
import { flatKey } from './read/steps.ts';
import type { Look, Target } from './target.ts';
import type { UnitSight } from './units/unit.ts';

/** The kernel starts no program with more than 2 MiB of arguments and environment where the stack is 8 MiB; real ones have some 4 kB. */
const bytesMax = 512 * 1024;
const processesMax = 20_000;
/** Of which the group is read, a file each. */
const groupsMax = 2_000;

/** Other at each start, or about the start and not about the service (systemd.exec(5), environ(7)). */
const ofTheStart: ReadonlySet<string> = new Set([
  'INVOCATION_ID',
  'JOURNAL_STREAM',
  'SYSTEMD_EXEC_PID',
  'MAINPID',
  'MANAGERPID',
  'NOTIFY_SOCKET',
  'WATCHDOG_PID',
  'WATCHDOG_USEC',
  'LISTEN_PID',
  'LISTEN_FDS',
  'LISTEN_FDNAMES',
  'MEMORY_PRESSURE_WATCH',
  'MEMORY_PRESSURE_WRITE',
  'CREDENTIALS_DIRECTORY',
  'PWD',
  'OLDPWD',
  'SHLVL',
  '_',
]);

export async function observeProcess(target: Target, look: Look, sight: UnitSight): Promise<Source['content']> {
  const pid = await pidOf(target, look.machine, sight);
  if (typeof pid !== 'number') return pid;
  const file = await look.machine.readFile(`/proc/${pid}/environ`, { bytesMax, isSecret: true });
  // A /proc that hides the processes of others (hidepid) looks the same as one from which the process has gone.
  if (file.kind === 'missing') return unseen('unreadable', 'its process is not shown to this user, or has ended just now');
  if (file.kind === 'failed') return file.reason === 'denied' ? notPermitted : unreadable(file);
  if (file.isCut) return unseen('too-much-output', 'its environment is too large');
  const values = environment(file.bytes);
  return values === null
    ? unseen('unparsable', 'its environment is not of the form that programs are started with')
    : seen(await namedKeys(values, target, look));
}

const notPermitted = unseen('denied', 'the kernel shows the environment of a process to its own user only');

async function pidOf(target: Target, machine: Machine, sight: UnitSight): Promise<number | Exclude<Source['content'], { kind: 'seen' }>> {
  if (sight.kind === 'unit' && sight.pid !== null) return sight.pid;
  if (target.process === undefined) {
    if (sight.kind === 'not-found') return { kind: 'missing', detail: sight.detail };
    return sight.kind === 'unit' ? { kind: 'not-running' } : ((await pidInGroup(target.where, machine)) ?? sight);
  }
  const listed = await machine.processes({ entriesMax: processesMax });
  if (listed.kind === 'failed') return unreadable(listed);
  const first = firstOf(
    listed.processes.filter(({ command, argv }) => command === target.process || posix.basename(argv[0] ?? '') === target.process),
  );
  if (first !== undefined) return first.pid;
  return listed.isCut ? unseen('unreadable', 'not every process is shown to this user') : { kind: 'not-running' };
}

/** The one that started the others. */
const firstOf = (processes: readonly RunningProcess[]): RunningProcess | undefined =>
  processes.toSorted((a, b) => a.startedMs - b.startedMs || a.pid - b.pid)[0];

/** Where systemd cannot be asked, the kernel still knows into which group it put a process; null where none is in that of the unit. */
async function pidInGroup(unit: string, machine: Machine): Promise<number | null> {
  const listed = await machine.processes({ entriesMax: groupsMax });
  if (listed.kind === 'failed') return null;
  const found: RunningProcess[] = [];
  for (const one of listed.processes) {
    const file = await machine.readFile(`/proc/${one.pid}/cgroup`, { bytesMax: 4_096 });
    if (file.kind === 'file' && file.text.split('\n').some((line) => line.endsWith(`/${unit}`) || line.includes(`/${unit}/`)))
      found.push(one);
  }
  return firstOf(found)?.pid ?? null;
}

/**
 * `NAME=value`, each ended by a zero byte. Null where the bytes are of another form, as of a process that wrote over them
 * (setproctitle). Each variable is decoded by itself, so that one that is no UTF-8 changes none of the others.
 */
function environment(bytes: Uint8Array): ReadonlyMap<string, OneRead> | null {
  const values = new Map<string, OneRead>();
  for (let start = 0, end = 0; start < bytes.length; start = end + 1) {
    end = bytes.indexOf(0, start);
    if (end === -1) end = bytes.length;
    const word = lenientText(bytes.subarray(start, end));
    if (word === '') continue;
    const at = word.indexOf('=');
    if (at <= 0 || /[^\x21-\x7e]/.test(word.slice(0, at))) return null;
    const name = word.slice(0, at);
    // As getenv(3) has it, the first one counts.
    if (!ofTheStart.has(name) && !values.has(flatKey(name))) values.set(flatKey(name), { kind: 'scalar', text: word.slice(at + 1) });
  }
  return values;
}
