// What is left of a file when the values whose shape is wrong are taken out: what the rest means can then be checked in the same go.
import type { SchemaProblem } from '../../contract/schema.ts';
import { pointerParts } from '../yaml-text.ts';

/** Anything may be missing; what is there has its shape. */
export type Partly<T> = T extends readonly (infer I)[]
  ? readonly (Partly<I> | undefined)[]
  : T extends object
    ? { readonly [K in keyof T]?: Partly<T[K]> | undefined }
    : T;

/** A wrong value becomes undefined, so that its name, or its place in a list, still counts. */
export function withoutWrong<T>(value: unknown, problems: readonly SchemaProblem[]): Partly<T> {
  const left = structuredClone(value);
  for (const { keyword, instancePath } of problems) if (isOfValue(keyword)) remove(left, pointerParts(instancePath));
  return left as Partly<T>;
}

/** A key too many or too few, or an entry that is given twice, leaves the others as they are. */
const isOfValue = (keyword: string): boolean => !['additionalProperties', 'required', 'uniqueItems'].includes(keyword);

function remove(value: unknown, parts: readonly string[]): void {
  const [part, ...rest] = parts;
  if (part === undefined || typeof value !== 'object' || value === null) return;
  const map = value as Record<string, unknown>;
  if (rest.length === 0) map[part] = undefined;
  else remove(map[part], rest);
}
