// Places in a value that are still to be filled in.

export const placeholderStyles = [
  /** `${NAME}` */ 'dollar-braces',
  /** `{{ name }}` */ 'double-braces',
  /** `@@NAME@@`, `@NAME@` */ 'at-signs',
  /** `%NAME%` */ 'percents',
  /** `#{NAME}#`, `#{NAME}` */ 'hash-braces',
  /** `<CHANGE_ME>`, `<your password>`, `<%= name %>` */ 'angles',
  /** `changeme`, `TODO`, as the whole value */ 'words',
] as const;

/** Ways of marking such a place; a consumer may lawfully fill in some of them itself. */
export type PlaceholderStyle = (typeof placeholderStyles)[number];

/** Lawful text is told apart: `%d{ISO8601}` and `%-5level`, `%2F`, `a@b.example`, `<none>`, Java's own password `changeit`. */
const forms: Readonly<Record<PlaceholderStyle, RegExp>> = {
  'dollar-braces': /\$\{[^{}\n]{1,200}\}/,
  'double-braces': /\{\{[^{}\n]{1,200}\}\}/,
  'at-signs': /(?<![\w.@])(?:@@[A-Za-z][\w.-]{0,99}@@|@[A-Za-z][\w.-]{0,99}@)(?![\w@])/,
  percents: /(?<!\w)%(?![0-9A-F]{2}%)[A-Z][A-Z0-9_]{1,99}%(?!\w)/,
  'hash-braces': /#\{[^{}\n]{1,200}\}#?/,
  angles:
    /<%=?[^<>%\n]{1,200}%>|<(?:[A-Z][A-Z0-9]*[_-][A-Z0-9_-]{1,98}|(?:change|replace|your|insert|todo|fill|enter|placeholder|tbd)[^<>\n]{0,99})>/i,
  words:
    /^(?:change[-_ ]?me\b.{0,40}|replace[-_ ]?(?:me|this)\b.{0,40}|to[-_ ]?be[-_ ](?:defined|done|set)|todo|tbd|tbc|fixme|fill[-_ ]?me(?:[-_ ]?in)?|placeholder|your[-_][\w-]{1,60}|insert[-_]\w[\w-]{0,60}|x{4,40})$/i,
};

export const hasPlaceholder = (text: string, style: PlaceholderStyle): boolean => forms[style].test(text);

export const isPlaceholder = (text: string, style: PlaceholderStyle): boolean => forms[style].exec(text)?.[0] === text;
