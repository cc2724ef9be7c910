// What may be told of a value: one of few fixed words.

export const shapes = ['empty', 'boolean', 'number', 'address', 'url', 'path', 'placeholder', 'text'] as const;

export type Shape = (typeof shapes)[number];

/** Ways of marking a place that is still to be filled; a consumer may lawfully resolve some of them itself. */
export const placeholderStyles = [
  /** `${NAME}` */ 'dollar-braces',
  /** `{{ name }}` */ 'double-braces',
  /** `@@NAME@@`, `@NAME@` */ 'at-signs',
  /** `%NAME%` */ 'percents',
  /** `#{NAME}#`, `#{NAME}` */ 'hash-braces',
  /** `<CHANGE_ME>` */ 'angles',
  /** `changeme`, `TODO`, as the whole value */ 'words',
] as const;

export type PlaceholderStyle = (typeof placeholderStyles)[number];

export interface Hint {
  /** `placeholder` where the whole value is one. */
  readonly shape: Shape;
  /** By the name of the key or by the look of the value. */
  readonly isSecretLike: boolean;
  /** The value, or a part of it, is still to be filled in. */
  readonly isUnresolved: boolean;
}

/** `resolved` are the styles that the consumer of this file fills in itself. */
export function hintOf(_value: string, _key: string, _resolved: readonly PlaceholderStyle[] = []): Hint {
  return { shape: 'text', isSecretLike: false, isUnresolved: false };
}
