// Compares the patches of two homes: what one lacks, in which line it is older, and which of them is at the higher level.
import type { Home, HomePatch } from './facts.ts';
import { isDatabaseLevel, lineOf } from './patch.ts';
import { compareReleases, levelNumbers, majorOf, reaches } from './release.ts';

export interface Level {
  readonly release: string;
  /** Of the release update, PSU or bundle patch in the home; null where there is none or the patches are unseen. */
  readonly update: string | null;
}

/** Null where the release could not be seen. Where binaries and inventory contradict each other, the lower of both counts. */
export function levelOf(home: Home): Level | null {
  if (home.release.kind !== 'seen') return null;
  const { version } = home.release;
  const update = newestUpdate(home);
  return isContradicted(version, update) && compareReleases(update, version) < 0
    ? { release: `${levelNumbers(update)}.0.0.0`.split('.').slice(0, 5).join('.'), update }
    : { release: version, update };
}

function newestUpdate(home: Home): string | null {
  const versions = patchesOf(home).flatMap((patch) => (isDatabaseLevel(patch) && patch.version !== null ? [patch.version] : []));
  return versions.reduce<string | null>((best, one) => (best === null || compareReleases(one, best) > 0 ? one : best), null);
}

/** What the binaries say and what the inventory lists, where one of them is not true: an update that was applied by half, or relinked without. */
export function contradictionIn(home: Home): { readonly binaries: string; readonly inventory: string } | null {
  if (home.release.kind !== 'seen') return null;
  const update = newestUpdate(home);
  return isContradicted(home.release.version, update) ? { binaries: home.release.version, inventory: update } : null;
}

/** Up to 12.2 the binaries name no update. */
const isContradicted = (release: string, update: string | null): update is string =>
  update !== null && majorOf(release) >= 18 && compareReleases(levelNumbers(release), levelNumbers(update)) !== 0;

const patchesOf = ({ patches }: Home): readonly HomePatch[] => (patches.kind === 'seen' ? patches.patches : []);

/**
 * -1 where `a` is behind; null where that cannot be told. Up to 12.2 the release says nothing of updates: then the patches that carry
 * them decide, where both sides' were seen.
 */
export function compareLevels(a: Home, b: Home): -1 | 0 | 1 | null {
  const [left, right] = [levelOf(a), levelOf(b)];
  if (left === null || right === null) return null;
  const byRelease = compareReleases(left.release, right.release);
  if (byRelease !== 0 || majorOf(left.release) >= 18) return byRelease;
  if (a.patches.kind !== 'seen' || b.patches.kind !== 'seen') return null;
  const byUpdate = compareReleases(left.update ?? '0', right.update ?? '0');
  // The newer of two tracks holds the security fixes of the older one’s day, and not what else that track mended.
  return areOfTwoTracks(a, b) && byUpdate !== -1 ? null : byUpdate;
}

const trackOf = (home: Home): HomePatch['kind'] | null => patchesOf(home).find(isDatabaseLevel)?.kind ?? null;

export function areOfTwoTracks(a: Home, b: Home): boolean {
  const [left, right] = [trackOf(a), trackOf(b)];
  return left !== null && right !== null && left !== right;
}

export const levelText = ({ release, update }: Level): string =>
  update === null || majorOf(release) >= 18 ? release : `${release} with ${update}`;

/** Patches of `there` that `here` has neither itself nor in a newer one of their line; null where one side's are unseen. */
export function lackingPatches(here: Home, there: Home): readonly HomePatch[] | null {
  if (here.patches.kind !== 'seen' || there.patches.kind !== 'seen') return null;
  const own = here.patches.patches;
  return there.patches.patches.filter(
    (patch) => !own.some((one) => covers(one, patch)) && !isInRelease(here, patch) && !isOfInstallation(patch),
  );
}

/** What the installer itself lays down with 18.3, 19.3 and 21.3 (OCW 29585399 of 19c): there is nothing to apply it from. */
const isOfInstallation = ({ kind, version }: HomePatch): boolean =>
  kind !== 'one-off' && version !== null && /^(?:18|19|21)\.3\.0\b/.test(version);

function covers(own: HomePatch, patch: HomePatch): boolean {
  if (own.id === patch.id) return true;
  if (own.version === null || patch.version === null || lineOf(own) !== lineOf(patch)) return false;
  return compareReleases(own.version, patch.version) >= 0;
}

/** Some images ship at the level of an update that opatch then lists no patch for (19.19 on aarch64, 23.5). */
function isInRelease(home: Home, patch: HomePatch): boolean {
  const level = levelOf(home);
  return patch.kind === 'ru' && patch.version !== null && level !== null && reaches(level.release, patch.version);
}

export const namedPatches = (patches: readonly HomePatch[]): string => {
  const shown = patches.slice(0, 6).map(namedPatch).join('; ');
  return patches.length > 6 ? `${shown}; and ${patches.length - 6} more` : shown;
};

export const namedPatch = ({ id, description }: Pick<HomePatch, 'id' | 'description'>): string =>
  description.includes(id) || description === '' ? description || id : `${id} ${description}`;
