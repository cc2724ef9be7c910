// Groups and their pairs as one list of rows, as they stand under each other. Pure.
import type { GroupRows, PairRow } from '../../contract/matrix.ts';

export type Row =
  | { readonly kind: 'group'; readonly key: string; readonly group: GroupRows }
  | { readonly kind: 'pair'; readonly key: string; readonly group: string; readonly pair: PairRow };

export const rowsOf = (groups: readonly GroupRows[]): readonly Row[] =>
  groups.flatMap((group): readonly Row[] => [
    { kind: 'group', key: keyOf(group.group), group },
    ...group.pairs.map((pair): Row => ({ kind: 'pair', key: keyOf(group.group, pair.pair), group: group.group, pair })),
  ]);

const keyOf = (...names: readonly string[]): string => names.map(encodeURIComponent).join('/');
