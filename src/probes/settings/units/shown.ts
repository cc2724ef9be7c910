// Reads what `systemctl show` says about a unit: whether it runs, since when, from which files, and with which environment.
import type { Declared, EnvironmentFile } from './declared.ts';
import { assignment, unitWords } from './words.ts';

/** Whether and since when it runs, and from which files it is made. */
export const stateProperties =
  'Id,LoadState,ActiveState,MainPID,FragmentPath,DropInPaths,NeedDaemonReload,ExecMainStartTimestamp,ActiveEnterTimestamp';

/** systemd before 239 printed the files under the name that unit files have for them. */
export const environmentProperties = 'Environment,EnvironmentFiles,EnvironmentFile,UnsetEnvironment';

/** Null where nothing about an environment was said: a property that was asked for by name is printed even where it is empty. */
export function parseDeclared(text: string): Declared | null {
  const values = properties(text);
  const names = ['Environment', 'EnvironmentFiles', 'EnvironmentFile'];
  if (!names.some((name) => values.has(name))) return null;
  const assignments = assignmentsOf((values.get('Environment') ?? []).join(' '));
  const unset = unitWords((values.get('UnsetEnvironment') ?? []).join(' '));
  if (assignments === null || unset === null) return null;
  const files = [...(values.get('EnvironmentFiles') ?? []), ...(values.get('EnvironmentFile') ?? [])].flatMap(filesOf);
  return { assignments, files, unset };
}

/** systemd before 231 quoted nothing: a word that is no assignment goes on with the one before. */
function assignmentsOf(text: string): Declared['assignments'] | null {
  const words = unitWords(text) ?? unquotedWords(text);
  const assignments: [string, string][] = [];
  for (const word of words) {
    const pair = assignment(word);
    const last = assignments.at(-1);
    if (pair !== null) assignments.push([...pair]);
    else if (last === undefined) return null;
    else last[1] += ` ${word}`;
  }
  return assignments;
}

const unquotedWords = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '');

function filesOf(line: string): readonly EnvironmentFile[] {
  // Old systemd prints all files on one line.
  const found = [...line.matchAll(/(\/.*?) \(ignore_errors=(yes|no)\)/g)].map((one) => ({ path: one[1]!, isOptional: one[2] === 'yes' }));
  return found.length > 0 || !line.startsWith('/') ? found : [{ path: line, isOptional: false }];
}

export interface ShownState {
  readonly loadState: string;
  readonly activeState: string;
  readonly pid: number | null;
  /** Epoch milliseconds. */
  readonly startedMs: number | null;
  readonly files: readonly string[];
  readonly isReloadDue: boolean;
}

/** Null where the text is no answer about a unit. */
export function parseState(text: string): ShownState | null {
  const values = properties(text);
  const one = (name: string): string => values.get(name)?.[0] ?? '';
  if (!values.has('LoadState') && !values.has('MainPID') && !values.has('Environment')) return null;
  const pid = Number(one('MainPID'));
  return {
    loadState: values.has('LoadState') ? one('LoadState') : 'loaded',
    activeState: one('ActiveState'),
    pid: Number.isSafeInteger(pid) && pid > 0 ? pid : null,
    startedMs: instant(one('ExecMainStartTimestamp')) ?? instant(one('ActiveEnterTimestamp')),
    files: [one('FragmentPath'), ...one('DropInPaths').split(' ')].filter((path) => path.startsWith('/')),
    isReloadDue: one('NeedDaemonReload') === 'yes',
  };
}

/** `Mon 2026-11-23 11:00:00 UTC`, as TZ=UTC makes it; a name of another zone tells no instant. */
function instant(text: string): number | null {
  const match = /(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) (?:UTC|GMT)$/.exec(text);
  const ms = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}Z`);
  return Number.isNaN(ms) ? null : ms;
}

/** Every line of each property, since files come one a line under one name. A line without a name goes on with the one before. */
function properties(text: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  let last: string[] | undefined;
  for (const line of text.replace(/\n+$/, '').split('\n')) {
    const match = /^([A-Z][A-Za-z0-9]*)=(.*)$/.exec(line);
    if (match !== null) {
      last = values.get(match[1]!) ?? [];
      values.set(match[1]!, last);
      last.push(match[2]!);
    } else if (last !== undefined) last[last.length - 1] += `\n${line}`;
  }
  return values;
}
