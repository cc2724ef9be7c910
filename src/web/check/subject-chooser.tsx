// Of many series, those that are drawn.
import { shownText } from '../format/shown-text.ts';
import { Button } from '../parts/button.tsx';
import { drawnSubjects, subjectsMost } from './reading-lines.ts';

interface SubjectChooserProps {
  readonly subjects: readonly string[];
  /** Null for the first few. */
  readonly chosen: readonly string[] | null;
  readonly onChoose: (subjects: readonly string[] | null) => void;
}

export function SubjectChooser({ subjects, chosen, onChoose }: SubjectChooserProps) {
  const drawn = drawnSubjects(subjects, chosen);
  const isFull = drawn.length >= subjectsMost;
  const toggle = (subject: string): void => {
    const next = drawn.includes(subject) ? drawn.filter((one) => one !== subject) : [...drawn, subject];
    if (next.length > 0) onChoose(next);
  };
  return (
    <details class="subject-chooser">
      <summary>Choose what is drawn</summary>
      <fieldset>
        <legend>At most {subjectsMost} at once</legend>
        {subjects.map((subject) => (
          <label key={subject}>
            <input
              type="checkbox"
              checked={drawn.includes(subject)}
              disabled={(isFull && !drawn.includes(subject)) || (drawn.length === 1 && drawn[0] === subject)}
              onChange={() => toggle(subject)}
            />
            {subject === '' ? 'the machine itself' : shownText(subject)}
          </label>
        ))}
      </fieldset>
      {chosen !== null && (
        <Button kind="quiet" onClick={() => onChoose(null)}>
          The first {subjectsMost} again
        </Button>
      )}
    </details>
  );
}
