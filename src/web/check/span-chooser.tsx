// How far back a check is shown.
import { useId } from 'preact/hooks';

const dayMs = 86_400_000;

export const spans = [
  { id: '1d', ms: dayMs, words: '1 day' },
  { id: '7d', ms: 7 * dayMs, words: '7 days' },
  { id: '30d', ms: 30 * dayMs, words: '30 days' },
  { id: '90d', ms: 90 * dayMs, words: '90 days' },
] as const;

export type SpanChoice = (typeof spans)[number];

export const spanOf = (asked: string | undefined): SpanChoice => spans.find(({ id }) => id === asked) ?? spans[1];

interface SpanChooserProps {
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}

export function SpanChooser({ chosen, onChoose }: SpanChooserProps) {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend class="visually-hidden">How far back</legend>
      {spans.map(({ id, words }) => (
        <label key={id} class="choice-one">
          <input type="radio" class="visually-hidden" name={name} value={id} checked={id === chosen} onChange={() => onChoose(id)} />
          <span>{words}</span>
        </label>
      ))}
    </fieldset>
  );
}
