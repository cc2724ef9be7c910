// Reads what sqlplus told of a database: its state, its containers, and the attempts to patch its dictionary.
import type { UnseenReason } from '../../contract/outcome.ts';
import { describePatch, type Patch } from './patch.ts';

export interface Attempt {
  readonly containerId: number;
  readonly patch: Patch;
  /** `APPLY` or `ROLLBACK`. */
  readonly action: string;
  /** `SUCCESS`, `WITH ERRORS`, …; null where the question did not ask for it. */
  readonly status: string | null;
  /** As text that sorts by time. */
  readonly at: string;
}

export interface Container {
  readonly id: number;
  readonly name: string;
  readonly openMode: string;
}

export interface DatabaseTold {
  readonly name: string | null;
  readonly uniqueName: string | null;
  readonly openMode: string | null;
  /** `PRIMARY`, `PHYSICAL STANDBY`, …; null where nothing said it. */
  readonly role: string | null;
}

export type RegistryTold =
  | {
      readonly kind: 'attempts';
      readonly database: DatabaseTold;
      readonly containers: readonly Container[];
      readonly attempts: readonly Attempt[];
    }
  | { readonly kind: 'not-open'; readonly database: DatabaseTold }
  /** 11g: its dictionary keeps no list of patches by their ids. */
  | { readonly kind: 'not-kept'; readonly database: DatabaseTold }
  | { readonly kind: 'refused'; readonly database: DatabaseTold; readonly reason: UnseenReason; readonly detail: string };

/** First and last line of packaging/systemd/capture-oracle.sql: what lies between them is whole. */
const form = 'understudy-oracle/1';
const unknownDatabase: DatabaseTold = { name: null, uniqueName: null, openMode: null, role: null };

/** `exitCode` says nothing by itself: sqlplus ends with 0 after errors unless it was told otherwise. */
export function parseRegistry(stdout: string, exitCode: number): RegistryTold {
  const records = stdout.split(/\r?\n/).map((line) => line.trim().split('|'));
  const database = databaseOf(records);
  const error = errorOf(stdout, database);
  if (error !== null) return error;
  if (!records.some(([word]) => word === form))
    return parseColumns(stdout) ?? refused(database, 'unparsable', 'sqlplus printed no records');
  if (!records.some(([word, what]) => word === 'end' && what === form))
    return refused(database, exitCode === 124 ? 'timeout' : 'unparsable', 'sqlplus was ended before it had told everything');
  const attempts = records.flatMap((fields) => attemptOf(fields));
  if (attempts.length !== records.filter(([word]) => word === 'sqlpatch').length)
    return refused(database, 'unparsable', 'sqlplus printed records that are none of its patch registry');
  if (records.some(([word, what]) => word === 'registry' && what === 'none')) return { kind: 'not-kept', database };
  return { kind: 'attempts', database, containers: records.flatMap(containerOf), attempts };
}

type Fields = readonly string[];

function databaseOf(records: readonly Fields[]): DatabaseTold {
  const [, name, uniqueName, openMode, role] = records.find(([word]) => word === 'database') ?? [];
  const given = (text: string | undefined): string | null => (text === undefined || text === '' ? null : text.slice(0, 64));
  return { name: given(name), uniqueName: given(uniqueName), openMode: given(openMode), role: given(role) };
}

const errors: readonly (readonly [RegExp, UnseenReason, string])[] = [
  [/ORA-01034|ORA-27101|Connected to an idle instance/, 'unreadable', 'The database is not started'],
  [/ORA-01507/, 'unreadable', 'The instance is started and its database is not mounted'],
  [/ORA-01031|ORA-01017/, 'denied', 'sqlplus may not connect as SYSDBA'],
  [/SP2-0667|SP2-0750|Error 6 initializing/, 'unreadable', 'sqlplus finds no ORACLE_HOME of its own'],
];

function errorOf(stdout: string, database: DatabaseTold): RegistryTold | null {
  if (/ORA-01219\b/.test(stdout) || (/^MOUNTED/.test(database.openMode ?? '') && /ORA-/.test(stdout)))
    return { kind: 'not-open', database };
  // v$database as people paste it.
  if (database.role === null && /\bMOUNTED\b/.test(stdout) && /\bPHYSICAL STANDBY\b/.test(stdout))
    return { kind: 'not-open', database: { ...database, openMode: 'MOUNTED', role: 'PHYSICAL STANDBY' } };
  const known = errors.find(([expression]) => expression.test(stdout));
  if (known !== undefined) return refused(database, known[1], known[2]);
  const other = /^[ \t]*(?:ORA|SP2)-[0-9]{4,5}/m.exec(stdout)?.[0].trim();
  return other === undefined ? null : refused(database, 'unreadable', `sqlplus answered with ${other}`);
}

const refused = (database: DatabaseTold, reason: UnseenReason, detail: string): RegistryTold => ({
  kind: 'refused',
  database,
  reason,
  detail,
});

function containerOf([word, id, name, openMode]: Fields): readonly Container[] {
  return word === 'container' && /^[0-9]{1,5}$/.test(id ?? '')
    ? [{ id: Number(id), name: (name ?? '').slice(0, 128), openMode: openMode ?? '' }]
    : [];
}

/** The description comes last, since only it may hold a bar. */
function attemptOf([word, container, id, action, status, at, ...description]: Fields): readonly Attempt[] {
  if (word !== 'sqlpatch' || !/^[0-9]{1,5}$/.test(container ?? '') || !/^[0-9]{1,12}$/.test(id ?? '') || at === undefined) return [];
  const patch = describePatch(id!, description.join('|').trim().slice(0, 200));
  return [{ containerId: Number(container), patch, action: action!.toUpperCase(), status: status!.toUpperCase(), at }];
}

/** The columns that sqlplus prints by itself, as people paste them: a line of names, a line of dashes that gives the widths, rows. */
function parseColumns(stdout: string): RegistryTold | null {
  const lines = stdout.split(/\r?\n/);
  const rule = lines.findIndex((line) => /^-[- ]*\s*$/.test(line));
  if (rule < 1) return null;
  const spans = [...lines[rule]!.matchAll(/-+/g)].map(({ index, 0: dashes }) => [index, index + dashes.length] as const);
  const cells = (line: string): readonly string[] =>
    spans.map(([from, to], at) => line.slice(from, at === spans.length - 1 ? undefined : to).trim());
  const names = cells(lines[rule - 1]!).map((name) => name.toUpperCase());
  const column = (row: readonly string[], ...called: readonly string[]): string | null =>
    row[names.findIndex((name) => called.includes(name))] ?? null;
  const rows = lines
    .slice(rule + 1)
    .map(cells)
    .filter((row) => /^[0-9]{5,12}$/.test(column(row, 'PATCH_ID') ?? ''));
  if (rows.length === 0 || !names.includes('ACTION')) return null;
  const attempts = rows.map((row) => ({
    containerId: Number(/^[0-9]{1,5}$/.exec(column(row, 'CON_ID') ?? '')?.[0] ?? 0),
    patch: describePatch(column(row, 'PATCH_ID')!, (column(row, 'DESCRIPTION') ?? '').slice(0, 200)),
    action: (column(row, 'ACTION') ?? '').toUpperCase(),
    status: column(row, 'STATUS')?.toUpperCase() ?? null,
    at: sortable(column(row, 'ACTION_TIME', 'EVENT_DATE') ?? ''),
  }));
  return { kind: 'attempts', database: unknownDatabase, containers: [], attempts };
}

/** `16-OCT-24 11.22.47.880070 AM` sorts by time no better than any text; what is of no known form does not decide, and the last row counts. */
function sortable(time: string): string {
  if (/^[0-9]{4}-[0-9]{2}-[0-9]{2}/.test(time)) return time;
  const [, day, month, year, hour, rest, half] =
    /^([0-9]{2})-([A-Z]{3})-([0-9]{2,4})(?: ([0-9]{2})([.:0-9]*) ?([AP]M)?)?/i.exec(time) ?? [];
  const at = 'JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC'.indexOf(month?.toUpperCase() ?? '?') / 3;
  if (!Number.isInteger(at) || at < 0) return '';
  const hours = (Number(hour ?? 0) % (half === undefined ? 24 : 12)) + (half?.toUpperCase() === 'PM' ? 12 : 0);
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${year!.length === 2 ? `20${year}` : year}-${two(at + 1)}-${day}T${two(hours)}${(rest ?? '').replaceAll('.', ':')}`;
}

export type DictionaryState = 'applied' | 'failed' | 'rolled-back' | 'rollback-failed' | 'status-unseen';

/** Each attempt is a row of its own; the newest one of a patch in a container says how it stands. */
export function newestAttempts(attempts: readonly Attempt[]): readonly Attempt[] {
  const newest = new Map<string, Attempt>();
  for (const attempt of attempts) {
    const key = `${attempt.containerId} ${attempt.patch.id}`;
    const before = newest.get(key);
    if (before === undefined || attempt.at >= before.at) newest.set(key, attempt);
  }
  return [...newest.values()].sort((a, b) => a.containerId - b.containerId || Number(a.patch.id) - Number(b.patch.id));
}

export function stateOf({ action, status }: Attempt): DictionaryState {
  const isRollback = action.startsWith('ROLLBACK');
  if (status === null || status === '') return 'status-unseen';
  if (status === 'SUCCESS') return isRollback ? 'rolled-back' : action === 'APPLY' ? 'applied' : 'status-unseen';
  return isRollback ? 'rollback-failed' : 'failed';
}
