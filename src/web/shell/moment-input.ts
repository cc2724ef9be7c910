// A moment as an input of day and time holds it, read as UTC. Pure.

/** To the minute. */
export const momentToInput = (at: number): string => new Date(at).toISOString().slice(0, 16);

/** Null where it is not whole yet. */
export function momentOfInput(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) return null;
  const at = Date.parse(`${text}Z`);
  return Number.isNaN(at) ? null : at;
}
