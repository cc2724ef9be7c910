// It could not be asked for: says why, and never looks like an all-clear.
import type { AskFailed } from '../api/ask.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

interface FailedProps {
  readonly error: AskFailed;
  /** What could not be shown. */
  readonly what?: string;
  readonly again?: () => void;
}

export function Failed({ error, what, again }: FailedProps) {
  return (
    <Notice kind="warn" title={what === undefined ? error.title : `Not known: ${what}`} isUrgent>
      {what !== undefined && <p>{error.title}.</p>}
      {error.detail !== '' && <p>{error.detail}</p>}
      {again !== undefined && (
        <p class="failed-again">
          <Button onClick={again}>Try again</Button>
        </p>
      )}
    </Notice>
  );
}
