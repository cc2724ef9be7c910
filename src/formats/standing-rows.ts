// Where rows stand, on its way from an agent to a collector: numbers, and beside them, only where they are others than before, their names.
import { hash } from 'node:crypto';
import { canonicalJson } from '../contract/canonical.ts';
import type { Changes, NamedReadings, StandingNumbers, StandingRow } from '../contract/changes.ts';

export type PackedStanding = Pick<Changes, 'current' | 'named'>;

/** What each check's readings are called, in their order. */
export interface ReadingNames {
  /** The same for equal names, whoever tells them. */
  readonly print: string;
  readonly checks: ReadonlyMap<string, NamedReadings['readings']>;
}

/** `known` is the print that the reader has; null for none. */
export function packStanding(rows: readonly StandingRow[], known: string | null): PackedStanding {
  const checks = rows
    .filter(({ readings }) => readings.length > 0)
    .map(({ check, readings }) => ({ check, readings: readings.map(({ name, subject }) => ({ name, subject })) }))
    .sort((a, b) => (a.check < b.check ? -1 : 1));
  const print = printOf(checks);
  return { current: rows.map(numbersOf), named: { print, checks: print === known ? null : checks } };
}

const numbersOf = ({ readings, ...moved }: StandingRow): StandingNumbers => ({ ...moved, readings: readings.map(({ value }) => value) });

/** Half of a SHA-256. */
const printOf = (checks: readonly NamedReadings[]): string => hash('sha256', canonicalJson(checks), 'hex').slice(0, 32);

/** `known` is what the reader has. Null where names are missing, or are not those that they are said to be. */
export function namesIn({ named }: Pick<Changes, 'named'>, known: ReadingNames | null): ReadingNames | null {
  if (named.checks === null) return known?.print === named.print ? known : null;
  if (printOf(named.checks) !== named.print) return null;
  return { print: named.print, checks: new Map(named.checks.map(({ check, readings }) => [check, readings])) };
}

/** Every number has its name. */
export const areNamed = (rows: readonly StandingNumbers[], { checks }: ReadingNames): boolean =>
  rows.every(({ check, readings }) => readings.length === 0 || readings.length === checks.get(check)?.length);

/** For rows whose readings are named. */
export const unpackStanding = (rows: readonly StandingNumbers[], { checks }: ReadingNames): StandingRow[] =>
  rows.map(({ readings, ...moved }) => ({
    ...moved,
    readings: readings.map((value, index) => ({ ...checks.get(moved.check)![index]!, value })),
  }));
