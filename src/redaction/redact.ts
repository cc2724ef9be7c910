// Takes secrets out of what was asked and answered before any of it is kept. Where it must err, it takes out too much.

import { redacted } from '../formats/redacted.ts';
import { isHeaderName, isSecretName } from '../formats/secret-name.ts';
import { redactShapes } from '../formats/secret-shapes.ts';
import { redactArguments, redactCommandLines } from './arguments.ts';
import { redactElements } from './elements.ts';
import { redactPairs } from './pairs.ts';

export { redacted };

/** Text of any kind: configuration, output of tools, log lines, headers. */
export function redactText(text: string): string {
  const kept = redactShapes(text);
  return telling.test(kept) ? redactPairs(redactElements(redactCommandLines(kept))) : kept;
}

/** Every name of a secret, and every program with a secret option, has one of these in it. Most texts have none. */
const telling =
  /pass|pwd|psk|secret|token|key|credential|cookie|jwt|bearer|otp|sess|auth|csrf|xsrf|sig|code|sid|hmac|access|mysql|mariadb|curl|sql|rman|redis|expdp|impdp/i;

/** Arguments of a program, where a secret can stand in a word of its own. */
export function redactArgv(argv: readonly string[]): readonly string[] {
  return redactArguments(argv).map(redactText);
}

/** Values of HTTP headers whose name says that they are secret, and secrets inside the others. */
export function redactHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const line = (name: string, value: string) => redactText(`${name}: ${value}`).slice(name.length + 2);
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, line(name, value)]));
}

/** Settings and other JSON: values under a telling name, secrets inside texts, and lists of words read as command lines. */
export function redactValue<T>(value: T): T {
  return redactedUnder('', value) as T;
}

function redactedUnder(name: string, value: unknown): unknown {
  if (typeof value === 'string') return isSecretName(name) || isHeaderName(name) ? redacted : redactText(value);
  if (Array.isArray(value)) return redactList(name, value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, redactedUnder(key, one)]));
}

function redactList(name: string, list: readonly unknown[]): readonly unknown[] {
  if (isSecretName(name)) return list.map((one) => redactedUnder(name, one));
  return list.every((one) => typeof one === 'string') ? redactArgv(list) : list.map((one) => redactedUnder('', one));
}
