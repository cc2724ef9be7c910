// Says that nothing is heard any more, since when, and how old what is seen is by now.
import { now } from '../api/clock.ts';
import { connection, tryNow } from '../api/live.ts';
import { oldestShownAt } from '../api/shown-at.ts';
import { absolute, span } from '../format/times.ts';
import { Button } from '../parts/button.tsx';
import './connection-banner.css';

export function ConnectionBanner() {
  const state = connection.value;
  return (
    // Always there, so that a screen reader hears of what comes into it.
    <div class="connection-banner no-print" role="alert" data-shown={state.kind === 'lost'}>
      {state.kind === 'lost' && (
        <p>
          {state.since === null ? <strong>The collector does not answer.</strong> : <LostSince since={state.since} />}{' '}
          <Button onClick={tryNow}>Try now</Button>
        </p>
      )}
    </div>
  );
}

const LostSince = ({ since }: { readonly since: number }) => (
  <>
    <strong>Connection lost since {absolute(since)}</strong>
    {/* Its age is not read out anew each second. */}
    <span aria-hidden="true"> · what you see is {span(now.value - Math.min(since, oldestShownAt.value ?? since))} old</span>
  </>
);
