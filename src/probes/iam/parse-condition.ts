// Conditions of policy statements, after `where`.
// https://docs.oracle.com/en-us/iaas/Content/Identity/policysyntax/conditions.htm
import { braced, depthMax, inQuotes, type Scanner, SyntaxFault } from './scanner.ts';

export type Condition =
  | { readonly kind: 'any' | 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'compare'; readonly variable: string; readonly isEqual: boolean; readonly value: Value }
  | { readonly kind: 'in'; readonly variable: string; readonly isEqual: boolean; readonly values: readonly Value[] }
  | {
      readonly kind: 'time';
      readonly variable: string;
      readonly operator: 'before' | 'after' | 'between';
      readonly values: readonly Value[];
    };

export type Value =
  | { readonly kind: 'text'; readonly text: string }
  /** Without its slashes; `*` stands for anything. */
  | { readonly kind: 'pattern'; readonly text: string }
  /** Another variable: `request.instance.id = target.instance.id`. */
  | { readonly kind: 'variable'; readonly text: string };

export function condition(scanner: Scanner, depth: number): Condition {
  if (depth > depthMax) throw new SyntaxFault(scanner.at, `a condition nested at most ${depthMax} times`);
  const variable = scanner.word('any, all or a variable');
  const keyword = variable.toLowerCase();
  if (keyword === 'any' || keyword === 'all') return { kind: keyword, of: braced(scanner, () => condition(scanner, depth + 1)) };
  if (!/^[a-z][\w-]*(?:\.[^.]+)+$/i.test(variable)) throw new SyntaxFault(scanner.at - variable.length, 'a variable');
  if (scanner.takes('!=')) return { kind: 'compare', variable, isEqual: false, value: value(scanner) };
  if (scanner.takes('=')) return { kind: 'compare', variable, isEqual: true, value: value(scanner) };
  if (scanner.takesWord('not')) {
    scanner.needWord('in');
    return { kind: 'in', variable, isEqual: false, values: listed(scanner) };
  }
  if (scanner.takesWord('in')) return { kind: 'in', variable, isEqual: true, values: listed(scanner) };
  return timed(scanner, variable);
}

function timed(scanner: Scanner, variable: string): Condition {
  const operator = scanner.peek().toLowerCase();
  if (operator !== 'before' && operator !== 'after' && operator !== 'between') throw new SyntaxFault(scanner.at, 'an operator');
  scanner.word(operator);
  const first = value(scanner);
  if (operator !== 'between') return { kind: 'time', variable, operator, values: [first] };
  scanner.needWord('and');
  return { kind: 'time', variable, operator, values: [first, value(scanner)] };
}

function listed(scanner: Scanner): readonly Value[] {
  scanner.need('(');
  const values = [value(scanner)];
  while (scanner.takes(',')) values.push(value(scanner));
  scanner.need(')');
  return values;
}

function value(scanner: Scanner): Value {
  const pattern = scanner.pattern();
  if (pattern !== null) return { kind: 'pattern', text: pattern };
  const quoted = scanner.quoted();
  if (quoted !== null) return { kind: 'text', text: quoted };
  const word = scanner.word('a value');
  return { kind: isVariable(word) ? 'variable' : 'text', text: word };
}

const isVariable = (word: string): boolean => /^(?:request|target)\./i.test(word);

export function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'any':
    case 'all':
      return `${condition.kind} {${condition.of.map(printCondition).join(', ')}}`;
    case 'compare':
      return `${condition.variable} ${condition.isEqual ? '=' : '!='} ${printValue(condition.value)}`;
    case 'in':
      return `${condition.variable} ${condition.isEqual ? 'in' : 'not in'} (${condition.values.map(printValue).join(', ')})`;
    case 'time':
      return `${condition.variable} ${condition.operator} ${condition.values.map(printValue).join(' and ')}`;
  }
}

export function printValue({ kind, text }: Value): string {
  switch (kind) {
    case 'text':
      return inQuotes(text);
    case 'pattern':
      return `/${text}/`;
    case 'variable':
      return text;
  }
}

/** The same with every value and variable put through. */
export function mapCondition(condition: Condition, change: (value: Value, variable: string) => Value): Condition {
  switch (condition.kind) {
    case 'any':
    case 'all':
      return { kind: condition.kind, of: condition.of.map((one) => mapCondition(one, change)) };
    case 'compare':
      return { ...condition, value: change(condition.value, condition.variable) };
    case 'in': {
      const values = condition.values.map((value) => change(value, condition.variable));
      return { ...condition, values: values.filter((one, at) => values.findIndex((two) => printValue(two) === printValue(one)) === at) };
    }
    case 'time':
      return { ...condition, values: condition.values.map((value) => change(value, condition.variable)) };
  }
}
