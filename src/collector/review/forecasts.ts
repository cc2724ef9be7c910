// Keeps when the verdict of each group will turn by itself.
import type { Forecast } from '../../contract/forecast.ts';

export interface Forecasts {
  /** The earliest turn of any of its pairs that makes the group's verdict worse. */
  group(name: string): Forecast;
}

export const createForecasts = (): Forecasts => ({ group: () => ({ kind: 'not-known' }) });
