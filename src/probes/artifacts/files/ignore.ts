// Tells which paths of a tree an operator does not want to hear of.

/** `logs` and `logs/` mean the folder and what is below it; `*` and `?` stay within a name, `**` crosses folders. */
export function ignoring(patterns: readonly string[]): (relative: string) => boolean {
  const expressions = patterns.map(expressionOf);
  return (relative) => expressions.some((expression) => expression.test(relative));
}

function expressionOf(pattern: string): RegExp {
  const parts = pattern
    .replace(/^\.?\/+|\/+$/g, '')
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => wildcards[part] ?? part.replace(/[.+^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('')}(?:/|$)`, 's');
}

const wildcards: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };
