// Tells random digits, which keys and tokens are made of, from names.

/** A run of 28 or more base64 or hexadecimal digits (21 bytes of base64, 14 of hexadecimal) that no words make up. */
export const hasRandomRun = (text: string): boolean => (text.match(/[A-Za-z0-9+/]{28,}/g) ?? []).some(isRandom);

/** Hexadecimal, or base64 in which kinds of characters change as they do by chance. */
export const isRandom = (run: string): boolean => /\d/.test(run) && (/^[0-9a-f]+$/i.test(run) || kindChanges(run) > run.length / 3);

/** From lower case to upper case to digit: words in camel case change it twice a word, random text in three of five places. */
const kindChanges = (run: string): number => run.match(/[a-z](?![a-z])|[A-Z](?![A-Z])|\d(?!\d)/g)?.length ?? 0;
