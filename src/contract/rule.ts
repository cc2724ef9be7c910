// What can be wrong, said once: a declared constant with a stable code and one pure function.
import type { Gap } from './gap.ts';
import type { NodeIdentity } from './node.ts';
import type { Reading } from './outcome.ts';

/** Worst first. `note` never changes a verdict. */
export const severities = ['blocker', 'warning', 'note'] as const;

export type Severity = (typeof severities)[number];

/** What a rule says about one subject, before the judge adds code, gap, severity and since. */
export interface Draft {
  /** What it is about, as an operator would name it: a file, an endpoint, a unit. Stable over time: it is part of a finding's identity. */
  readonly subject: string;
  readonly expected: string;
  /** Stable while nothing changes: a waiver is bound to it. Days left and ages belong into readings. */
  readonly actual: string;
  /** Fills the remedy. */
  readonly with?: Readonly<Record<string, string>>;
  /** The subject of the finding that this one follows from, where that differs from its own. */
  readonly cause?: string;
}

interface RuleBase {
  /** `<probe>/<what-is-wrong>`; never changes meaning once released. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence in the present tense, without the subject's particulars. */
  readonly title: string;
  /** Why it matters on the day of a failover. For docs/findings.md and `explain`. */
  readonly why: string;
  /** The probe's gap unless said otherwise. */
  readonly gap?: Gap;
  /** Codes of findings that explain this one away: it is then folded under them. */
  readonly dependsOn?: readonly string[];
  /** A finding of this rule explains dependents of any subject on the node, not only those that name it as their cause. */
  readonly isNodeWide?: boolean;
  /** Its findings say that something required could not be seen: the verdict is then at least `unknown`, whatever their severity. */
  readonly isBlind?: true;
  /** Its findings say that the standby is deliberately in use, so that no verdict about it holds: it is then `suspended`. */
  readonly isSuspending?: true;
  /**
   * Its findings say what the last run of a failover plan proved, or did not. Only another run can settle that, and it asks the gate: at a
   * gate they do not count, or the gate would keep itself shut.
   */
  readonly isSettledByRun?: true;
  /**
   * Time alone makes it speak or fall silent, however often is looked: a certificate ends, a drill grows old. A forecast asks it of later
   * times. Not said of the age of what looking itself renews, which would foretell what never comes.
   */
  readonly isClockDriven?: true;
  /** What mends it, filled in. Lines that begin with `$ ` are commands to type; `# ` lines say where. */
  readonly remedy: (draft: Draft) => string;
}

export interface AloneContext<S> {
  /** Epoch milliseconds of the look that is judged, or of the judging where time itself is what went on. */
  readonly now: number;
  readonly node: NodeIdentity;
  readonly settings: S;
  readonly readings: readonly Reading[];
}

/** Judges one side by itself. */
export interface AloneRule<F, S> extends RuleBase {
  readonly kind: 'alone';
  readonly judge: (facts: F, context: AloneContext<S>) => readonly Draft[];
}

export interface PairedContext<S> {
  readonly now: number;
  readonly standby: Side<S>;
  readonly primary: Side<S>;
}

export interface Side<S> {
  readonly node: NodeIdentity;
  readonly settings: S;
  readonly readings: readonly Reading[];
  /** Epoch milliseconds of the look that the facts are from. */
  readonly seenAt: number;
}

/** Judges a standby beside its primary. Both sides are always observed and fresh enough when this runs. */
export interface PairedRule<F, S> extends RuleBase {
  readonly kind: 'paired';
  readonly judge: (standby: F, primary: F, context: PairedContext<S>) => readonly Draft[];
}

export type Rule<F, S = unknown> = AloneRule<F, S> | PairedRule<F, S>;
