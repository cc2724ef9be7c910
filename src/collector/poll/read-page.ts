// An agent's answer, from bytes to a page that can be believed to be one.
import { type Changes, ChangesSchema, type StandingNumbers } from '../../contract/changes.ts';
import { isTooDeep } from '../../contract/depth.ts';
import { schemaProblems } from '../../contract/schema.ts';
import { areNamed, namesIn, type ReadingNames } from '../../formats/standing-rows.ts';

export type PageRead = { readonly kind: 'page'; readonly page: HeardPage } | { readonly kind: 'unreadable'; readonly detail: string };

/**
 * Where rows stand is text from here on: hundreds of answers wait for each other to be written, and forty objects each would outlive the
 * cheap kind of garbage collection, which doubled what a poll costs.
 */
export interface HeardPage extends Omit<Changes, 'current' | 'named'> {
  /** `current` as JSON, and its sequence numbers. */
  readonly standing: string;
  readonly rows: string;
  readonly names: ReadingNames;
}

/** What was asked for, and what of the names of readings was known. */
export interface PageAsked {
  readonly after: number;
  readonly limit: number;
  readonly names: ReadingNames | null;
}

export function readPage(body: string, asked: PageAsked): PageRead {
  const value = parsed(body);
  if (value === undefined) return unreadable('it is not JSON');
  const [problem] = schemaProblems(ChangesSchema, value);
  if (problem !== undefined)
    return unreadable(`${problem.instancePath.replaceAll(/\/\d+/g, '/…').slice(0, 100) || 'it'} ${problem.message}`);
  const page = value as Changes;
  const oddity = oddityOf(page, asked.after, asked.limit);
  if (oddity !== null) return unreadable(oddity);
  const names = namesIn(page, asked.names);
  return names !== null && areNamed(page.current, names)
    ? { kind: 'page', page: heard(page, names) }
    : unreadable('its readings have no names');
}

export function heard({ current, named: _, ...page }: Changes, names: ReadingNames): HeardPage {
  return { ...page, standing: JSON.stringify(current), rows: current.map(({ seq }) => seq).join(), names };
}

export const currentOf = ({ standing }: Pick<HeardPage, 'standing'>): readonly StandingNumbers[] =>
  JSON.parse(standing) as StandingNumbers[];

const unreadable = (detail: string): PageRead => ({ kind: 'unreadable', detail });

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** What a schema does not see. */
function oddityOf(page: Changes, after: number, limit: number): string | null {
  const { observations, description } = page;
  if (observations.length > limit) return 'it has more rows than were asked for';
  let last = after;
  for (const { seq } of observations) {
    if (seq <= last) return 'its rows are not in order, or were not asked for';
    last = seq;
  }
  if (page.hasMore && observations.length === 0) return 'it says that there is more, and gives nothing';
  if (last > Math.max(page.newestSeq, after)) return 'its rows are newer than its newest';
  const rows = [...observations, ...page.current, ...page.ended];
  if (rows.some(({ seq, count, lastAt }) => !isCount(seq) || !isCount(count) || !isTime(lastAt)))
    return 'a number in its rows is none that can be';
  if (
    observations.some(
      ({ firstAt, lastAt, factsVersion, tookMs }) =>
        !isTime(firstAt) || lastAt < firstAt || !Number.isSafeInteger(factsVersion) || !isDuration(tookMs),
    )
  )
    return 'a time in its rows is none that can be';
  if (observations.some(({ readings }) => readings.some(({ value }) => !Number.isFinite(value)))) return 'a reading in it is no number';
  if (page.current.some(({ readings }) => !readings.every(Number.isFinite))) return 'a reading in it is no number';
  if (![page.newestSeq, page.oldestSeq, page.now].every((one) => Number.isSafeInteger(one) && one >= 0) || !isTime(page.now))
    return 'a number in it is none that can be';
  // What is kept is written by recursion, which ends at some thousands of levels.
  return [description, ...observations.map(({ outcome }) => outcome)].some(isTooDeep) ? 'it is nested too deeply' : null;
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 1;
const isDuration = (ms: number): boolean => ms >= 0 && ms < 1e12;
/** Of ECMAScript's dates. */
const isTime = (value: number): boolean => Number.isSafeInteger(value) && value >= 0 && value <= 8.64e15;
