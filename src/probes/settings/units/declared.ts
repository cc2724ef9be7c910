// What a unit says about the environment of what it starts, whichever way that became known.

export interface EnvironmentFile {
  /** A path, or a pattern. */
  readonly path: string;
  readonly isOptional: boolean;
}

/** In the order in which systemd applies it: assignments, then files, then what is taken away. */
export interface Declared {
  readonly assignments: readonly (readonly [name: string, value: string])[];
  readonly files: readonly EnvironmentFile[];
  /** `NAME`, or `NAME=value` for that value only. */
  readonly unset: readonly string[];
}

export const unsetFrom = (values: Map<string, string>, unset: readonly string[]): void => {
  for (const word of unset) {
    const at = word.indexOf('=');
    if (at === -1) values.delete(word);
    else if (values.get(word.slice(0, at)) === word.slice(at + 1)) values.delete(word.slice(0, at));
  }
};
