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
  const label = verdict === 'ready' || verdict === 'degraded' ? `${stateTitles[verdict]} until` : 'Turns by itself';
  switch (forecast.kind) {
    case 'turns': {
      const { at, pair, to, because } = forecast.turn;
      return { label, value: absolute(at), because: `${pair} is ${stateWords[to]} then: ${because}` };
    }
    case 'stands':
      return label === 'Turns by itself'
        ? { label, value: 'no', because: `nothing that is known turns it before ${dayOf(forecast.until)}` }
        : { label, value: `${dayOf(forecast.until)} or longer`, because: 'nothing that is known turns it before' };
    case 'not-known':
      return { label, value: 'not known', because: '' };
  }
}
