// What may be told of a value: one of few fixed words.
import { isSecretName } from '../../formats/secret-name.ts';
import { redactShapes } from '../../formats/secret-shapes.ts';
import { isAddress } from './addresses.ts';
import { hasPlaceholder, isPlaceholder, type PlaceholderStyle, placeholderStyles } from './placeholder.ts';
import { isRandom } from './random-run.ts';

export { type PlaceholderStyle, placeholderStyles };

export const shapes = ['empty', 'boolean', 'number', 'address', 'url', 'path', 'placeholder', 'text'] as const;

export type Shape = (typeof shapes)[number];

export interface Hint {
  /** `empty` for white space too; `placeholder` where the whole value is one. */
  readonly shape: Shape;
  /** By the name of the key or by the look of the value. */
  readonly isSecretLike: boolean;
  /** The value, or a part of it, is still to be filled in. */
  readonly isUnresolved: boolean;
}

/** `resolved` are the styles that the consumer of this file fills in itself. */
export function hintOf(value: string, key: string, resolved: readonly PlaceholderStyle[] = []): Hint {
  const text = value.slice(0, lookedAtMax).trim();
  const open = placeholderStyles.filter((style) => !resolved.includes(style));
  return {
    shape: shapeOf(text, open),
    isSecretLike: isSecretName(key) || shortNames.test(key) || (text !== '' && looksSecret(text)),
    isUnresolved: open.some((style) => hasPlaceholder(text, style)),
  };
}

/** Too plain to be taken for secrets in any text, and secrets where they name a setting. */
const shortNames = /(?:^|[._-])(?:pw|salt|pin|dsn)$/i;

/** Longer ones are documents; what is within the first of it tells enough. */
const lookedAtMax = 65_536;

function shapeOf(text: string, open: readonly PlaceholderStyle[]): Shape {
  if (text === '') return 'empty';
  if (open.some((style) => isPlaceholder(text, style))) return 'placeholder';
  if (/^(?:true|false|yes|no|on|off)$/i.test(text)) return 'boolean';
  if (/^[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|0x[0-9a-f]+)$/i.test(text)) return 'number';
  if (text.length < 64 && isAddress(text)) return 'address';
  // With `jdbc:oracle:thin:@…` and the like, which have no slashes.
  if (/^[a-z][a-z0-9+.-]*:(?:\/\/|[a-z0-9]+:)\S/i.test(text)) return 'url';
  return /^(?:~?\/|\.{1,2}\/|[a-z]:\\)[^\n]*$/i.test(text) ? 'path' : 'text';
}

/** A known shape, or one run of random characters by itself; a UUID, a path and an OCID are none. */
function looksSecret(text: string): boolean {
  if (redactShapes(text) !== text || text.includes('PRIVATE KEY-----')) return true;
  return /^[A-Za-z0-9+_-][A-Za-z0-9+/_-]{19,1000}={0,2}$/.test(text) && text.split(/[_-]/).some((run) => run.length >= 16 && isRandom(run));
}
