// What no history can be kept in: too little room, or too little time.
import { parseDurationMs } from '../contract/duration.ts';
import type { ConfigError } from './config-error.ts';
import { isRecord, show, spoken } from './schema-messages.ts';
import { parseSizeBytes } from './sizes.ts';
import type { ConfigText } from './yaml-text.ts';

/** Less than this holds no day of looks, and would be all retention and no history. */
const storeBytesMin = 16 * 1024 ** 2;
const keepMsMin = 3_600_000;

export function storeProblems(file: Record<string, unknown>, text: ConfigText): readonly ConfigError[] {
  const store = isRecord(file.store) ? file.store : {};
  const bytes = typeof store.size === 'string' ? parseSizeBytes(store.size) : null;
  return [
    ...(bytes !== null && bytes < storeBytesMin
      ? [text.error('/store/size', 'value', `store.size: ${show(store.size)} is too small; expected at least 16MiB`)]
      : []),
    ...keepProblems(store.keep, '/store/keep', text),
  ];
}

export function keepProblems(keep: unknown, pointer: string, text: ConfigText): readonly ConfigError[] {
  const keepMs = typeof keep === 'string' ? parseDurationMs(keep) : null;
  return keepMs !== null && keepMs < keepMsMin
    ? [text.error(pointer, 'value', `${spoken(pointer)}: ${show(keep)} is too short; expected at least 1h`)]
    : [];
}
