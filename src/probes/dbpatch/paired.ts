// What the paired rules have in common: the homes that stand for each other, and a finding about one of them.
import type { Draft, PairedContext, PairedRule } from '../../contract/rule.ts';
import type { DbpatchFacts, Home } from './facts.ts';
import { type Pair, type Pairing, pairHomes } from './pairing.ts';
import { ownerOf } from './remedy.ts';
import type { DbpatchSettings } from './settings.ts';

export type Rule = PairedRule<DbpatchFacts, DbpatchSettings>;
export type Context = PairedContext<DbpatchSettings>;

export const pairing = (standby: DbpatchFacts, primary: DbpatchFacts, { standby: own, primary: theirs }: Context): Pairing =>
  pairHomes(standby, primary, { standby: own.node.site, primary: theirs.node.site });

export const pairsOf = (standby: DbpatchFacts, primary: DbpatchFacts, context: Context): readonly Pair[] =>
  pairing(standby, primary, context).pairs;

export const draft = (own: Home, expected: string, actual: string, more: Readonly<Record<string, string>> = {}): Draft => ({
  subject: own.path,
  expected,
  actual,
  with: { owner: ownerOf(own), role: own.role, ...more },
});
