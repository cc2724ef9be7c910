// Takes an acceptance back, after asking once more: the finding counts again at once.
import { useState } from 'preact/hooks';
import type { StandingFinding } from '../../contract/standing.ts';
import { AskFailed, tell } from '../api/ask.ts';
import { sentence } from '../format/sentence.ts';
import { shownText } from '../format/shown-text.ts';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { weightOf } from './listed-findings.ts';
import { weightWords } from './words.ts';

export interface EndWaiverFormProps {
  readonly finding: StandingFinding;
  readonly waiver: NonNullable<StandingFinding['waiver']>;
  readonly onClose: () => void;
  readonly onEnded: () => void;
}

export function EndWaiverForm({ finding, waiver, onClose, onEnded }: EndWaiverFormProps) {
  const [failed, setFailed] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const end = async () => {
    if (isSending) return;
    setSending(true);
    try {
      await tell(`v1/waivers/${encodeURIComponent(waiver.id)}/end`);
      onEnded();
    } catch (error) {
      if (!(error instanceof AskFailed)) throw error;
      setFailed(sentence(error.detail === '' ? error.title : error.detail));
    } finally {
      setSending(false);
    }
  };
  return (
    <>
      <p>
        {shownText(waiver.author)} accepted “{finding.title}” for <span class="mono">{shownText(finding.subject)}</span>. Taken back, the
        finding counts again at once, as {weightWords[weightOf(finding)].one}.
      </p>
      {failed !== null && (
        <Notice kind="bad" title="It was not taken back">
          {failed}
        </Notice>
      )}
      <div class="waive-buttons">
        <Button kind="accent" onClick={end} aria-busy={isSending}>
          Take it back
        </Button>
        <Button kind="plain" onClick={onClose}>
          Keep it
        </Button>
      </div>
    </>
  );
}
