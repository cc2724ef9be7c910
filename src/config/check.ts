// One check as a file has it: who looks, how often, and with which settings, by the probe's own schema.
import type { Check, CheckSchedule } from '../contract/check.ts';
import { parseDurationMs } from '../contract/duration.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { fillDefaults } from '../contract/schema.ts';
import type { ConfigError } from './config-error.ts';
import { readCron } from './cron.ts';
import { type CheckSection, checkIdPattern } from './file-schema.ts';
import { didYouMean, nearest } from './nearest.ts';
import { isRecord, schemaErrors, schemaNode, show, spoken } from './schema-messages.ts';
import { settingProblems } from './setting-formats.ts';
import type { ConfigText } from './yaml-text.ts';

/** A machine looked at more often than this does little else. */
const everyMsMin = 1_000;

export interface Around {
  readonly text: ConfigText;
  /** Where the check stands. */
  readonly pointer: string;
  readonly probes: ReadonlyMap<string, AnyProbe>;
  readonly captures: string | null;
}

export interface CheckRead {
  readonly check: Check | null;
  readonly errors: readonly ConfigError[];
}

export async function readCheck(id: string, given: unknown, { text, pointer, probes, captures }: Around): Promise<CheckRead> {
  const called = spoken(pointer);
  const fail = (part: 'key' | 'value', at: string, message: string): CheckRead => ({
    check: null,
    errors: [text.error(at, part, message)],
  });
  if (!new RegExp(checkIdPattern).test(id))
    return fail('key', pointer, `${show(id)} cannot name a check; expected small letters, digits and dashes, like app-certs`);
  if (!isRecord(given)) return { check: null, errors: [] }; // the schema of the file has said so
  const section = given;
  const name = probeName(id, section);
  const probe = probes.get(name);
  if (probe === undefined) {
    const isNamed = typeof section.probe === 'string';
    const near = nearest(name, probes.keys());
    const hint = didYouMean(name, probes.keys());
    return isNamed
      ? fail('value', `${pointer}/probe`, `${called}.probe: there is no probe named ${show(name)}${hint}`)
      : fail(
          'key',
          pointer,
          `${called}: there is no probe named ${show(name)}${near === null ? "; say which it uses with 'probe:'" : ''}${hint}`,
        );
  }
  if (name !== id && probes.has(id)) {
    return fail(
      'value',
      `${pointer}/probe`,
      `${called}.probe: a check named like the probe ${id} cannot use ${name}; give it another name`,
    );
  }
  const times = await readTimes(section, text, pointer, probe);
  const settings = await readSettings({ section, text, pointer, probe, captures });
  const errors = [...times.errors, ...settings.errors];
  if (errors.length > 0) return { check: null, errors };
  const isRequired = section.required !== false;
  return { check: { id, probe: probe.id, settings: settings.value, ...times.value, isRequired, ...confirmOf(section, probe) }, errors: [] };
}

export const probeName = (id: string, section: unknown): string =>
  isRecord(section) && typeof section.probe === 'string' ? section.probe : id;

/** What one of the two numbers leaves open, the probe says. */
function confirmOf({ confirm }: Record<string, unknown>, { defaults }: AnyProbe): Pick<Check, 'confirm'> {
  if (!isRecord(confirm)) return {};
  const { bad, good } = { bad: 1, good: 1, ...defaults.confirm, ...(confirm as NonNullable<CheckSection['confirm']>) };
  return { confirm: { bad, good } };
}

interface Given extends Omit<Around, 'probes'> {
  readonly section: Record<string, unknown>;
  readonly probe: AnyProbe;
}

async function readSettings({ section, text, pointer, probe, captures }: Given): Promise<{
  readonly value: unknown;
  readonly errors: readonly ConfigError[];
}> {
  const isGiven = section.settings !== undefined && section.settings !== null;
  const missing = !isGiven && 'notTold' in probe.withoutConfig ? probe.withoutConfig.notTold : null;
  if (missing !== null)
    return { value: null, errors: [text.error(pointer, 'key', `${spoken(pointer)}: settings are missing: ${missing}`)] };
  const base = `${pointer}/settings`;
  const given = isGiven ? section.settings : structuredClone('settings' in probe.withoutConfig ? probe.withoutConfig.settings : {});
  const value = withCaptures(given, probe, captures, !isGiven);
  const problems = fillDefaults(probe.settings, value);
  const shape = schemaErrors(problems, { text, base, value, schema: probe.settings });
  // Where the shape is wrong already, what it should mean adds nothing.
  const meant = (await settingProblems(probe.settings, value, text, base)).filter(
    (error) => !shape.some((one) => one.line === error.line && one.column === error.column),
  );
  return { value, errors: [...shape, ...meant, ...(shape.length === 0 ? nameErrors(probe, value, text, base) : [])] };
}

/** A probe that reads captures has a setting of this name; what the file says for all counts unless a check says otherwise. */
export function withCaptures(settings: unknown, probe: AnyProbe, captures: string | null, isDefault: boolean): unknown {
  const isRead = schemaNode(probe.settings).properties?.captureFolder !== undefined;
  if (captures === null || !isRead || !isRecord(settings) || (!isDefault && settings.captureFolder !== undefined)) return settings;
  return { ...settings, captureFolder: captures };
}

function nameErrors(probe: AnyProbe, settings: unknown, text: ConfigText, base: string): readonly ConfigError[] {
  const wrong = (probe.namesIn?.(settings) ?? []).filter(({ name, known }) => !known.includes(name));
  return wrong.map(({ pointer, name, known }) =>
    text.error(base + pointer, 'value', `${spoken(base + pointer)}: ${show(name)} is not known${didYouMean(name, known)}`),
  );
}

type Times = Pick<Check, 'schedule' | 'timeoutMs' | 'staleAfterMs'>;

async function readTimes(
  section: Record<string, unknown>,
  text: ConfigText,
  pointer: string,
  probe: AnyProbe,
): Promise<{ readonly value: Times; readonly errors: readonly ConfigError[] }> {
  const errors: ConfigError[] = [];
  const say = (key: string, message: string): void => {
    errors.push(text.error(`${pointer}/${key}`, 'value', `${spoken(pointer)}.${key}: ${message}`));
  };
  const ms = (key: string): number | null => (typeof section[key] === 'string' ? parseDurationMs(section[key]) : null);

  const { defaults } = probe;
  if (section.every !== undefined && section.cron !== undefined) say('cron', "a check has 'every' or 'cron', not both");
  const everyMs = ms('every') ?? defaults.everyMs;
  if (everyMs < everyMsMin) say('every', `${show(section.every)} is too often; expected at least 1s`);
  const { schedule, periodMs } = await readSchedule(section, everyMs, (message) => say('cron', message));

  const timeoutMs = ms('timeout') ?? Math.min(defaults.timeoutMs, periodMs);
  if (timeoutMs <= 0) say('timeout', `${show(section.timeout)} ends a look before it begins`);
  if (ms('timeout') !== null && timeoutMs > periodMs)
    say('timeout', `${show(section.timeout)} is longer than the time between two looks (${inUnits(periodMs)})`);
  // Two looks may fail before what was seen no longer counts.
  const staleAfterMs = ms('staleAfter') ?? Math.max(defaults.staleAfterMs, 3 * periodMs);
  if (staleAfterMs < periodMs)
    say('staleAfter', `${show(section.staleAfter)} is shorter than the time between two looks (${inUnits(periodMs)})`);
  return { value: { schedule, timeoutMs, staleAfterMs }, errors };
}

async function readSchedule(
  section: Record<string, unknown>,
  everyMs: number,
  say: (message: string) => void,
): Promise<{ readonly schedule: CheckSchedule; readonly periodMs: number }> {
  const { cron } = section;
  const every = { schedule: { kind: 'every', everyMs } as const, periodMs: everyMs };
  if (typeof cron !== 'string' || section.every !== undefined) return every;
  const read = await readCron(cron);
  if (read.kind === 'wrong') {
    say(read.message);
    return every;
  }
  return { schedule: { kind: 'cron', expression: cron }, periodMs: read.longestGapMs };
}

/** As it would be written in the file. */
function inUnits(ms: number): string {
  const [unit, size] =
    (
      [
        ['d', 86_400_000],
        ['h', 3_600_000],
        ['m', 60_000],
        ['s', 1_000],
      ] as const
    ).find(([, one]) => ms >= one && ms % one === 0) ?? (['ms', 1] as const);
  return `${ms / size}${unit}`;
}
