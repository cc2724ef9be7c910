// Settings as they leave the program.
import type { Check } from '../contract/check.ts';
import { redactValue } from '../redaction/redact.ts';

const shown = new WeakMap<Check, unknown>();

/** Settings as others may read them. An operator who writes a key into a URL is not the only one who can ask for a snapshot. */
export function shownSettings(check: Check): unknown {
  const made = shown.get(check) ?? redactValue(check.settings);
  shown.set(check, made);
  return made;
}
