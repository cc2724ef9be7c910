// What is wrong with times of a fleet file: limits that end before what they limit.
import { parseDurationMs } from '../../contract/duration.ts';
import type { ConfigError } from '../config-error.ts';
import { show } from '../schema-messages.ts';
import type { ConfigText } from '../yaml-text.ts';
import { writtenGroups } from './pairs.ts';
import { type Say, sayIn } from './say.ts';
import { type FleetFile, pollDefaults, type ThresholdsFile } from './schema.ts';
import type { Partly } from './without-wrong.ts';

/** A fleet asked more often than this does little else. */
const pollMsMin = 1_000;

/** Files are looked at, and services asked, no more often than this. */
const discoverMsMin = 5_000;

export function timeProblems(file: Partly<FleetFile>, text: ConfigText): readonly ConfigError[] {
  const say = sayIn(text);
  const { every = pollDefaults.every, timeout } = file.poll ?? {};
  const everyMs = msOf(every);
  const groups = writtenGroups(file);
  return [
    ...atLeast(every, pollMsMin, '1s', '/poll/every', say),
    ...timeoutProblems(timeout, every, say),
    ...thresholdProblems(file.thresholds, '/thresholds', everyMs, every, say),
    ...groups.flatMap(({ group, pointer }) => thresholdProblems(group.thresholds, `${pointer}/thresholds`, everyMs, every, say)),
    ...groups.flatMap(({ pairs }) =>
      pairs.flatMap(({ pair, pointer }) => thresholdProblems(pair?.thresholds, `${pointer}/thresholds`, everyMs, every, say)),
    ),
    ...(file.discover ?? []).flatMap((source, index) => atLeast(source?.every, discoverMsMin, '5s', `/discover/${index}/every`, say)),
  ];
}

const msOf = (text: string | undefined): number | null => (text === undefined ? null : parseDurationMs(text));

function atLeast(given: string | undefined, msMin: number, spokenMin: string, pointer: string, say: Say): readonly ConfigError[] {
  const ms = msOf(given);
  return ms !== null && ms < msMin ? [say(pointer, `${show(given)} is too often; expected at least ${spokenMin}`)] : [];
}

function timeoutProblems(timeout: string | undefined, every: string | undefined, say: Say): readonly ConfigError[] {
  const [ms, everyMs] = [msOf(timeout), msOf(every)];
  if (ms === null) return [];
  if (ms <= 0) return [say('/poll/timeout', `${show(timeout)} ends a request before it begins`)];
  if (everyMs === null || ms <= everyMs) return [];
  return [say('/poll/timeout', `${show(timeout)} is longer than the time between two polls (${every})`)];
}

function thresholdProblems(
  thresholds: Partly<ThresholdsFile> | undefined,
  pointer: string,
  everyMs: number | null,
  every: string | undefined,
  say: Say,
): readonly ConfigError[] {
  const { silentAfter, primaryMaxAge, clockOffsetMax } = thresholds ?? {};
  const silentMs = msOf(silentAfter);
  const zero = [
    ['primaryMaxAge', primaryMaxAge],
    ['clockOffsetMax', clockOffsetMax],
  ] as const;
  return [
    ...(silentMs !== null && everyMs !== null && silentMs <= everyMs
      ? [say(`${pointer}/silentAfter`, `${show(silentAfter)} is no longer than the time between two polls (${every})`)]
      : []),
    ...zero.flatMap(([key, given]) => (msOf(given) === 0 ? [say(`${pointer}/${key}`, `${show(given)} is no time at all`)] : [])),
  ];
}
