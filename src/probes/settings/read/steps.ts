// The grammar of keys and of the patterns that select them.
//
//   key    = step *( "." step )
//   step   = [ "@" | "#" ] name *mark          "@": an XML attribute; "#2": the second document of a file
//   name   = bare | JSON string                a JSON string where the name has one of . [ ] " * or white space in it
//   mark   = "[" number "]"                    element of a list, from 0; XML: a sibling of the same name, the first without number
//          | "[@" name "='" text "']"          XML: the sibling with this attribute
//
// A pattern has besides: `*` inside a bare name, `[*]`, and the step `**`.

export type Mark =
  | { readonly kind: 'any' }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'where'; readonly attribute: string; readonly value: string };

export interface Step {
  readonly sign: '' | '@' | '#';
  readonly name: string;
  /** Whether `*` in the name stands for any text. */
  readonly isBare: boolean;
  readonly marks: readonly Mark[];
}

const stepForm = /([@#]?)(?:("(?:[^"\\]|\\.)*")|([^\s.[\]"]+))((?:\[(?:\d{1,9}|\*|@[^\s='"[\]]+='[^']*')\])*)(\.|$)/suy;
const markForm = /\[(?:(\d+)|(\*)|@([^=]+)='([^']*)')\]/gsu;

/** Null for what is neither a key nor a pattern. */
export function stepsOf(text: string): readonly Step[] | null {
  const steps: Step[] = [];
  for (let offset = 0; ; ) {
    stepForm.lastIndex = offset;
    const match = stepForm.exec(text);
    const step = match === null ? null : stepOf(match);
    if (match === null || step === null) return null;
    steps.push(step);
    offset = stepForm.lastIndex;
    if (match[5] === '') return steps;
  }
}

function stepOf([, sign, quoted, bare, marks]: RegExpExecArray): Step | null {
  const name = bare ?? unquoted(quoted!);
  return name === null ? null : { sign: sign as Step['sign'], name, isBare: bare !== undefined, marks: marksOf(marks!) };
}

function unquoted(text: string): string | null {
  try {
    return JSON.parse(text) as string;
  } catch {
    return null;
  }
}

const marksOf = (text: string): readonly Mark[] =>
  [...text.matchAll(markForm)].map(([, index, any, attribute, value]) => {
    if (index !== undefined) return { kind: 'index', index: Number(index) };
    return any === undefined ? { kind: 'where', attribute: attribute!, value: value! } : { kind: 'any' };
  });

/** A name as one step of a key. */
export function stepText(name: string): string {
  return /^[^\s.[\]"*@#\p{C}][^\s.[\]"*\p{C}]*$/u.test(name) ? name : JSON.stringify(name).replaceAll(/[\p{C}\u2028\u2029]/gu, escaped);
}

const escaped = (character: string): string =>
  character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');

/** Under a key; at the top where the key is empty. */
export const memberKey = (key: string, name: string): string => (key === '' ? stepText(name) : `${key}.${stepText(name)}`);

/** The name of an entry of a flat format: its own dots part the steps, as they do for Spring; quoted whole where it is no key. */
export const flatKey = (name: string): string => (!/["*\p{C}]|(?:^|\.)[@#]/u.test(name) && stepsOf(name) !== null ? name : stepText(name));
