// Conditions on answers, as steering policies have them: `answer.isDisabled != true`, `answer.name == 'dr'`, `answer.pool in ('a', 'b')`.
import type { Answer } from './facts.ts';

/** Null for a condition that is not understood. */
export function isMet(condition: string | null, answer: Answer): boolean | null {
  if (condition === null || condition.trim() === '') return true;
  const either = condition.split(/\s+(?:or|\|\|)\s+/i).map((part) => allMet(part, answer));
  if (either.includes(null)) return null;
  return either.includes(true);
}

function allMet(condition: string, answer: Answer): boolean | null {
  const each = condition.split(/\s+(?:and|&&)\s+/i).map((part) => one(part.trim(), answer));
  if (each.includes(null)) return null;
  return !each.includes(false);
}

const comparison = /^answer\.(name|pool|isDisabled|rdata|rtype)\s*(==|!=|in)\s*(.+)$/;

function one(text: string, answer: Answer): boolean | null {
  const [, field, operator, right] = comparison.exec(text) ?? [];
  if (field === undefined || right === undefined) return null;
  const values = valuesOf(right.trim(), operator === 'in');
  if (values === null) return null;
  const has = values.includes(valueIn(field, answer));
  return operator === '!=' ? !has : has;
}

function valuesOf(text: string, isList: boolean): readonly (string | boolean)[] | null {
  if (!isList) return literal(text);
  const inner = /^[([](.*)[)\]]$/.exec(text)?.[1];
  const parts = inner?.split(',').map((part) => literal(part.trim())) ?? [null];
  return parts.includes(null) ? null : parts.flatMap((part) => part ?? []);
}

function literal(text: string): readonly (string | boolean)[] | null {
  if (text === 'true' || text === 'false') return [text === 'true'];
  const quoted = /^(?:'([^']*)'|"([^"]*)")$/.exec(text);
  return quoted === null ? null : [quoted[1] ?? quoted[2] ?? ''];
}

function valueIn(field: string, { name, pool, isDisabled, value, type }: Answer): string | boolean {
  switch (field) {
    case 'name':
      return name;
    case 'pool':
      return pool ?? '';
    case 'isDisabled':
      return isDisabled;
    case 'rdata':
      return value;
    default:
      return type;
  }
}
