// Understands `canonical-livepatch status --format json` and `kpatch list`.
import type { Patch, Trouble } from './facts.ts';

export interface CanonicalStatus {
  readonly applied: readonly Patch[];
  readonly waiting: readonly Patch[];
  readonly trouble: Trouble;
  readonly checkedAtMs: number | null;
}

/** Null where it tells nothing of a running kernel. The machine's id and token in the same answer are not kept. */
export function parseCanonicalStatus(stdout: string): CanonicalStatus | null {
  const root = record(parseJson(stdout));
  const statuses = root?.Status;
  const running = Array.isArray(statuses) ? statuses.map(record).find((one) => one?.Running === true) : undefined;
  const livepatch = record(running?.Livepatch);
  const state = livepatch?.State;
  if (livepatch === null || livepatch === undefined || typeof state !== 'string') return null;
  const version = typeof livepatch.Version === 'string' ? livepatch.Version : '';
  const checked = Date.parse(String(root?.['Last-Check'] ?? ''));
  return {
    applied: state === 'applied' || state === 'applied-with-bug' ? appliedFixes(livepatch, version) : [],
    waiting: state === 'unapplied' || state === 'applying' ? [{ id: version === '' ? 'livepatch' : version }] : [],
    trouble: troubleOf(state, livepatch.CheckState, running?.Supported),
    checkedAtMs: Number.isNaN(checked) ? null : checked,
  };
}

function appliedFixes(livepatch: Readonly<Record<string, unknown>>, version: string): readonly Patch[] {
  const fixes = Array.isArray(livepatch.Fixes) ? livepatch.Fixes.map(record) : [];
  const patched = fixes.flatMap((fix) =>
    typeof fix?.Name === 'string' && fix.Patched !== false
      ? [
          {
            id: fix.Name,
            ...(typeof fix.Description === 'string' ? { title: fix.Description.split('\n')[0]!.slice(0, 200) } : {}),
          },
        ]
      : [],
  );
  return patched.length > 0 ? patched.sort((a, b) => (a.id < b.id ? -1 : 1)) : [{ id: version }];
}

/** States in which nothing is wrong; a word that is not known is not taken for one. */
const knownStates: readonly string[] = ['applied', 'applying', 'unapplied', 'nothing-to-apply'];

function troubleOf(state: string, check: unknown, supported: unknown): Trouble {
  if (state === 'apply-failed' || state === 'applied-with-bug') return 'apply-failed';
  if (check === 'check-failed') return 'check-failed';
  if (
    state === 'kernel-upgrade-required' ||
    supported === 'unsupported' ||
    supported === 'kernel-upgrade-required' ||
    supported === 'kernel-end-of-life'
  )
    return 'unsupported-kernel';
  return knownStates.includes(state) ? 'none' : 'other';
}

export interface KpatchList {
  readonly loaded: readonly Patch[];
  /** Modules that are installed for this release and not loaded. */
  readonly installedFor: (release: string) => Patch[];
}

/** A handful of modules a kernel; more is no such list. */
const listCharsMax = 65_536;

/** Null where the two headings are not there. */
export function parseKpatchList(stdout: string): KpatchList | null {
  if (stdout.length > listCharsMax) return null;
  const match = /^Loaded patch modules:\n([\s\S]*?)\n*^Installed patch modules:\n?([\s\S]*)$/m.exec(stdout);
  if (match === null) return null;
  const loaded = [...match[1]!.matchAll(/^(\S+) \[enabled\]/gm)].map((row) => ({ id: row[1]! }));
  const installed = [...match[2]!.matchAll(/^(\S+) \((\S+)\)$/gm)].map((row) => ({ id: row[1]!, release: row[2]! }));
  // kpatch writes module names with either dash or underscore.
  const key = (id: string): string => id.replaceAll('-', '_');
  const isLoaded = new Set(loaded.map((one) => key(one.id)));
  return {
    loaded,
    installedFor: (release) => installed.filter((one) => one.release === release && !isLoaded.has(key(one.id))).map(({ id }) => ({ id })),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const record = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
