// A source of discovery: looked at again and again, it holds what it last was good for.
import type { FoundList } from './found.ts';

export interface Source {
  /** In the order in which they count. An equal list is the same object, or holds the same `found`. */
  lists(): readonly FoundList[];
  /** What is wrong with the source as a whole, one sentence each. */
  problems(): readonly string[];
  /** Looks again; never rejects for what it finds. */
  refresh(signal: AbortSignal): Promise<void>;
}
