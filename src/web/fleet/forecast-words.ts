// Until when a verdict holds if nothing changes, in words. Pure.
import type { Verdict } from '../../contract/finding.ts';
import type { Forecast } from '../../contract/forecast.ts';
import { absolute, dayOf } from '../format/times.ts';
import { stateTitles, stateWords } from '../format/words.ts';

export interface ForecastTold {
  readonly label: string;
  readonly value: string;
  /** What ends, or why it is not known. */
  readonly because: string;
}

export function forecastTold(verdict: Verdict | null, forecast: Forecast): ForecastTold {
  const label = verdict === 'ready' || verdict === 'degraded' ? `${stateTitles[verdict]} until` : 'By itself';
  switch (forecast.kind) {
    case 'turns': {
      const { at, pair, to, because } = forecast.turn;
      return { label, value: absolute(at), because: `${pair} is ${stateWords[to]} then: ${because}` };
    }
    case 'stands':
      return { label, ...standing(verdict, dayOf(forecast.until)) };
    case 'not-known':
      return { label, value: 'not known', because: '' };
  }
}

/** What ends meanwhile makes none that is not ready worse: of it nothing is said, since nothing was worked out. */
function standing(verdict: Verdict | null, until: string): Omit<ForecastTold, 'label'> {
  switch (verdict) {
    case 'ready':
    case 'degraded':
      return { value: `${until} or longer`, because: 'nothing that is known turns it before' };
    case 'not-ready':
      return { value: 'cannot get worse', because: '' };
    case 'suspended':
    case 'unknown':
    case null:
      return { value: 'nothing that is known makes it worse', because: `before ${until}` };
  }
}
