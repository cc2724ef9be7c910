// The end of something that a person dates: a day, or a time of it.
import { show } from '../schema-messages.ts';

const dayMs = 86_400_000;

/** Epoch milliseconds from which on it is over: a plain day is over when it ends in UTC. */
export function parseUntil(text: string): number | { readonly message: string } {
  const match =
    /^(\d{4}-\d{2}-\d{2})(?:[T ]((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?)(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?)?$/.exec(text);
  if (match === null) return { message: `${show(text)} is no date; expected one like "2027-03-01" or "2027-03-01T18:00:00Z"` };
  const [, day = '', time, zone] = match;
  const begin = Date.parse(`${day}T00:00:00Z`);
  // The engine takes the 30th of February for the 2nd of March.
  if (Number.isNaN(begin) || new Date(begin).toISOString().slice(0, 10) !== day) return { message: `${show(text)}: there is no such day` };
  if (time === undefined) return begin + dayMs;
  if (zone === undefined) return { message: `${show(text)} does not say in which time zone; did you mean '${day}T${time}Z'?` };
  return Date.parse(`${day}T${time}${zone}`);
}
