// A condition of which everything that is known of an instance, its region and the compartment is settled: what is left are tests of what a
// request brings with it. Two such are compared by trying every case that they could tell apart.

export type Formula =
  | { readonly kind: 'always' }
  | { readonly kind: 'never' }
  /** It holds or it does not, and nobody here can say which. */
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Formula[] }
  | { readonly kind: 'test'; readonly variable: string; readonly isEqual: boolean; readonly isPattern: boolean; readonly value: string };

export type Test = Extract<Formula, { kind: 'test' }>;

export const always: Formula = { kind: 'always' };
export const never: Formula = { kind: 'never' };

export const truth = (is: boolean): Formula => (is ? always : never);

export function both(of: readonly Formula[]): Formula {
  const left = of.filter(({ kind }) => kind !== 'always');
  if (left.some(({ kind }) => kind === 'never')) return never;
  return left.length === 0 ? always : left.length === 1 ? left[0]! : { kind: 'and', of: left };
}

export function either(of: readonly Formula[]): Formula {
  const left = of.filter(({ kind }) => kind !== 'never');
  if (left.some(({ kind }) => kind === 'always')) return always;
  return left.length === 0 ? never : left.length === 1 ? left[0]! : { kind: 'or', of: left };
}

/** What a request brings with it; a variable that is not in it does not apply, and no test of such a one holds. */
export type Request = ReadonlyMap<string, string>;

/** `unknownAs`: what is taken of what nobody can say. */
export function holds(formula: Formula, request: Request, unknownAs: boolean): boolean {
  switch (formula.kind) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'unknown':
      return unknownAs;
    case 'and':
      return formula.of.every((one) => holds(one, request, unknownAs));
    case 'or':
      return formula.of.some((one) => holds(one, request, unknownAs));
    case 'test':
      return passes(formula, request.get(formula.variable));
  }
}

function passes({ isEqual, isPattern, value }: Test, given: string | undefined): boolean {
  if (given === undefined) return false;
  return (isPattern ? fits(value, given) : value === given) === isEqual;
}

/** Where `*` stands for anything. In time that grows with the product of both lengths at worst, never more. */
export function fits(pattern: string, text: string): boolean {
  let at = 0;
  let mark = -1;
  let star = -1;
  let from = 0;
  while (at < text.length) {
    if (from < pattern.length && pattern[from] === '*') {
      star = from++;
      mark = at;
    } else if (from < pattern.length && pattern[from] === text[at]) {
      from++;
      at++;
    } else if (star !== -1) {
      from = star + 1;
      at = ++mark;
    } else return false;
  }
  while (pattern[from] === '*') from++;
  return from === pattern.length;
}

export function testsIn(formula: Formula): readonly Test[] {
  if (formula.kind === 'test') return [formula];
  return formula.kind === 'and' || formula.kind === 'or' ? formula.of.flatMap(testsIn) : [];
}

export function mapTests(formula: Formula, change: (test: Test) => Formula): Formula {
  switch (formula.kind) {
    case 'and':
      return both(formula.of.map((one) => mapTests(one, change)));
    case 'or':
      return either(formula.of.map((one) => mapTests(one, change)));
    case 'test':
      return change(formula);
    case 'always':
    case 'never':
    case 'unknown':
      return formula;
  }
}

/** More cases than these are not tried. */
export const casesMax = 20_000;

/**
 * Requests that between them show every difference that the formulas can make: for each variable every value that is named, one that is
 * named nowhere, what patterns let through, and none. Null where there are too many.
 */
export function requestsOf(formulas: readonly Formula[], fixed: Request): readonly Request[] | null {
  const values = new Map<string, Set<string>>();
  for (const { variable, isPattern, value } of formulas.flatMap(testsIn)) {
    if (fixed.has(variable)) continue;
    const known = values.get(variable) ?? new Set();
    values.set(variable, known);
    if (isPattern) for (const one of examplesOf(value)) known.add(one);
    else known.add(value);
  }
  const count = [...values.values()].reduce((product, { size }) => product * (size + 2), 1);
  if (count > casesMax) return null;
  let requests: Map<string, string>[] = [new Map(fixed)];
  for (const [variable, known] of [...values].map(([name, set]) => [name, crossed(set)] as const))
    requests = requests.flatMap((one) => [one, ...[...known, other].map((value) => new Map(one).set(variable, value))]);
  return requests.length > casesMax ? null : requests;
}

/** No name in OCI holds this character. */
const other = '\u0001';

const examplesOf = (pattern: string): readonly string[] => [pattern.replaceAll('*', ''), pattern.replaceAll('*', other)];

/** What two patterns let through together: the beginning of one and the end of the other. */
function crossed(known: ReadonlySet<string>): ReadonlySet<string> {
  const patterns = [...known].filter((one) => one.includes(other));
  if (patterns.length > 12) return known;
  return new Set([...known, ...patterns.flatMap((one) => patterns.map((two) => one.replace(other, two)))]);
}
