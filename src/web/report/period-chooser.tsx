// Which period the report is of. Days are by UTC, as everything here.
import { useState } from 'preact/hooks';
import { collectorNow } from '../api/clock.ts';
import { Button } from '../parts/button.tsx';
import { choiceOf, datesOf, type Period, type PeriodChoice, periodChoices, periodOf, periodOfDates, periodWords } from './period.ts';

interface PeriodChooserProps {
  /** Null while there is none. */
  readonly period: Period | null;
  readonly onChoose: (period: Period) => void;
}

export function PeriodChooser({ period, onChoose }: PeriodChooserProps) {
  const chosen = period === null ? null : choiceOf(period, collectorNow());
  const [isByDates, setByDates] = useState(chosen === 'dates');
  const choose = (choice: PeriodChoice): void => {
    setByDates(choice === 'dates');
    if (choice !== 'dates') onChoose(periodOf(choice, collectorNow()));
  };
  return (
    <div class="period-chooser no-print">
      <div class="period-choices">
        {periodChoices.map((choice) => (
          <Button key={choice} aria-pressed={isByDates ? choice === 'dates' : choice === chosen} onClick={() => choose(choice)}>
            {periodWords[choice]}
          </Button>
        ))}
      </div>
      {isByDates && <Dates period={period ?? periodOf('last-30-days', collectorNow())} onChoose={onChoose} />}
    </div>
  );
}

function Dates({ period, onChoose }: PeriodChooserProps & { readonly period: Period }) {
  const dates = datesOf(period);
  const [first, setFirst] = useState(dates.first);
  const [last, setLast] = useState(dates.last);
  const [wrong, setWrong] = useState<string | null>(null);
  const submit = (event: Event): void => {
    event.preventDefault();
    const told = periodOfDates(first, last, collectorNow());
    setWrong(told.kind === 'wrong' ? told.detail : null);
    if (told.kind === 'period') onChoose(told.period);
  };
  const wrongProps = wrong === null ? {} : { 'aria-invalid': true, 'aria-describedby': 'period-wrong' };
  return (
    <form class="period-dates" onSubmit={submit}>
      <label>
        First day (UTC)
        <input type="date" required value={first} onInput={(event) => setFirst(event.currentTarget.value)} {...wrongProps} />
      </label>
      <label>
        Last day (UTC)
        <input type="date" required value={last} onInput={(event) => setLast(event.currentTarget.value)} {...wrongProps} />
      </label>
      <Button type="submit" kind="accent">
        Show
      </Button>
      {wrong !== null && (
        <p id="period-wrong" class="period-wrong" role="alert">
          {wrong}
        </p>
      )}
    </form>
  );
}
