// What a command is: what it takes, what it says of itself, and what it does.
import type { Terminal } from './terminal.ts';

/** Of `exits`, but for the agent, which ends in the words of sysexits(3). */
export type ExitCode = number;

export interface Option {
  /** What stands for its value in help (`FILE`); an option without one is a flag. */
  readonly value?: string;
  readonly describes: string;
  /** The only values it takes. */
  readonly choices?: readonly string[];
  /** May be given more than once: its values are in `lists`, not in `values`. */
  readonly isRepeatable?: true;
}

export interface Command {
  /** After the program's name, without options: `check [PROBE…]`. */
  readonly usage: string;
  readonly describes: string;
  readonly options: Readonly<Record<string, Option>>;
  /** How many words it takes besides options. */
  readonly words: { readonly min: number; readonly max: number };
  readonly examples: readonly (readonly [line: string, says: string])[];
  /** What its exit codes mean, where that is not simply 0 for done and 3 for not done. */
  readonly exitCodes?: string;
  readonly run: (given: Given) => Promise<ExitCode>;
}

/** A command by its name, before it is loaded. */
export interface Listed {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** What somebody typed, checked against the command's own declaration. */
export interface Given {
  readonly words: readonly string[];
  readonly values: Readonly<Record<string, string>>;
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly flags: ReadonlySet<string>;
  readonly terminal: Terminal;
  /** Every command there is, for those that speak of the others. */
  readonly commands: Readonly<Record<string, Listed>>;
}

/** Typed wrongly: told with the command's usage. */
export class UsageError extends Error {}

/** Typed rightly, and it cannot be done: told in one message, without a stack. */
export class CannotError extends Error {}
