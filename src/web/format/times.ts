// Moments as this project writes them: 24 hours, UTC; and how long ago one was. Pure.

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

const two = (part: number): string => String(part).padStart(2, '0');

/** `26 Nov 2026`. */
export function dayOf(at: number): string {
  const date = new Date(at);
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** `05:53`. */
export function clockTime(at: number): string {
  const date = new Date(at);
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
}

/** `26 Nov 2026, 05:53 UTC`. */
export const absolute = (at: number): string => `${dayOf(at)}, ${clockTime(at)} UTC`;

/** `26 Nov 2026, 05:53:07 UTC`: for evidence, where seconds tell. */
export const absoluteWithSeconds = (at: number): string => `${dayOf(at)}, ${clockTime(at)}:${two(new Date(at).getUTCSeconds())} UTC`;

/** For the attribute of `<time>`. */
export const machineTime = (at: number): string => new Date(at).toISOString();

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** `12 s`, `4 min`, `3 h`, `12 d`: one unit, so that a column of them reads at a glance. */
export function span(ms: number): string {
  const long = Math.abs(ms);
  if (long < minuteMs) return `${Math.floor(long / 1_000)} s`;
  if (long < hourMs) return `${Math.floor(long / minuteMs)} min`;
  if (long < 2 * dayMs) return `${Math.floor(long / hourMs)} h`;
  return `${Math.floor(long / dayMs)} d`;
}

/** `just now`, `4 min ago`, `in 3 h`. */
export function relative(at: number, now: number): string {
  const ms = now - at;
  if (Math.abs(ms) < 2_000) return 'just now';
  return ms > 0 ? `${span(ms)} ago` : `in ${span(ms)}`;
}
