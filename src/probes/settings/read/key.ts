// Which keys a pattern selects.
import { type Mark, type Step, stepsOf } from './steps.ts';

/**
 * Whether a pattern selects a key. `*` stands for any one step or, inside a name, for any part of it (`DB_*`), `**` for any number of
 * steps, none too. A step without brackets selects every element of a list and every sibling of an XML element; `[2]` and
 * `[@name='x']` select one. A name with dots in it (`"a.b"`) is found by the pattern `a.b` too. A wrong pattern selects nothing.
 */
export function matchesKey(pattern: string, key: string): boolean {
  const wanted = known(pattern);
  const steps = lastKey.text === key ? lastKey.steps : stepsOf(key);
  lastKey = { text: key, steps };
  if (wanted === null || steps === null) return false;
  return follows(wanted, steps) || (steps.some(hasDots) && follows(wanted, steps.flatMap(parted)));
}

/** Callers hold one key against many patterns. */
let lastKey: { readonly text: string; readonly steps: readonly Step[] | null } = { text: '', steps: null };

const patterns = new Map<string, readonly Step[] | null>();
const patternsMax = 500;

function known(pattern: string): readonly Step[] | null {
  const before = patterns.get(pattern);
  if (before !== undefined) return before;
  if (patterns.size >= patternsMax) patterns.clear();
  const steps = stepsOf(pattern);
  patterns.set(pattern, steps);
  return steps;
}

const isAnySteps = (step: Step): boolean => step.isBare && step.name === '**' && step.sign === '' && step.marks.length === 0;

/** Goes back to the last `**` only, which is enough: an earlier one could take nothing that the later one cannot. */
function follows(wanted: readonly Step[], steps: readonly Step[]): boolean {
  let [at, here] = [0, 0];
  let back: { readonly at: number; here: number } | null = null;
  while (here < steps.length) {
    const step = wanted[at];
    if (step !== undefined && isAnySteps(step)) back = { at: ++at, here };
    else if (step !== undefined && isStep(step, steps[here]!)) [at, here] = [at + 1, here + 1];
    else if (back === null) return false;
    else [at, here] = [back.at, ++back.here];
  }
  return wanted.slice(at).every(isAnySteps);
}

function isStep(wanted: Step, step: Step): boolean {
  if (wanted.sign !== step.sign && !(wanted.isBare && wanted.name === '*' && wanted.sign === '')) return false;
  const isName = wanted.isBare && wanted.name.includes('*') ? like(wanted.name, step.name) : wanted.name === step.name;
  return isName && wanted.marks.every((mark, at) => isMark(mark, step.marks[at]));
}

function isMark(wanted: Mark, mark: Mark | undefined): boolean {
  switch (wanted.kind) {
    case 'any':
      return true;
    case 'index':
      return mark?.kind === 'index' && mark.index === wanted.index;
    case 'where':
      return mark?.kind === 'where' && mark.attribute === wanted.attribute && mark.value === wanted.value;
  }
}

/** Without a regular expression, whose time could grow with the square of a hostile name. */
function like(wanted: string, name: string): boolean {
  const parts = wanted.split('*');
  const [first, last] = [parts[0]!, parts.at(-1)!];
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
  const end = name.length - last.length;
  let offset = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, offset);
    if (found === -1 || found + part.length > end) return false;
    offset = found + part.length;
  }
  return true;
}

const hasDots = (step: Step): boolean => step.name.includes('.') && step.name.split('.').every((part) => part !== '');

function parted(step: Step): readonly Step[] {
  if (!hasDots(step)) return [step];
  const parts = step.name.split('.');
  return parts.map((name, at) => ({
    sign: at === 0 ? step.sign : '',
    name,
    isBare: step.isBare,
    marks: at === parts.length - 1 ? step.marks : [],
  }));
}

/** What is wrong with a pattern; null for a good one. */
export function wrongPattern(pattern: string): string | null {
  if (stepsOf(pattern) !== null) return null;
  if (pattern === '') return 'a pattern has at least one step';
  if (/^\.|\.\.|\.$/.test(pattern)) return 'a step between dots is empty; a name with dots in it is written in double quotes';
  return "a pattern is names with dots between them, such as `spring.datasource.*`, `servers[0].port` or `Connector[@port='8443'].@scheme`";
}

/** Whether a pattern selects by position: elements are then named by it, and not by what tells them apart. */
export const selectsByIndex = (of: readonly string[]): boolean =>
  of.flatMap((pattern) => known(pattern) ?? []).some(({ marks }) => marks.some(({ kind }) => kind === 'index'));

/** The attributes by whose value patterns select XML elements, as `attribute='value'`. */
export function selectingAttributes(of: readonly string[]): ReadonlySet<string> {
  const marks = of.flatMap((pattern) => known(pattern) ?? []).flatMap((step) => step.marks);
  return new Set(marks.flatMap((mark) => (mark.kind === 'where' ? [`${mark.attribute}='${mark.value}'`] : [])));
}
