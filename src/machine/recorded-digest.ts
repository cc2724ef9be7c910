// The digest of a recorded file: as the recording says it, else that of the copy it holds.
import type { DigestLimits, Machine } from '../contract/machine.ts';
import { digester } from './digest.ts';
import { failed } from './failure.ts';
import type { RecordedMachineFile } from './recorded-schema.ts';
import type { Tree } from './tree.ts';

export async function digestRecorded(
  { digests, now }: Pick<RecordedMachineFile, 'digests' | 'now'>,
  tree: Tree,
  path: string,
  limits: DigestLimits,
  signal: AbortSignal,
): ReturnType<Machine['digestFile']> {
  const real = await tree.realPath(path);
  const said = digests[path] ?? (real.kind === 'real-path' ? digests[real.path] : undefined);
  // A recording does not wait, and is read at whatever speed the disk has.
  if (said === undefined) return digester(tree)(path, { ...limits, bytesPerSecondMax: Number.MAX_SAFE_INTEGER, cpuShareMax: 1 }, signal);
  if (said.failed !== undefined) return failed(said.failed, said.detail ?? `reading ${path} failed`);
  const sizeBytes = said.sizeBytes ?? 0;
  if (said.sha256 === undefined) return { kind: 'under-way', doneBytes: said.doneBytes ?? 0, sizeBytes };
  if (sizeBytes > limits.bytesMax) return failed('too-much-output', `${path} has more than ${limits.bytesMax} bytes`);
  const stat = tree.said?.(real.kind === 'real-path' ? real.path : path);
  const modifiedMs = stat?.modifiedMs ?? Date.parse(now);
  return { kind: 'digest', sha256: said.sha256, sizeBytes, modifiedMs, stamp: `${sizeBytes} ${said.sha256.slice(0, 16)}`, bytesRead: 0 };
}
