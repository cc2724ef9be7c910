// Asks rules of a later time what they would say then if nothing else changed: those that time alone turns hear of that time, all others of
// the time at which their looks were judged, so that nothing grows old that looking renews.
import type { CheckState, Snapshot } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';
import type { AloneContext, AloneRule, Draft, PairedContext, PairedRule, Rule } from '../contract/rule.ts';
import { noticing } from './memo.ts';

type AnyRule = AnyProbe['rules'][number];

/** What a rule was asked once. */
export interface Asking {
  /** Whether this rule, or another of the same check, looked at the time: what did not would say the same at any other. */
  readonly isOfTime: () => boolean;
  /** The same question, of a time so much later. */
  readonly again: (byMs: number) => readonly Draft[];
}

/** `onAsked` hears of each asking of a rule that time turns. */
export const probesLater = (
  probes: ReadonlyMap<string, AnyProbe>,
  byMs: number,
  onAsked: (asking: Asking) => void = () => {},
): ReadonlyMap<string, AnyProbe> => {
  const alone = createTimes(aloneLater);
  const paired = createTimes(pairedLater);
  const later = (rule: AnyRule): AnyRule => {
    if (rule.isClockDriven !== true) return rule;
    if (rule.kind === 'alone') {
      const { judge }: AloneRule<unknown, unknown> = rule;
      return {
        ...rule,
        judge: (facts: unknown, context: AloneContext<unknown>) => {
          const { at, isRead } = alone(context);
          onAsked({ isOfTime: isRead, again: (ms) => judge(facts, at(ms)) });
          return judge(facts, at(byMs));
        },
      };
    }
    const { judge }: PairedRule<unknown, unknown> = rule;
    return {
      ...rule,
      judge: (standby: unknown, primary: unknown, context: PairedContext<unknown>) => {
        const { at, isRead } = paired(context);
        onAsked({ isOfTime: isRead, again: (ms) => judge(standby, primary, at(ms)) });
        return judge(standby, primary, at(byMs));
      },
    };
  };
  return new Map([...probes].map(([id, probe]) => [id, { ...probe, rules: probe.rules.map(later) }]));
};

interface Times<Context> {
  /** The same object for all rules that are asked of the same time in a row: what one of them works out serves the others. */
  readonly at: (byMs: number) => Context;
  readonly isRead: () => boolean;
}

function createTimes<Context extends object>(
  shifted: (context: Context, byMs: number, onRead: () => void) => Context,
): (context: Context) => Times<Context> {
  const known = new WeakMap<Context, Times<Context>>();
  return (context) => {
    const before = known.get(context);
    if (before !== undefined) return before;
    let isRead = false;
    let last: { readonly byMs: number; readonly context: Context } | null = null;
    const times: Times<Context> = {
      at: (byMs) => {
        if (last?.byMs !== byMs) last = { byMs, context: shifted(context, byMs, () => (isRead = true)) };
        return last.context;
      },
      isRead: () => isRead,
    };
    known.set(context, times);
    return times;
  };
}

const aloneLater = (context: AloneContext<unknown>, byMs: number, onRead: () => void): AloneContext<unknown> =>
  noticing({ ...context, now: context.now + byMs }, ['now'], onRead);

/** Both sides are looked at until then as they are now. */
const pairedLater = ({ now, standby, primary }: PairedContext<unknown>, byMs: number, onRead: () => void): PairedContext<unknown> => {
  const side = (one: typeof standby) => noticing({ ...one, seenAt: one.seenAt + byMs }, ['seenAt'], onRead);
  return noticing({ now: now + byMs, standby: side(standby), primary: side(primary) }, ['now'], onRead);
};

/** What of a snapshot time can turn: of the other checks every rule would say the same again. */
export const withChecks = (snapshot: Snapshot, isOf: (check: CheckState) => boolean): Snapshot => ({
  ...snapshot,
  checks: snapshot.checks.filter(isOf),
});

export const isTurnedByTime = (probe: AnyProbe | undefined): boolean =>
  probe?.rules.some((rule: Pick<Rule<never>, 'isClockDriven'>) => rule.isClockDriven === true) ?? false;
