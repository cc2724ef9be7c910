// Worst first, where not to know is what it is: a verdict that nobody can tell stands with those that are unknown.
import { type Verdict, verdicts } from '../../../contract/finding.ts';
import type { GroupRows, PairRow } from '../../../contract/matrix.ts';
import { verdictsOverGroups } from '../../../judge/verdict.ts';

export const groupsWorstFirst = (groups: readonly GroupRows[]): GroupRows[] =>
  groups.toSorted((a, b) => place(verdictsOverGroups, a) - place(verdictsOverGroups, b) || compareText(a.group, b.group));

export const pairsWorstFirst = (pairs: readonly PairRow[]): PairRow[] =>
  pairs.toSorted((a, b) => place(verdicts, a) - place(verdicts, b) || compareText(a.pair, b.pair));

const place = (order: readonly Verdict[], { verdict }: { readonly verdict: Verdict | null }): number => order.indexOf(verdict ?? 'unknown');

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
