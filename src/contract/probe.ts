// What a probe is. Adding one is adding a folder with a definition of this shape; registry, config schema, docs,
// metrics and the contract suite follow from it.
import type { Static, TSchema } from 'typebox/type';
import type { Gap } from './gap.ts';
import type { Machine } from './machine.ts';
import type { Site } from './node.ts';
import type { Outcome, Reading } from './outcome.ts';
import type { Rule, Severity } from './rule.ts';
import type { Tenancy } from './tenancy.ts';

/** The last observed look of the same check, for what shows only between two looks (counters that should advance). */
export interface EarlierLook<F> {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly facts: F;
  readonly readings: readonly Reading[];
}

export interface NamedInSettings {
  /** JSON pointer into the settings. */
  readonly pointer: string;
  readonly name: string;
  readonly known: readonly string[];
}

export interface Probe<Port, S, F> {
  /** What stands behind its port: a machine that an agent runs on, or a region that a collector reads. */
  readonly looksAt: 'machine' | 'region';
  /** Folder name, and the first part of each of its codes. */
  readonly id: string;
  readonly title: string;
  readonly gap: Gap;
  /** Grows when facts change their shape or meaning; twins with different versions are not compared. */
  readonly factsVersion: number;
  readonly settings: TSchema;
  readonly facts: TSchema;
  /** What each reading means; the unit is the end of its name. */
  readonly readings: Readonly<Record<string, string>>;
  readonly defaults: {
    readonly everyMs: number;
    readonly timeoutMs: number;
    readonly staleAfterMs: number;
    /** For subjects that flap: so many bad looks in a row open a finding in a fleet, so many good ones resolve it. One each unless given. */
    readonly confirm?: { readonly bad: number; readonly good: number };
  };
  /** What it looks at when nobody configured it, or what it would need to be told. */
  readonly withoutConfig: { readonly settings: S } | { readonly notTold: string };
  /** Settings as an operator would write them: shown in the configuration example, and what the contract suite looks with. */
  readonly example?: S;
  /** Names in the settings that must be among those there are; one that is not is an error of the configuration. */
  readonly namesIn?: (settings: S) => readonly NamedInSettings[];
  /**
   * For a region: what machines of its group were seen to have by another probe, as additions to the settings of the next look.
   * `facts` are of every machine that is known, in its own words; pure.
   */
  readonly fromMachines?: { readonly probe: string; readonly addTo: (settings: S, facts: readonly unknown[]) => S };
  /** How bad it is that the standby has none of what the primary has. */
  readonly absentOnStandby: Severity;
  /** Whether the standby needs anything of what the primary has; it does unless this says otherwise (everything is ignored). */
  readonly isNeeded?: (primary: F, settings: S) => boolean;
  /**
   * Fields of its facts, as paths of lawful differences, that each side has otherwise by nature, and that no rule compares: told as the
   * side's own words where facts are put side by side.
   */
  readonly ownFields?: readonly string[];
  readonly rules: readonly Rule<F, S>[];
  /** One line that tells a person what was seen, for `check` and `status`. */
  readonly summary: (facts: F) => string;
  /**
   * Looks once. Never throws for what it finds; `signal` aborts with the look's time limit, and every question to the
   * port ends then too. `site` is this side's own, as its configuration says: for what must be taken out before anything is
   * fingerprinted.
   */
  readonly observe: (port: Port, settings: S, signal: AbortSignal, earlier?: EarlierLook<F>, site?: Site) => Promise<Outcome<F>>;
}

/** A probe whose port, settings and facts only itself can tell apart: how registry, judge and agent hold it. */
// biome-ignore lint/suspicious/noExplicitAny: the one place where the types of forty rules are forgotten; schemas check the values at run time.
export type AnyProbe = Probe<any, any, any>;

/** Ties the types of a machine's probe to the schemas and freezes the definition. */
export const defineProbe = <const SettingsSchema extends TSchema, const FactsSchema extends TSchema>(
  definition: Definition<Machine, SettingsSchema, FactsSchema>,
): Probe<Machine, Static<SettingsSchema>, Static<FactsSchema>> => Object.freeze({ looksAt: 'machine', ...definition });

/** The same for a probe of a region. Its settings hold the side's `scope` (region.ts), and it is looked at wherever a region is named. */
export const defineRegionProbe = <const SettingsSchema extends TSchema, const FactsSchema extends TSchema>(
  definition: Definition<Tenancy, SettingsSchema, FactsSchema>,
): Probe<Tenancy, Static<SettingsSchema>, Static<FactsSchema>> => Object.freeze({ looksAt: 'region', ...definition });

type Definition<Port, SettingsSchema extends TSchema, FactsSchema extends TSchema> = Omit<
  Probe<Port, Static<SettingsSchema>, Static<FactsSchema>>,
  'looksAt' | 'settings' | 'facts'
> & {
  readonly settings: SettingsSchema;
  readonly facts: FactsSchema;
};
