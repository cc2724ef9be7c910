// Whether the standby's current version of a secret is as new as the primary's.
import { formatDuration, parseDurationMs } from '../../contract/duration.ts';
import type { Secret } from './facts.ts';
import type { Settings } from './settings.ts';

export type Compared =
  | { readonly kind: 'equal' }
  | { readonly kind: 'behind' | 'ahead'; readonly expected: string; readonly actual: string }
  | { readonly kind: 'unseen'; readonly side: 'standby' | 'primary'; readonly detail: string };

/** Numbers of one secret and its replica agree; those of two secrets say nothing, and the times of their versions do. */
export function compareVersions(own: Secret, theirs: Secret, { rotationSkew }: Pick<Settings, 'rotationSkew'>): Compared {
  return isReplicated(own, theirs) ? byNumber(own, theirs) : byTime(own, theirs, parseDurationMs(rotationSkew) ?? 0);
}

/** One is the replica of the other, or both are of a third. */
function isReplicated(own: Secret, theirs: Secret): boolean {
  // A replica that does not say of what: of the twin that says it is replicated there.
  if (own.replicaOf === '') return theirs.replicatedTo.some(({ vault }) => vault === own.vault) || theirs.replicaOf === '';
  if (theirs.replicaOf === '') return own.replicatedTo.some(({ vault }) => vault === theirs.vault);
  return (own.replicaOf !== null || theirs.replicaOf !== null) && (own.replicaOf ?? own.vault) === (theirs.replicaOf ?? theirs.vault);
}

function byNumber(own: Secret, theirs: Secret): Compared {
  if (typeof own.version !== 'number') return { kind: 'unseen', side: 'standby', detail: own.version.detail };
  if (typeof theirs.version !== 'number') return { kind: 'unseen', side: 'primary', detail: theirs.version.detail };
  if (own.version === theirs.version) return { kind: 'equal' };
  const kind = own.version < theirs.version ? 'behind' : 'ahead';
  return { kind, expected: `version ${theirs.version}, as on the primary`, actual: `version ${own.version} of a replicated secret` };
}

function byTime(own: Secret, theirs: Secret, skewMs: number): Compared {
  if (typeof own.writtenAt !== 'number') return { kind: 'unseen', side: 'standby', detail: own.writtenAt.detail };
  if (typeof theirs.writtenAt !== 'number') return { kind: 'unseen', side: 'primary', detail: theirs.writtenAt.detail };
  const behindMs = theirs.writtenAt - own.writtenAt;
  if (Math.abs(behindMs) <= skewMs) return { kind: 'equal' };
  return {
    kind: behindMs > 0 ? 'behind' : 'ahead',
    expected: `a current version of ${minute(theirs.writtenAt)}, as on the primary`,
    actual: `of ${minute(own.writtenAt)}, ${ageOf(Math.abs(behindMs))} ${behindMs > 0 ? 'older' : 'newer'}`,
  };
}

export const ageOf = (ms: number): string => formatDuration(ms);

export const minute = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16)}Z`;

export const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
