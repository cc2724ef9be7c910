// Goes to the past, and back to now.
import { collectorNow } from '../api/clock.ts';
import { isSignInNeeded } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { moment, route, setQuery } from './router.ts';

export function TimeMachineToggle() {
  const { kind } = route.value;
  if (isSignInNeeded.value || (kind !== 'fleet' && kind !== 'group')) return null;
  const isOn = moment.value !== null;
  return (
    <Button aria-pressed={isOn} onClick={() => setQuery({ at: isOn ? null : Math.floor(collectorNow() / 60_000) * 60_000 })}>
      Time machine
    </Button>
  );
}
