// A field's path as a person reads it: `/endpoints/[name=card payments]/results/0` is `endpoints › card payments › results › 0`.
import { type FieldStep, fieldPath } from '../../contract/field-path.ts';

/** A path that is none is shown as it is. The empty one is the whole of the facts. */
export function fieldWords(field: string): string {
  if (field === '' || field === '/') return 'everything';
  const steps = fieldPath(field);
  return steps === null ? field : steps.map(stepWords).join(' › ');
}

function stepWords(step: FieldStep): string {
  switch (step.kind) {
    case 'member':
      return step.name;
    case 'every':
      return 'each';
    case 'where':
      // That a name is a name needs no saying.
      return step.name === null || step.name === 'name' ? step.like : `${step.name} ${step.like}`;
  }
}
