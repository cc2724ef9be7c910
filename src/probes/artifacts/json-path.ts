// Finds a value in JSON by its path: `build.version`, `parts[0].version`, `["a.b"].c`.

/** Null where the text is no such path. */
export function parseJsonPath(text: string): readonly (string | number)[] | null {
  const steps: (string | number)[] = [];
  const step = /\.?([^.[\]"]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;
  while (step.lastIndex < text.length) {
    const match = step.exec(text);
    if (match === null) return null;
    if (match[3] !== undefined) steps.push(JSON.parse(match[3]) as string);
    else steps.push(match[2] === undefined ? match[1]! : Number(match[2]));
  }
  return steps;
}

/** The scalar there, as text; null where there is none. */
export function scalarAt(value: unknown, steps: readonly (string | number)[]): string | null {
  let at = value;
  for (const step of steps) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return null;
    at = (at as Record<string | number, unknown>)[step];
  }
  return typeof at === 'string' || typeof at === 'number' || typeof at === 'boolean' ? String(at) : null;
}
