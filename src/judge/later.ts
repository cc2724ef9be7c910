// Asks rules of a later time what they would say then if nothing else changed: those that time alone turns hear of that time, all others of
// the time at which their looks were judged, so that nothing grows old that looking renews.
import type { CheckState, Snapshot } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';
import type { AloneContext, AloneRule, Draft, PairedContext, PairedRule, Rule } from '../contract/rule.ts';

type AnyRule = AnyProbe['rules'][number];

/** What a rule was asked once, to be asked again of another time. */
export type AskAgain = (byMs: number) => readonly Draft[];

/** `onAsked` hears of each asking of a rule that time turns; without one the rules are asked of a time so much later. */
export const probesLater = (
  probes: ReadonlyMap<string, AnyProbe>,
  byMs: number,
  onAsked: (again: AskAgain) => void = () => {},
): ReadonlyMap<string, AnyProbe> =>
  new Map([...probes].map(([id, probe]) => [id, { ...probe, rules: probe.rules.map((rule: AnyRule) => later(rule, byMs, onAsked)) }]));

function later(rule: AnyRule, byMs: number, onAsked: (again: AskAgain) => void): AnyRule {
  if (rule.isClockDriven !== true) return rule;
  if (rule.kind === 'alone') {
    const { judge }: AloneRule<unknown, unknown> = rule;
    return {
      ...rule,
      judge: (facts: unknown, context: AloneContext<unknown>) => {
        onAsked((ms) => judge(facts, aloneLater(context, ms)));
        return judge(facts, aloneLater(context, byMs));
      },
    };
  }
  const { judge }: PairedRule<unknown, unknown> = rule;
  return {
    ...rule,
    judge: (standby: unknown, primary: unknown, context: PairedContext<unknown>) => {
      onAsked((ms) => judge(standby, primary, pairedLater(context, ms)));
      return judge(standby, primary, pairedLater(context, byMs));
    },
  };
}

const aloneLater = (context: AloneContext<unknown>, byMs: number): AloneContext<unknown> => ({ ...context, now: context.now + byMs });

/** Both sides are looked at until then as they are now. */
const pairedLater = ({ now, standby, primary }: PairedContext<unknown>, byMs: number): PairedContext<unknown> => ({
  now: now + byMs,
  standby: { ...standby, seenAt: standby.seenAt + byMs },
  primary: { ...primary, seenAt: primary.seenAt + byMs },
});

/** What of a snapshot time can turn: of the other checks every rule would say the same again. */
export const withChecks = (snapshot: Snapshot, isOf: (check: CheckState) => boolean): Snapshot => ({
  ...snapshot,
  checks: snapshot.checks.filter(isOf),
});

export const isTurnedByTime = (probe: AnyProbe | undefined): boolean =>
  probe?.rules.some((rule: Pick<Rule<never>, 'isClockDriven'>) => rule.isClockDriven === true) ?? false;
