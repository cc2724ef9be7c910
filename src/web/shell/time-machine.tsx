// The bar with which one goes through the kept past: whatever is shown below it is of the moment that it says.
import { useSignal } from '@preact/signals';
import { useEffect, useId } from 'preact/hooks';
import { collectorNow, now } from '../api/clock.ts';
import { absolute, relative } from '../format/times.ts';
import { Button } from '../parts/button.tsx';
import { keptFrom } from './kept-from.ts';
import { momentOfInput, momentToInput } from './moment-input.ts';
import { moment, route, setQuery } from './router.ts';
import './time-machine.css';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const minuteMs = 60_000;
/** Until the slider rests: each place on the way would be a question. */
const restMs = 120;

const steps = [
  { ms: -dayMs, word: '−1 d', says: 'One day earlier' },
  { ms: -hourMs, word: '−1 h', says: 'One hour earlier' },
  { ms: hourMs, word: '+1 h', says: 'One hour later' },
  { ms: dayMs, word: '+1 d', says: 'One day later' },
] as const;

export function TimeMachine() {
  const { kind } = route.value;
  const at = moment.value;
  if (at === null || (kind !== 'fleet' && kind !== 'group')) return null;
  return <Bar at={at} />;
}

function Bar({ at }: { readonly at: number }) {
  const [shown, goTo] = useRested(at);
  const [sliderId, inputId] = [useId(), useId()];
  const latest = collectorNow();
  const kept = keptFrom.value;
  const earliest = Math.min(kept ?? at, at);
  const within = (wanted: number): number => Math.min(Math.max(wanted, earliest), latest);
  return (
    <section class="time-machine no-print" aria-label="Time machine">
      <div class="time-machine-inner">
        <p class="time-machine-said">
          <strong>As it was known at {absolute(shown)}</strong>{' '}
          <span>
            {relative(shown, now.value)}
            {kept !== null && shown < kept && ', before anything is kept'}
          </span>
        </p>
        <div class="time-machine-slide">
          <label class="visually-hidden" for={sliderId}>
            Moment that is shown
          </label>
          <input
            id={sliderId}
            class="time-machine-slider"
            type="range"
            min={Math.ceil(earliest / minuteMs)}
            max={Math.floor(latest / minuteMs)}
            step={1}
            value={Math.floor(shown / minuteMs)}
            aria-valuetext={absolute(shown)}
            onInput={(event) => goTo(within(Number(event.currentTarget.value) * minuteMs))}
            onKeyDown={(event) => {
              const ms = stepOf(event.key);
              if (ms === null) return;
              event.preventDefault();
              goTo(within(shown + ms));
            }}
          />
          <p class="time-machine-ends" aria-hidden="true">
            <span>{kept === null ? '' : `kept from ${absolute(kept)}`}</span>
            <span>now</span>
          </p>
        </div>
        <div class="time-machine-steps">
          {steps.map(({ ms, word, says }) => (
            <Button key={word} aria-label={`${word}, ${says.toLowerCase()}`} title={says} onClick={() => goTo(within(shown + ms))}>
              {word}
            </Button>
          ))}
          <label class="visually-hidden" for={inputId}>
            Day and time, UTC
          </label>
          <input
            id={inputId}
            class="time-machine-input"
            type="datetime-local"
            title="Day and time, UTC"
            value={momentToInput(shown)}
            onChange={(event) => {
              const wanted = momentOfInput(event.currentTarget.value);
              if (wanted !== null) goTo(within(wanted));
            }}
          />
          <span aria-hidden="true">UTC</span>
          <Button kind="accent" onClick={() => setQuery({ at: null })}>
            Back to now
          </Button>
        </div>
      </div>
    </section>
  );
}

/** Arrows go by the hour, pages by the day: a step of the slider itself is a minute of months. */
function stepOf(key: string): number | null {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return -hourMs;
    case 'ArrowRight':
    case 'ArrowUp':
      return hourMs;
    case 'PageDown':
      return -dayMs;
    case 'PageUp':
      return dayMs;
    default:
      return null;
  }
}

/** What the slider shows at once, and the address says when it rests. */
function useRested(at: number): readonly [number, (next: number) => void] {
  const wanted = useSignal(at);
  const next = wanted.value;
  useEffect(() => {
    wanted.value = at;
  }, [at, wanted]);
  useEffect(() => {
    if (next === at) return;
    const timer = setTimeout(() => setQuery({ at: next }), restMs);
    return () => clearTimeout(timer);
  }, [next, at]);
  return [
    next,
    (to) => {
      wanted.value = to;
    },
  ];
}
