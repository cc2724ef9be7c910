// Which pairs are listed: by a text and by verdict, as the address keeps it. Pure.
import { type Verdict, verdicts } from '../../contract/finding.ts';
import type { GroupRows, PairRow } from '../../contract/matrix.ts';
import type { QueryChange, ViewQuery } from '../shell/routes.ts';

/** `none`: it is not known what stood then. */
export type Listed = Verdict | 'none';

export const listedVerdicts: readonly Listed[] = [...verdicts, 'none'];

export interface Filter {
  readonly text: string;
  /** Empty for all. */
  readonly verdicts: readonly Listed[];
}

export const filterOf = ({ q = '', show = '' }: ViewQuery): Filter => ({
  text: q,
  verdicts: listedVerdicts.filter((one) => show.split(',').includes(one)),
});

export const queryOf = ({ text, verdicts: shown }: Filter): QueryChange => ({
  q: text === '' ? null : text,
  show: shown.length === 0 ? null : shown.join(','),
});

export const isFiltering = ({ text, verdicts: shown }: Filter): boolean => text.trim() !== '' || shown.length > 0;

/** Groups with those of their pairs that fit. One without a pair of its own is judged like one, and kept where it fits itself. */
export function filtered(groups: readonly GroupRows[], filter: Filter): readonly GroupRows[] {
  if (!isFiltering(filter)) return groups;
  return groups.flatMap((group) => {
    const pairs = group.pairs.filter((pair) => fits(pair.verdict, textOf(group, pair), filter));
    const isKept = pairs.length > 0 || (group.pairs.length === 0 && fits(group.verdict, group.group, filter));
    return isKept ? [{ ...group, pairs }] : [];
  });
}

function fits(verdict: Verdict | null, text: string, filter: Filter): boolean {
  if (filter.verdicts.length > 0 && !filter.verdicts.includes(verdict ?? 'none')) return false;
  const found = text.toLowerCase();
  return filter.text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => found.includes(word));
}

const textOf = ({ group }: GroupRows, { pair, standby, primary }: PairRow): string =>
  [group, pair, standby?.name ?? '', primary?.name ?? ''].join(' ');

/** Of every pair, filtered or not. */
export function countsByVerdict(groups: readonly GroupRows[]): ReadonlyMap<Listed, number> {
  const counts = new Map<Listed, number>();
  for (const { verdict } of groups.flatMap((group) => group.pairs)) counts.set(verdict ?? 'none', (counts.get(verdict ?? 'none') ?? 0) + 1);
  return counts;
}
