// The digest of a recorded file: as the recording says it, else that of the copy it holds.
import type { DigestLimits, FileDigest, Machine } from '../contract/machine.ts';
import { digester } from './digest.ts';
import { failed } from './failure.ts';
import type { RecordedDigest, RecordedMachineFile } from './recorded-schema.ts';
import type { Tree } from './tree.ts';

type Answer = Awaited<ReturnType<Machine['digestFile']>>;

export async function digestRecorded(
  { digests, now }: Pick<RecordedMachineFile, 'digests' | 'now'>,
  tree: Tree,
  path: string,
  limits: DigestLimits,
  signal: AbortSignal,
): Promise<Answer> {
  const real = await tree.realPath(path);
  const place = real.kind === 'real-path' ? real.path : path;
  const said = digests[path] ?? digests[place];
  const answer = said === undefined ? await ofCopy(tree, path, limits, signal) : ofEntry(said, path, limits);
  if (answer.kind !== 'digest') return answer;
  const stamp = `${answer.sizeBytes} ${answer.sha256.slice(0, 16)}`;
  const modifiedMs = tree.said?.(place).modifiedMs ?? Date.parse(now);
  return { ...answer, modifiedMs, stamp, bytesRead: limits.known?.stamp === stamp ? 0 : answer.sizeBytes };
}

/** A recording is read at whatever speed the disk has. */
const ofCopy = (tree: Tree, path: string, { bytesMax }: DigestLimits, signal: AbortSignal): Promise<Answer> =>
  digester(tree)(path, { bytesMax, bytesPerSecondMax: Number.MAX_SAFE_INTEGER, cpuShareMax: 1 }, signal);

function ofEntry({ sha256, sizeBytes = 0, doneBytes = 0, ...entry }: RecordedDigest, path: string, { bytesMax }: DigestLimits): Answer {
  if (entry.failed !== undefined) return failed(entry.failed, entry.detail ?? `reading ${path} failed`);
  if (sha256 === undefined) return { kind: 'under-way', doneBytes, sizeBytes };
  if (sizeBytes > bytesMax) return failed('too-much-output', `${path} has more than ${bytesMax} bytes`);
  return { kind: 'digest', sha256, sizeBytes, modifiedMs: 0, stamp: '', bytesRead: 0 } satisfies FileDigest;
}
