// How policies, statements and lists of names are told.
import type { Draft } from '../../contract/rule.ts';
import type { Offer } from './world.ts';

const charsMax = 200;

export const shortened = (text: string): string => {
  const line = printable(text.replace(/\s+/g, ' ').trim());
  return line.length > charsMax ? `${line.slice(0, charsMax)}…` : line;
};

/** Statements have no names: their place in the policy, from one. */
export const statementName = ({ policy, index }: Pick<Offer, 'policy' | 'index'>): string =>
  `policy ${policy.name}, statement ${index + 1}`;

export const quotedStatement = ({ text }: Pick<Offer, 'text'>): string => `“${shortened(text)}”`;

/** The first few by name, the others by number. */
export const listOf = (names: readonly string[], comma = ', ', max = 8): string =>
  names.length <= max ? names.join(comma) : `${names.slice(0, max).join(comma)}${comma}and ${names.length - max} more`;

/** In one line and without what a terminal would act upon: names in OCI are whatever somebody wrote. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');

/** What is told; what fills a remedy stays as it is, and is quoted there. */
export const inPrint = (draft: Draft): Draft => ({
  ...draft,
  subject: printable(draft.subject),
  expected: printable(draft.expected),
  actual: printable(draft.actual),
});
