// Who is the primary, by what the protection groups of a group's two sites say. Pure.
import type { Role } from '../../contract/node.ts';
import type { ProtectionGroupSeen, ProtectionGroupsSeen } from '../../contract/protection-groups.ts';

export interface SiteSight {
  readonly site: string;
  /** As they were seen last; null where none ever was. */
  readonly seen: ProtectionGroupsSeen | null;
  /** Whether that is how they are now. */
  readonly isFresh: boolean;
}

export type SiteWords =
  | { readonly kind: 'said'; readonly roles: ReadonlyMap<string, Role> }
  /** No protection group was ever seen. */
  | { readonly kind: 'never' }
  /** `isUnderWay`: a plan is changing the roles. */
  | { readonly kind: 'unclear'; readonly detail: string; readonly isUnderWay: boolean };

export function siteWords(sights: readonly SiteSight[]): SiteWords {
  const words = sights.flatMap((sight) => {
    const groups = sight.seen?.groups ?? [];
    return groups.length === 0 ? [] : [{ ...sight, groups, role: roleOf(groups) }];
  });
  if (words.length === 0) return { kind: 'never' };
  if (words.length === 1 || isComplementary(words)) return said(sights, words[0]!) ?? unclear(words);
  // What a site said before it was lost from sight is overtaken by what the other says now.
  const [fresh, ...others] = words.filter(({ isFresh }) => isFresh);
  return (fresh !== undefined && others.length === 0 ? said(sights, fresh) : null) ?? unclear(words);
}

interface Word extends SiteSight {
  readonly groups: readonly ProtectionGroupSeen[];
  /** Null where they do not all say one of the two. */
  readonly role: Role | null;
}

function roleOf(groups: readonly ProtectionGroupSeen[]): Role | null {
  if (groups.every(({ role }) => role === 'PRIMARY')) return 'primary';
  return groups.every(({ role }) => role === 'STANDBY') ? 'standby' : null;
}

const isComplementary = (words: readonly Word[]): boolean =>
  words.length === 2 && words.every(({ role }) => role !== null) && words[0]!.role !== words[1]!.role;

/** A group's peer has the other role. */
function said(sights: readonly SiteSight[], { site, role }: Word): SiteWords | null {
  if (role === null) return null;
  const other: Role = role === 'primary' ? 'standby' : 'primary';
  return { kind: 'said', roles: new Map(sights.map((one) => [one.site, one.site === site ? role : other])) };
}

const unclear = (words: readonly Word[]): SiteWords => ({
  kind: 'unclear',
  detail: words
    .map(({ site, groups }) => `${site}: ${groups.map(({ name, role }) => `${name} ${role ?? 'of no role'}`).join(', ')}`)
    .join('; '),
  isUnderWay: words.some(({ groups }) => groups.some(isBeingChanged)),
});

const underWay = ['IN_PROGRESS', 'WAITING', 'CANCELING', 'PAUSING', 'PAUSED', 'RESUMING'];

const isBeingChanged = ({ subState, runs }: ProtectionGroupSeen): boolean =>
  (subState?.endsWith('PLAN_EXECUTION_IN_PROGRESS') ?? false) ||
  (runs.kind === 'seen' && runs.list.some(({ type, state }) => underWay.includes(state) && !type.endsWith('_PRECHECK')));
