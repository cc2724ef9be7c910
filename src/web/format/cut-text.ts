// A long answer cut to what fits a page, with how much was cut said.

export interface CutText {
  readonly shown: string;
  /** Lines that are not shown, or not whole; zero where all of it is. */
  readonly hiddenLines: number;
  readonly hiddenCharacters: number;
}

const linesMax = 12;
const charactersMax = 1_200;

export function cutText(text: string): CutText {
  const lines = text.split('\n');
  // Somewhat too long is shown whole: a button to see one more line is worse than the line.
  if (lines.length <= linesMax + 2 && text.length <= charactersMax + 200) return { shown: text, hiddenLines: 0, hiddenCharacters: 0 };
  const shown = lines.slice(0, linesMax).join('\n').slice(0, charactersMax);
  return { shown, hiddenLines: lines.length - shown.split('\n').length, hiddenCharacters: text.length - shown.length };
}
