// What a simulated agent shows Prometheus: three samples a check, a quarter of what a real agent shows.
import type { SimulatedCheck } from './checks.ts';
import type { Place } from './place.ts';

export function exposition({ number }: Place, checks: readonly SimulatedCheck[], now: number): string {
  return checks.map((check, at) => textOf(check)(now - ((now - number * 7_919 - at * 1_543) % check.everyMs), now)).join('');
}

const made = new WeakMap<SimulatedCheck, (lastAt: number, now: number) => string>();

function textOf(check: SimulatedCheck): (lastAt: number, now: number) => string {
  const known = made.get(check);
  if (known !== undefined) return known;
  const labels = `{check="${check.watched.check}",probe="${check.watched.probe}"}`;
  const [{ name, value } = { name: 'look', value: 0 }] = check.readings;
  const text = (lastAt: number): string =>
    `understudy_check_up${labels} 1\nunderstudy_check_last_look_timestamp_seconds${labels} ${lastAt / 1_000}\nunderstudy_reading_${name}${labels} ${value + (lastAt % 97) / 100}\n`;
  made.set(check, text);
  return text;
}
