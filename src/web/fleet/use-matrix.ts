// The fleet as it is now, or as it was known at a moment.
import { useEffect } from 'preact/hooks';
import type { Matrix } from '../../contract/matrix.ts';
import { addressOf } from '../api/ask.ts';
import { type Resource, useResource } from '../api/resource.ts';
import { keptFrom } from '../shell/kept-from.ts';

/** When things were last seen ages without a change, and a node that stops to answer is none that is told: no more than so long behind. */
const everyMs = 15_000;

/** `at` null for now; with `group`, asked again only when that one changed. */
export function useMatrix(at: number | null, group?: string): Resource<Matrix> {
  const ofGroup = group === undefined ? {} : { group };
  const matrix = useResource<Matrix>(addressOf('v1/matrix', { at, group }), { ...ofGroup, keeps: true, everyMs, isPast: at !== null });
  const kept = matrix.state === 'shown' ? matrix.value.keptFrom : null;
  useEffect(() => {
    if (kept !== null) keptFrom.value = kept;
  }, [kept]);
  return matrix;
}
