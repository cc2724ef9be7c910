// How far behind a standby is, in the words that OCI has for it: `3 hours 12 minutes 4 seconds`, or as the database itself writes
// intervals: `+00 03:12:04`.

const unitSeconds = { day: 86_400, hour: 3_600, minute: 60, second: 1 } as const;

const part = /(\d{1,9}(?:\.\d{1,9})?)\s*(day|hour|minute|second)(?:s|\(s\))?/gi;

/** Null for what says no time. */
export function readLagSeconds(text: string): number | null {
  const interval = /^\s*\+?(?:(\d{1,5})\s+)?(\d{1,2}):(\d{2}):(\d{2})(?:\.\d{1,9})?\s*$/.exec(text);
  if (interval !== null) {
    const [days = 0, hours = 0, minutes = 0, seconds = 0] = interval.slice(1).map((one) => Number(one ?? 0));
    return days * unitSeconds.day + hours * unitSeconds.hour + minutes * unitSeconds.minute + seconds;
  }
  const parts = [...text.matchAll(part)];
  const isAllRead = text.replaceAll(part, '').replace(/[\s,]|and/gi, '') === '';
  if (parts.length === 0 || !isAllRead) return null;
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * unitSeconds[unit!.toLowerCase() as keyof typeof unitSeconds], 0);
}
