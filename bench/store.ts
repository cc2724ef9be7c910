// What keeping forty checks costs, with either SQLite: rows a second, bytes a look with all indexes, and how long a question or a step
// of retention takes.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Look } from '../src/contract/check.ts';
import { engineShown } from '../src/store/engine/engine.ts';
import { openStore } from '../src/store/open.ts';
import type { RecordedLook } from '../src/store/record.ts';
import type { Store } from '../src/store/store.ts';

export interface StoreFigures {
  readonly engine: string;
  readonly looks: number;
  readonly looksPerSecondTogether: number;
  readonly cpuMicrosecondsPerLook: number;
  readonly looksPerSecondSingly: number;
  readonly bytesPerLook: number;
  /** 40 checks a minute for a year. */
  readonly yearMiB: number;
  readonly newestOfAllMs: number;
  readonly historyPageMs: number;
  readonly changesPageMs: number;
  readonly monthHourlyMs: number;
  readonly longestRetentionStepMs: number;
  /** Of the whole process, after all of it. */
  readonly rssMiB: number;
  readonly rssPeakMiB: number;
}

const checks = 40;
const minuteMs = 60_000;
const days = 30;
const looksAYear = checks * 60 * 24 * 365;

/** Facts that change once a day, a failure in five hundred looks, three numbers a look: as egress and DNS checks are. */
function look(check: number, minute: number): Look {
  const noise = (minute * 2_654_435_761 + check * 40_503) % 1_000;
  const at = Date.UTC(2026, 0, 1) + minute * minuteMs + check * 1_000;
  const outcome =
    noise < 2
      ? ({ kind: 'unseen', reason: 'timeout', detail: 'no answer within the time limit' } as const)
      : ({
          kind: 'observed',
          facts: {
            check,
            day: Math.floor(minute / 1_440),
            endpoints: Array.from({ length: 5 }, (_, n) => ({ name: `endpoint-${n}`, answer: 'ok', address: `192.0.2.${n}` })),
          },
        } as const);
  const readings = ['connectMs', 'tlsMs', 'totalMs'].map((name, n) => ({
    name,
    subject: 'endpoint-0',
    value: Math.round((n * 7 + noise / 31) * 10) / 10,
  }));
  const trail = [{ afterMs: 0, tookMs: noise / 10, asked: 'dial 192.0.2.1:443', answered: 'completed' }];
  return { check: `check-${check}`, probe: 'egress', factsVersion: 1, outcome, readings, trail, at, tookMs: noise / 10 };
}

const minuteOf = (minute: number): readonly RecordedLook[] => Array.from({ length: checks }, (_, check) => look(check, minute));

/** With better-sqlite3, then with Node's own SQLite, each in a process of its own. */
export const measureStores = (): readonly StoreFigures[] =>
  ['', 'node:sqlite'].map((engine) => {
    const env = { ...process.env, UNDERSTUDY_STORE_ENGINE: engine };
    return JSON.parse(execFileSync(process.execPath, [import.meta.filename], { env, encoding: 'utf8' })) as StoreFigures;
  });

function measureStore(): StoreFigures {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-bench-store-'));
  const opened = openStore({ file: join(folder, 'bench.db'), now: Date.UTC(2026, 0, 1) });
  if (opened.kind !== 'opened') throw new Error(`the store did not open: ${opened.kind}`);
  const { store } = opened;
  const limits = { keepMs: 400 * 86_400_000, bytesMax: 1 << 30 };
  const minutes = days * 1_440;
  let recordMs = 0;
  let cpuMicroseconds = 0;
  for (let minute = 0; minute < minutes; minute += 1) {
    const looks = minuteOf(minute);
    const before = process.cpuUsage();
    recordMs += timed(() => store.record(looks));
    const { user, system } = process.cpuUsage(before);
    cpuMicroseconds += user + system;
    if (minute % 60 === 0) while (store.maintain(looks[0]!.at, limits));
  }
  const end = Date.UTC(2026, 0, 1) + minutes * minuteMs;
  while (store.maintain(end + 2 * 3_600_000, limits));
  const looks = minutes * checks;
  const bytesPerLook = store.sizeBytes() / looks;
  const figures = {
    engine: Object.values(engineShown()).join(' '),
    looks,
    looksPerSecondTogether: Math.round((looks * 1_000) / recordMs),
    cpuMicrosecondsPerLook: cpuMicroseconds / looks,
    bytesPerLook,
    yearMiB: Math.round((bytesPerLook * looksAYear) / 1_048_576),
    ...questions(store, end),
    looksPerSecondSingly: singly(store, minutes),
    longestRetentionStepMs: longestStep(store, end),
    rssMiB: Math.round(process.memoryUsage.rss() / 1_048_576),
    rssPeakMiB: Math.round(process.resourceUsage().maxRSS / 1_024),
  };
  store.close();
  rmSync(folder, { recursive: true });
  return figures;
}

function questions(store: Store, end: number) {
  const names = Array.from({ length: checks }, (_, check) => `check-${check}`);
  const newest = store.observations.newestSeq();
  return {
    newestOfAllMs: typical(() => store.observations.sights(names)),
    historyPageMs: typical(() => store.observations.history('check-7', { limit: 100 })),
    changesPageMs: typical(() => store.observations.changes(newest - 200, 200)),
    monthHourlyMs: typical(() => store.readings.hourly('check-7', { from: end - 30 * 86_400_000, to: end }, 10_000)),
  };
}

function singly(store: Store, from: number): number {
  const minutes = 25;
  const ms = timed(() => {
    for (let minute = from; minute < from + minutes; minute += 1) for (const one of minuteOf(minute)) store.record([one]);
  });
  return Math.round((minutes * checks * 1_000) / ms);
}

/** Half of the history has to go at once: as many steps as it takes, the longest of which is what a probe would notice. */
function longestStep(store: Store, end: number): number {
  const limits = { keepMs: (days / 2) * 86_400_000, bytesMax: 1 << 30 };
  let longest = 0;
  for (let hasMore = true; hasMore; ) {
    longest = Math.max(
      longest,
      timed(() => {
        hasMore = store.maintain(end, limits);
      }),
    );
  }
  return longest;
}

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

/** Median of a hundred. */
function typical(work: () => unknown): number {
  const times = Array.from({ length: 100 }, () => timed(work)).sort((a, b) => a - b);
  return times[50]!;
}

if (import.meta.main) console.log(JSON.stringify(measureStore()));
