// What fires while a drill or a failover has a standby in use.
import { expect, it } from 'vitest';
import { fakeClock } from '../../../test/support/agent.ts';
import { became, standing, verdictBecame } from '../../../test/support/fleet-news.ts';
import { telling } from '../../../test/support/telling.ts';
import { firingNow } from './firing.ts';

const t0 = fakeClock().now();
const minute = 60_000;

it('what was there before a drill, the drill, and that the verdict is suspended fire; what the drill brings about does not', () => {
  const fleet = telling([], { isStarted: false });
  fleet.happens(became('opened', t0, standing(t0, { id: 'before' })), verdictBecame(null, 'degraded', t0));
  fleet.happens(
    verdictBecame('degraded', 'suspended', t0 + minute),
    became('opened', t0 + minute, standing(t0 + minute, { id: 'drill', isSuspending: true })),
    became('opened', t0 + minute, standing(t0 + minute, { id: 'of the drill' })),
  );
  const firing = () => {
    const { findings, verdicts } = firingNow(fleet.store(), [{ group: 'billing', pairs: [{ pair: 'app1' }] }]);
    return { findings: findings.map(({ finding }) => finding.id).sort(), verdicts: verdicts.map(({ verdict }) => verdict) };
  };
  expect(firing()).toEqual({ findings: ['before', 'drill'], verdicts: ['suspended'] });
  fleet.happens(verdictBecame('suspended', 'degraded', t0 + 2 * minute));
  expect(firing()).toEqual({ findings: ['before', 'drill', 'of the drill'], verdicts: [] });
});
