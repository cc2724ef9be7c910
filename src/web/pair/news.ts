// What became of findings while the page was open: marked for a while, said once, and what was resolved kept to be read.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { StandingFinding } from '../../contract/standing.ts';
import { collectorNow } from '../api/clock.ts';
import { changedFindings, changedWords } from './changed-findings.ts';

export interface ResolvedFinding {
  readonly finding: StandingFinding;
  /** When this page was told. */
  readonly at: number;
}

export interface News {
  readonly of: (finding: StandingFinding) => 'new' | 'changed' | null;
  /** For a screen reader. */
  readonly said: string;
  /** Newest first. */
  readonly resolved: readonly ResolvedFinding[];
}

/** Long enough for an eye that was elsewhere. */
const markedMs = 20_000;

/** More than that, and it is the report that is read. */
const resolvedMax = 8;

interface Known {
  readonly marks: ReadonlyMap<string, 'new' | 'changed'>;
  readonly said: string;
  readonly resolved: readonly ResolvedFinding[];
}

export function useNews(findings: readonly StandingFinding[]): News {
  const before = useRef(findings);
  const [known, setKnown] = useState<Known>({ marks: new Map(), said: '', resolved: [] });
  useEffect(() => {
    const changed = changedFindings(before.current, findings);
    before.current = findings;
    const said = changedWords(changed);
    if (said === '') return;
    const at = collectorNow();
    const marks = new Map([
      ...changed.changed.map(({ id }) => [id, 'changed'] as const),
      ...changed.opened.map(({ id }) => [id, 'new'] as const),
    ]);
    const isBack = new Set(findings.map(({ id }) => id));
    setKnown(({ resolved }) => ({
      marks,
      said,
      resolved: [
        ...changed.resolved.map((finding) => ({ finding, at })),
        ...resolved.filter(({ finding }) => !isBack.has(finding.id)),
      ].slice(0, resolvedMax),
    }));
  }, [findings]);
  useEffect(() => {
    const timer = setTimeout(() => setKnown((now) => (now.marks.size === 0 ? now : { ...now, marks: new Map() })), markedMs);
    return () => clearTimeout(timer);
  }, [known.marks]);
  return { of: ({ id }) => known.marks.get(id) ?? null, said: known.said, resolved: known.resolved };
}
