// Settings as they leave the program.
import type { Check } from '../contract/check.ts';
import { redactText, redactValue } from '../redaction/redact.ts';

const shown = new WeakMap<Check, unknown>();

/** Settings as others may read them. An operator who writes a key into a URL is not the only one who can ask for a snapshot. */
export function shownSettings(check: Check): unknown {
  const made = shown.get(check) ?? without(check.settings);
  shown.set(check, made);
  return made;
}

/** In the scope of a region what stands on the left is a name: that of a vault may say `secret`, and is none. */
function without(settings: unknown): unknown {
  if (typeof settings !== 'object' || settings === null || !('scope' in settings)) return redactValue(settings);
  const { scope, ...others } = settings;
  return { scope: withoutShapes(scope), ...redactValue(others) };
}

function withoutShapes(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map(withoutShapes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutShapes(one)]));
}
