// Lists in pages. Tokens hold every character that a careless client leaves unescaped in a query.
import { invalidParameter, type OciAnswer, ok } from './answer.ts';
import type { World } from './world.ts';

const tokenFor = (start: number): string => `+/=&# ${start}`;

const startOf = (token: string): number | null => {
  const digits = /^\+\/=&# (\d+)$/.exec(token)?.[1];
  return digits === undefined ? null : Number(digits);
};

/** `frame` puts the entries into the body's form: a bare array, or `{items}`. */
export function page<T>(entries: readonly T[], query: URLSearchParams, world: World, frame: (entries: readonly T[]) => unknown): OciAnswer {
  const token = query.get('page');
  const start = token === null ? 0 : startOf(token);
  if (start === null) return invalidParameter('page is no token that was given out');
  const end = start + Math.min(world.pageSizeMax, Number(query.get('limit') ?? world.pageSizeMax));
  const hasMore = world.hasEndlessPages || end < entries.length;
  return ok(frame(entries.slice(start, end)), hasMore ? { 'opc-next-page': tokenFor(end) } : {});
}
