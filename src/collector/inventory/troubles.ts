// What is wrong with sources of discovery, as sentences: a list that is not good still stands as it last was, and that is said.
import { formatDuration } from '../../contract/duration.ts';
import type { FoundList } from './found.ts';
import type { Source } from './source.ts';

/** Without ages, so that equal ones are equal later. */
export const troublesOf = (sources: readonly Source[]): readonly string[] => sentences(sources, () => '');

export const spokenTroubles = (sources: readonly Source[], now: number): readonly string[] =>
  sentences(sources, (goodAt) => ` ${formatDuration(Math.max(0, now - goodAt))} ago`);

function sentences(sources: readonly Source[], age: (goodAt: number) => string): readonly string[] {
  return sources.flatMap((source) => [...source.problems(), ...source.lists().flatMap((list) => ofList(list, age))]);
}

function ofList({ trouble, goodAt, found, complaints }: FoundList, age: (goodAt: number) => string): readonly string[] {
  if (trouble === null) return complaints;
  if (goodAt === null) return [`${trouble}; whom it names is not known`];
  return [
    `${trouble}; ${found.length === 1 ? 'the agent' : `the ${found.length} agents`} that it named${age(goodAt)} stay${found.length === 1 ? 's' : ''}`,
    ...complaints,
  ];
}
