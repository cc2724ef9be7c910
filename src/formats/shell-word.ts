// One word of a command line that is shown to be typed.

/** In quotes where a shell would take it for more than a word. */
export const shellWord = (text: string): string => (/^[A-Za-z0-9_.,:@%+=/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
