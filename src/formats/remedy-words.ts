// Lines of a remedy. What is filled in was written by whoever named the thing: a shell takes each for one word, and runs nothing of it.
import { shellWord } from './shell-word.ts';

/** A line of its own would be a command of its own. */
export const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ');

const optionOf = ([name, value]: readonly [string, string | undefined]): readonly string[] => {
  const text = oneLine(value ?? `<${name}>`);
  return text.startsWith('-') ? [shellWord(`--${name}=${text}`)] : [`--${name}`, shellWord(text)];
};

/** To be typed: options by name, without their dashes; what is not known is left to whoever types it. */
export const command = (verb: string, options: Readonly<Record<string, string | undefined>>): string =>
  ['$', verb, ...Object.entries(options).flatMap(optionOf)].join(' ');

export const comment = (text: string): string => `# ${oneLine(text)}`;
