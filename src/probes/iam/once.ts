// Both sides compared once for all rules of one judging.
import type { Draft, PairedContext } from '../../contract/rule.ts';
import { onceAJudging } from '../../formats/once-a-judging.ts';
import { compare } from './compare.ts';
import type { Facts } from './facts.ts';
import { type Findings, findingsOf } from './findings.ts';
import { idlePolicies } from './idle-policies.ts';
import type { Settings } from './settings.ts';
import { worldOf } from './world.ts';

type Context = PairedContext<Settings>;

/** `idle`: policies that are not in force for either side. */
export const findings = onceAJudging((standby: Facts, primary: Facts, context: Context): Findings & { readonly idle: readonly Draft[] } => {
  const [ours, theirs] = [worldOf(standby, context.standby.settings.scope), worldOf(primary, context.primary.settings.scope)];
  const comparison = compare(ours, theirs, context);
  const found = findingsOf(comparison);
  const told = new Set(found.inactive.map(({ subject }) => subject));
  return { ...found, idle: idlePolicies(comparison).filter(({ subject }) => !told.has(subject)) };
});
