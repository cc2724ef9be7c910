// Lines of a remedy. What is filled in was written by whoever named the thing: a shell takes each for one word, and runs nothing of it.
import { shellWord } from '../../formats/shell-word.ts';

/** A line of its own would be a command of its own. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ');

const optionOf = ([name, value]: readonly [string, string]): readonly string[] => {
  const text = oneLine(value);
  return text.startsWith('-') ? [shellWord(`--${name}=${text}`)] : [`--${name}`, shellWord(text)];
};

/** To be typed: options by name, without their dashes. */
export const command = (verb: string, options: Readonly<Record<string, string>>): string =>
  ['$', verb, ...Object.entries(options).flatMap(optionOf)].join(' ');

export const comment = (text: string): string => `# ${oneLine(text)}`;
