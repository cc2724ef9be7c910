// Accepts a finding: by whom, why and until when, bound to what is found now.
import { useId, useRef, useState } from 'preact/hooks';
import type { StandingFinding } from '../../contract/standing.ts';
import { AskFailed, tell } from '../api/ask.ts';
import { now } from '../api/clock.ts';
import { shownText } from '../format/shown-text.ts';
import { absolute } from '../format/times.ts';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { Beside } from './beside.tsx';
import { rememberAuthor, rememberedAuthor } from './remembered-author.ts';
import { WaiveField } from './waive-field.tsx';
import {
  dayAhead,
  endOfDay,
  errorsFrom,
  errorsOf,
  lastDay,
  presetDays,
  type WaiverErrors,
  type WaiverField,
  type WaiverTerms,
} from './waiver-terms.ts';
import './waive.css';

export interface WaiveFormProps {
  readonly group: string;
  readonly pair: string;
  /** As it was when the dialog was opened. */
  readonly finding: StandingFinding;
  /** What became of it since; null where it is gone. */
  readonly latest: StandingFinding | null;
  readonly onClose: () => void;
  readonly onWaived: () => void;
}

const usualDays = 7;

export function WaiveForm({ group, pair, finding, latest, onClose, onWaived }: WaiveFormProps) {
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const [terms, setTerms] = useState<WaiverTerms>(() => termsAtFirst(finding));
  const [errors, setErrors] = useState<WaiverErrors>({});
  const [isSending, setSending] = useState(false);
  const set = (field: WaiverField) => (text: string) => {
    setTerms({ ...terms, [field]: text });
    const { [field]: _, whole: __, ...others } = errors;
    setErrors(others);
  };
  const show = (wrong: WaiverErrors) => {
    setErrors(wrong);
    const field = (['author', 'reason', 'untilDay'] as const).find((one) => wrong[one] !== undefined);
    if (field !== undefined) form.current?.querySelector<HTMLElement>(`[name=${field}]`)?.focus();
  };
  const send = async (event: Event) => {
    event.preventDefault();
    const wrong = errorsOf(terms, now.value);
    if (Object.keys(wrong).length > 0 || isSending) return show(wrong);
    setSending(true);
    try {
      await tell('v1/waivers', { group, pair, finding: finding.id, ...sentTerms(terms) });
      rememberAuthor(terms.author.trim());
      onWaived();
    } catch (error) {
      if (!(error instanceof AskFailed)) throw error;
      show(errorsFrom(error));
    } finally {
      setSending(false);
    }
  };
  const until = endOfDay(terms.untilDay);
  return (
    <form ref={form} class="waive" onSubmit={send} noValidate>
      <p class="waive-finding">
        <strong>{finding.title}</strong>
      </p>
      <Beside finding={finding} />
      <OtherNow finding={finding} latest={latest} />
      <WaiveField
        id={`${id}-author`}
        name="author"
        label="Who accepts it"
        value={terms.author}
        error={errors.author}
        onInput={set('author')}
      />
      <WaiveField
        id={`${id}-reason`}
        name="reason"
        label="Why it may stay so"
        value={terms.reason}
        error={errors.reason}
        onInput={set('reason')}
        isLong
      />
      <WaiveField
        id={`${id}-until`}
        name="untilDay"
        label="Last day"
        type="date"
        min={dayAhead(now.value, 0)}
        max={lastDay(now.value)}
        value={terms.untilDay}
        error={errors.untilDay}
        hint={until === null ? 'It holds to the end of that day, UTC.' : `It holds until ${absolute(until)}.`}
        onInput={set('untilDay')}
      >
        <Presets chosen={terms.untilDay} onChoose={set('untilDay')} />
      </WaiveField>
      <p class="quiet">It is void as soon as another value is expected or found, and the finding then counts again.</p>
      {errors.whole !== undefined && (
        <Notice kind="bad" title="It was not accepted">
          {errors.whole}
        </Notice>
      )}
      <div class="waive-buttons">
        <Button kind="accent" type="submit" aria-busy={isSending}>
          Waive
        </Button>
        <Button kind="plain" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

const termsAtFirst = ({ waiver }: StandingFinding): WaiverTerms => ({
  author: rememberedAuthor(),
  reason: waiver?.reason ?? '',
  untilDay: dayAhead(now.value, usualDays),
});

const sentTerms = ({ author, reason, untilDay }: WaiverTerms) => ({
  author: author.trim(),
  reason: reason.trim(),
  until: endOfDay(untilDay),
});

/** What is accepted is what is found when the collector is told. */
function OtherNow({ finding, latest }: Pick<WaiveFormProps, 'finding' | 'latest'>) {
  if (latest === null)
    return (
      <Notice kind="warn" title="It is gone">
        Since this was opened, the finding was resolved: there is nothing to waive.
      </Notice>
    );
  if (latest.expected === finding.expected && latest.actual === finding.actual) return null;
  return (
    <Notice kind="warn" title="It is another now">
      Since this was opened, expected is “{shownText(latest.expected)}” and actual “{shownText(latest.actual)}”. That is what would be
      accepted.
    </Notice>
  );
}

function Presets({ chosen, onChoose }: { readonly chosen: string; readonly onChoose: (day: string) => void }) {
  return (
    <span class="waive-presets">
      {presetDays.map((days) => {
        const day = dayAhead(now.value, days);
        return (
          <Button key={days} aria-pressed={chosen === day} onClick={() => onChoose(day)}>
            {days === 1 ? '1 day' : `${days} days`}
          </Button>
        );
      })}
    </span>
  );
}
