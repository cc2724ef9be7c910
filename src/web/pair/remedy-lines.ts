// A remedy as lines of two kinds: what is typed, and what says where and why.

export interface RemedyLine {
  readonly kind: 'command' | 'said';
  /** Without what marks its kind. */
  readonly text: string;
}

export const remedyLines = (remedy: string): readonly RemedyLine[] =>
  remedy
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => (line.startsWith('$ ') ? { kind: 'command', text: line.slice(2) } : { kind: 'said', text: line.replace(/^#\s*/, '') }));

/** As they are pasted, one a line; empty where there is nothing to type. */
export const commandsOf = (lines: readonly RemedyLine[]): string =>
  lines
    .filter(({ kind }) => kind === 'command')
    .map(({ text }) => text)
    .join('\n');

/** Something in angle brackets has to be filled in before it is typed: `<zone>`, `<the A record of this side>`. */
export const hasBlanks = (commands: string): boolean => /<[A-Za-z](?:[^<>\n]*[^<>\s])?>/.test(commands);
