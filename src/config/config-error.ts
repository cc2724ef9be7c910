// One thing that is wrong with a configuration file, in the shape that editors and terminals make a link of.

export interface ConfigError {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** What is there, what was expected, and the nearest name where one is near. */
  readonly message: string;
}

/** `file:line:column: message` */
export function formatConfigError(error: ConfigError): string {
  return `${error.file}:${error.line}:${error.column}: ${error.message}`;
}

/** In the order of the file, each once: one wrong value can fail two rules with the same words. */
export function inFileOrder(errors: readonly ConfigError[]): readonly ConfigError[] {
  const once = new Map(errors.map((error) => [formatConfigError(error), error]));
  return [...once.values()].sort((a, b) => a.line - b.line || a.column - b.column || a.message.localeCompare(b.message, 'en'));
}
