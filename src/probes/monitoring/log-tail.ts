// Reads the end of a log, across the moment at which it was rotated.
import type { Machine } from '../../contract/machine.ts';
import type { Stage } from './facts.ts';
import { failedStage, unseenStage } from './stages.ts';

export type LogTail =
  | { readonly kind: 'lines'; readonly path: string; readonly lines: readonly string[]; readonly modifiedMs: number }
  | { readonly kind: 'none'; readonly stage: Stage; readonly isMissing: boolean };

/** Below this a log has just begun, and what came before lies in the rotated file. */
const youngBytes = 64 * 1_024;

/** Longer lines are stack traces or payloads; no line that proves anything is. */
const lineCharactersMax = 4_096;

/**
 * The last lines of the first of `paths` that exists, led by those of its rotated predecessor where the log is young.
 * A first line that the cut fell into is left out.
 */
export async function tailLog(
  machine: Machine,
  paths: readonly string[],
  bytesMax: number,
  rotated: readonly string[] = ['.1'],
): Promise<LogTail> {
  for (const path of paths) {
    const read = await machine.readFile(path, { bytesMax, from: 'end' });
    if (read.kind === 'missing') continue;
    if (read.kind === 'failed') return { kind: 'none', stage: failedStage(read, path), isMissing: false };
    const lines = linesOf(read.text, read.isCut);
    const before = read.sizeBytes < youngBytes && !read.isCut ? await rotatedLines(machine, path, bytesMax, rotated) : [];
    return { kind: 'lines', path, lines: [...before, ...lines], modifiedMs: read.modifiedMs };
  }
  return { kind: 'none', stage: unseenStage('unreadable', `${paths[0]} does not exist`), isMissing: true };
}

async function rotatedLines(machine: Machine, path: string, bytesMax: number, suffixes: readonly string[]): Promise<readonly string[]> {
  for (const suffix of suffixes) {
    const read = await machine.readFile(`${path}${suffix}`, { bytesMax, from: 'end' });
    if (read.kind === 'file') return linesOf(read.text, read.isCut);
  }
  return [];
}

function linesOf(text: string, isCut: boolean): readonly string[] {
  const lines = text.split('\n').map((line) => line.slice(0, lineCharactersMax));
  if (isCut) lines.shift();
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** A stamp this far ahead of the machine's clock was not written by this clock: the age of its record is not known. */
export const clockSlackMs = 120_000;

export const fromTheFuture = unseenStage('unparsable', 'its log is stamped later than this machine’s clock');
