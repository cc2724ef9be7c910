// Understands what Ksplice's clients print and keep in files. Formats: GPL Uptrack client 1.2.x and Oracle's Ksplice guide;
// errors come on stdout, wrapped at 70 columns, and exit code 1 has several meanings.

import { type Dumped, member, readDumpedYaml } from './dumped-yaml.ts';
import type { Choice, Patch, PatchingOptions, Trouble } from './facts.ts';
import { buildDay } from './release.ts';

/** The longest title seen has 130 characters. */
const titleCharsMax = 300;
/** About 300 after two years of one kernel: more is no list of updates. */
export const patchesMax = 2_048;

export interface Shown {
  /** Undefined where the output has no such section. */
  readonly installed?: readonly Patch[];
  readonly available?: readonly Patch[];
  /** Undefined where the line is left out: then it is unknown, not the running release. */
  readonly effective?: string;
}

/** `uptrack-show [--available|--all]`, `ksplice kernel show`, `ksplice all show`; null where no known section heads it. */
export function parseShow(stdout: string): Shown | null {
  const sections: Record<'installed' | 'available', Section> = { installed: new Section(), available: new Section() };
  let current: Section | null = null;
  let effective: string | undefined;
  for (const line of stdout.split('\n').map((each) => each.trimEnd())) {
    const version = /^Effective kernel version is (\S+)$/.exec(line);
    if (line === 'Installed updates:') current = sections.installed;
    else if (line === 'Available updates:') current = sections.available;
    else if (version !== null) {
      effective = version[1]!;
      current = null;
    } else if (current !== null && !current.take(line)) return null;
  }
  const installed = sections.installed.patches;
  const available = sections.available.patches;
  if (installed === null && available === null) return null;
  return {
    ...(installed === null ? {} : { installed }),
    ...(available === null ? {} : { available }),
    ...(effective === undefined ? {} : { effective }),
  };
}

/** One list of updates: its lines, or the literal `None`. A section with neither was cut off. */
class Section {
  patches: Patch[] | null = null;

  take(line: string): boolean {
    if (line === '') return true;
    const update = updateLine.exec(line);
    if (line !== 'None' && (update === null || update[1] !== undefined)) return false;
    this.patches ??= [];
    if (update !== null) this.patches.push({ id: update[2]!, title: update[3]!.slice(0, titleCharsMax) });
    return this.patches.length <= patchesMax;
  }
}

const updateLine = /^(?:(Install|Remove|Installing|Removing) )?\[([0-9a-z]{8})\]:? (.+)$/;

export interface DryRun {
  readonly pending: readonly Patch[];
  readonly effective?: string;
}

/** `uptrack-upgrade -n`. Pending is what is installed and not also removed: one id under both is re-applied in a new order. */
export function parseUpgradeDryRun(stdout: string): DryRun | null {
  const lines = stdout.split('\n').map((line) => line.trimEnd());
  const effective = lines.map((line) => /^Effective kernel version is (\S+)$/.exec(line)?.[1]).find((one) => one !== undefined);
  const isNothing = lines.includes('Nothing to be done.');
  if (!isNothing && !lines.includes('The following steps will be taken:')) return null;
  const steps = lines.map((line) => updateLine.exec(line)).filter((step) => step !== null);
  const pending = pendingOf(steps.map((step) => ({ command: step[1] ?? '', id: step[2]!, title: step[3]! })));
  return { pending, ...(effective === undefined ? {} : { effective }) };
}

interface Step {
  readonly command: string;
  readonly id: string;
  readonly title: string;
}

function pendingOf(steps: readonly Step[]): readonly Patch[] {
  const removed = new Set(steps.filter((step) => step.command.startsWith('Remov')).map((step) => step.id));
  return steps
    .filter((step) => step.command.startsWith('Install') && !removed.has(step.id))
    .map(({ id, title }) => ({ id, title: title.slice(0, titleCharsMax) }));
}

const troubleByCode: Readonly<Record<number, Trouble>> = {
  10: 'no-network',
  11: 'internal-error',
  12: 'declined',
  13: 'unsupported-kernel',
  14: 'invalid-key',
  15: 'client-too-old',
  16: 'client-too-old',
  17: 'expired',
  18: 'server-error',
  19: 'not-activated',
  20: 'no-key',
  21: 'sys-not-mounted',
};

const troubleByText: readonly (readonly [RegExp, Trouble])[] = [
  [/\bdisabled by system administrator\b/i, 'disabled'],
  [/must be root|superuser|root privileges/i, 'not-root'],
  [/another (?:instance|copy)|already running|could not (?:get|acquire|obtain) .*lock|\block(?:ed)?\b/i, 'locked'],
  [/package list|run uptrack-upgrade/i, 'no-package-list'],
];

/** What a refusal means: by exit code, and for the overloaded 1 by the text on either stream. */
export function readTrouble(code: number, stdout: string, stderr: string): Trouble {
  if (code === 0) return 'none';
  const known = troubleByCode[code];
  if (known !== undefined) return known;
  const text = `${stdout}\n${stderr}`.replace(/\s+/g, ' ');
  return code === 1 ? (troubleByText.find(([pattern]) => pattern.test(text))?.[1] ?? 'other') : 'other';
}

export interface EffectiveFile {
  readonly release: string;
  readonly packageVersion: string | null;
  readonly builtOn: string | null;
  readonly original: { readonly release: string; readonly version: string };
  readonly installed: readonly string[];
}

/** `/var/lib/uptrack/effective_kernel`. Whether it still holds is for the caller to compare with the machine. */
export function parseEffectiveFile(text: string): EffectiveFile | null {
  const root = readDumpedYaml(text);
  const release = textOf(member(member(root, 'EffectiveKernel'), 'Release'));
  const original = member(root, 'OriginalKernel');
  const originalRelease = textOf(member(original, 'Release'));
  const originalVersion = textOf(member(original, 'Version'));
  const installed = idsOf(member(root, 'Installed'));
  if (release === null || originalRelease === null || originalVersion === null || installed === null) return null;
  if (!/^[0-9]+\.[0-9]/.test(release)) return null;
  return {
    release,
    packageVersion: textOf(member(member(root, 'EffectiveKernel'), 'PackageVersion')),
    builtOn: buildDay(textOf(member(member(root, 'EffectiveKernel'), 'Version')) ?? ''),
    original: { release: originalRelease, version: originalVersion },
    installed,
  };
}

export interface Plan {
  readonly pending: readonly Patch[];
  /** Epoch milliseconds of the contact that made it; null where the file does not say. */
  readonly madeAtMs: number | null;
}

/** The cached `upgrade_plan`. */
export function parsePlan(text: string): Plan | null {
  const root = readDumpedYaml(text);
  const plan = member(root, 'Plan');
  if (!Array.isArray(plan)) return null;
  const steps = plan.map((step: Dumped) => ({
    command: textOf(member(step, 'Command')) ?? '',
    id: textOf(member(step, 'ID')) ?? '',
    title: textOf(member(step, 'Name')) ?? '',
  }));
  if (steps.some((step) => step.command === '' || !/^[0-9a-z]{8}$/.test(step.id))) return null;
  return { pending: pendingOf(steps), madeAtMs: readTime(textOf(member(root, 'Time'))) };
}

/** The last contact in the cached `results`: by its code and message. The rest of that file may hold any text, so it is not read. */
export function parseResults(text: string): { readonly trouble: Trouble; readonly atMs: number | null } | null {
  const result = /^Result:\n((?: .*\n?)*)/m.exec(text)?.[1];
  const inline = /^Result: (\{.*\})$/ms.exec(text)?.[1];
  const code = /\bCode: ([0-9]{1,3})\b/.exec(result ?? inline ?? '')?.[1];
  if (code === undefined) return null;
  return { trouble: readTrouble(Number(code), result ?? inline ?? '', ''), atMs: readTime(/^Time: (.+)$/m.exec(text)?.[1] ?? null) };
}

/** Titles of installed updates in the cached `status`, by id. */
export function parseStatusTitles(text: string): ReadonlyMap<string, string> {
  const installed = member(member(readDumpedYaml(text), 'Updates'), 'Installed');
  if (!Array.isArray(installed)) return new Map();
  return new Map(
    installed.flatMap((one: Dumped) => {
      const id = textOf(member(one, 'ID'));
      const title = textOf(member(one, 'Name'));
      return id === null || title === null ? [] : [[id, title] as const];
    }),
  );
}

export interface UptrackConf {
  /** The key itself is never kept. */
  readonly key: 'present' | 'empty' | 'placeholder';
  readonly options: PatchingOptions;
}

/** `/etc/uptrack/uptrack.conf`; null where it is no such file. */
export function parseUptrackConf(text: string): UptrackConf | null {
  if (!/^\[(?:Auth|Settings|Network)\]\s*$/m.test(text)) return null;
  const auth = /^\[Auth\]\s*\n((?:(?!\[).*\n?)*)/m.exec(text)?.[1] ?? '';
  const key = /^[ \t]*accesskey[ \t]*[=:][ \t]*(.*)$/im.exec(auth)?.[1]?.trim() ?? '';
  const settings = /^\[Settings\]\s*\n((?:(?!\[).*\n?)*)/m.exec(text)?.[1] ?? '';
  return {
    key: key === '' ? 'empty' : /^INSERT_ACCESS_KEY/i.test(key) ? 'placeholder' : 'present',
    options: {
      installOnReboot: choiceOf(settings, 'install_on_reboot'),
      upgradeOnReboot: choiceOf(settings, 'upgrade_on_reboot'),
      autoinstall: choiceOf(settings, 'autoinstall'),
    },
  };
}

/** The client's own reader takes these words (Python's ConfigParser.getboolean). */
function choiceOf(section: string, name: string): Choice {
  const word = new RegExp(`^[ \\t]*${name}[ \\t]*[=:][ \\t]*(\\w+)`, 'im').exec(section)?.[1]?.toLowerCase() ?? '';
  if (['yes', 'true', 'on', '1'].includes(word)) return 'yes';
  return ['no', 'false', 'off', '0'].includes(word) ? 'no' : 'unset';
}

const textOf = (value: Dumped | undefined): string | null => (typeof value === 'string' ? value : null);

const idsOf = (value: Dumped | undefined): readonly string[] | null =>
  Array.isArray(value) && value.every((id) => typeof id === 'string' && /^[0-9a-z]{8}$/.test(id)) ? (value as readonly string[]) : null;

/** PyYAML writes UTC times as `2026-04-01 10:12:14.123456`, without a zone. */
function readTime(text: string | null): number | null {
  const match = /^'?([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2}:[0-9]{2})/.exec(text ?? '');
  if (match === null) return null;
  const at = Date.parse(`${match[1]}T${match[2]}Z`);
  return Number.isNaN(at) ? null : at;
}
