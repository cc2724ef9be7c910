// What a source of discovery came to: agents by address, and why it is not what it should be.
import type { Told } from './roster.ts';

/** An agent that a source names. What its labels say of sites and roles is not held against the fleet file yet. */
export interface Found {
  readonly address: string;
  readonly told: Told;
}

/** One file, or what one service answers. */
export interface FoundList {
  /** What tells it from others, also after a restart. */
  readonly key: string;
  /** For people; without a query, which may hold a secret. */
  readonly source: string;
  /** As it was when it was last good. */
  readonly found: readonly Found[];
  /** Epoch milliseconds at which it was last good; null for never. */
  readonly goodAt: number | null;
  /** Why it is not good now; null while it is. Without an age, and without a full stop. */
  readonly trouble: string | null;
  /** Entries that cannot be used, though the list can. */
  readonly complaints: readonly string[];
}

/** As it is known from before, until it is looked at. */
export const unreadList = (key: string, source: string, known: readonly FoundList[]): FoundList =>
  known.find((list) => list.key === key) ?? { key, source, found: [], goodAt: null, trouble: notLookedAt(source), complaints: [] };

export const notLookedAt = (source: string): string => `${source} was not looked at yet`;
