// The rules that are declared, by the code of their finding.
import type { AnyProbe } from '../contract/probe.ts';
import type { Rule } from '../contract/rule.ts';
import { generalRules } from '../judge/general.ts';

type Probes = ReadonlyMap<string, AnyProbe>;

export interface Declared {
  readonly rule: Omit<Rule<never, never>, 'judge'>;
  readonly probe: AnyProbe;
}

/** Each probe's own, and those that hold for any probe. */
export const declaredRules = (probes: Probes): readonly Declared[] =>
  [...probes.values()].flatMap((probe) => [...probe.rules, ...generalRules(probe)].map((rule) => ({ rule, probe })));

const asPlaceholders: Readonly<Record<string, string>> = new Proxy({}, { get: (_, key) => `<${String(key)}>` });

/** What mends it, with blanks for what a finding would fill in. */
export const remedyWithBlanks = ({ rule }: Declared): string =>
  rule.remedy({ subject: '<subject>', expected: '<expected>', actual: '<actual>', cause: '<cause>', with: asPlaceholders });
