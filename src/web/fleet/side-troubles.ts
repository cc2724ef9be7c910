// What is wrong with the nodes of a pair, in words: long before a verdict says so, whoever looks can see that one does not answer. Pure.
import type { SideLine } from '../../contract/fleet-lines.ts';
import type { PairRow } from '../../contract/matrix.ts';
import { counted } from '../format/counts.ts';
import { span } from '../format/times.ts';

type Sides = Pick<PairRow, 'standby' | 'primary'>;

export interface SideTrouble {
  readonly key: string;
  /** `unknown`: it is not heard, so that nothing new is known of it. `degraded`: it is heard, and something is amiss. */
  readonly state: 'unknown' | 'degraded';
  /** `standby not heard for 1 min`, `primary: its clock is …`. */
  readonly text: string;
}

export const troublesOf = ({ standby, primary }: Sides, now: number): readonly SideTrouble[] => [
  ...ofSide('standby', standby, now),
  ...ofSide('primary', primary, now),
];

function ofSide(role: string, side: SideLine | null, now: number): readonly SideTrouble[] {
  if (side === null) return [];
  const others = side.troubles.filter(({ kind }) => kind !== 'silent');
  return [
    ...(isUnheard(side) ? [{ key: `${role} silent`, state: 'unknown', text: `${role} ${unheardWords(side, now)}` } as const] : []),
    ...others.map(({ kind, detail }) => ({ key: `${role} ${kind}`, state: 'degraded', text: `${role}: ${detail}` }) as const),
  ];
}

/** The last poll failed, or it is called silent. */
const isUnheard = ({ failures, troubles }: SideLine): boolean => failures > 0 || troubles.some(({ kind }) => kind === 'silent');

const unheardWords = ({ heardAt }: SideLine, now: number): string =>
  heardAt === null ? 'never heard' : `not heard for ${span(Math.max(0, now - heardAt))}`;

export interface TroubledPairs {
  readonly unheard: number;
  /** Heard on both sides, and something is amiss with one. */
  readonly troubled: number;
}

export function troubledPairs(pairs: readonly Sides[]): TroubledPairs {
  const states = pairs.map((pair) => troublesOf(pair, 0).map(({ state }) => state));
  const unheard = states.filter((of) => of.includes('unknown')).length;
  return { unheard, troubled: states.filter((of) => of.length > 0).length - unheard };
}

/** `1 pair with a node that is not heard`, `2 pairs with trouble at a node`. */
export const troubledWords = ({ unheard, troubled }: TroubledPairs): readonly Omit<SideTrouble, 'key'>[] => [
  ...(unheard > 0 ? [{ state: 'unknown', text: `${counted(unheard, 'pair')} with a node that is not heard` } as const] : []),
  ...(troubled > 0 ? [{ state: 'degraded', text: `${counted(troubled, 'pair')} with trouble at a node` } as const] : []),
];
