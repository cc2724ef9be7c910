// It could not be asked for: says why, and never looks like an all-clear.
import type { AskFailed } from '../api/ask.ts';
import { sentence } from '../format/sentence.ts';
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
    <Notice kind="warn" title={what === undefined ? sentence(error.title).replace(/\.$/, '') : `Not known: ${what}`} isUrgent>
      {what !== undefined && <p>{sentence(error.title)}</p>}
      {error.detail !== '' && <p>{sentence(error.detail)}</p>}
      {again !== undefined && (
        <p class="failed-again">
          <Button onClick={again}>Try again</Button>
        </p>
      )}
    </Notice>
  );
}
