// Puts each finding that another one explains under its cause, so that one broken resolver is one problem and not forty.
import type { Finding } from '../contract/finding.ts';
import type { Draft, Rule } from '../contract/rule.ts';

/** A finding together with what its rule knows of causes. */
export interface Judged {
  readonly finding: Finding;
  readonly draft: Draft;
  readonly rule: Pick<Rule<never, never>, 'dependsOn' | 'isNodeWide'>;
}

/** Names the outermost cause, since a chain of causes is one problem too. */
export function fold(judged: readonly Judged[]): readonly Finding[] {
  return judged.map((one) => {
    const cause = outermostCause(one, judged, new Set([one])) ?? one;
    return cause === one ? one.finding : { ...one.finding, foldedUnder: cause.finding.code };
  });
}

/** Null where causes explain each other in a circle: folded under one another, none of them would count. */
function outermostCause(one: Judged, all: readonly Judged[], visited: Set<Judged>): Judged | null {
  const causes = all.filter((other) => other !== one && explains(other, one));
  const [cause] = causes.filter((other) => !visited.has(other));
  if (cause !== undefined) return outermostCause(cause, all, visited.add(cause));
  return causes.length === 0 ? one : null;
}

function explains(cause: Judged, effect: Judged): boolean {
  if (!effect.rule.dependsOn?.includes(cause.finding.code)) return false;
  return cause.rule.isNodeWide === true || cause.finding.subject === (effect.draft.cause ?? effect.draft.subject);
}
