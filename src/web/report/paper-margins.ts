// What stands in the margins of each printed page: of what, of when, which page of how many. Only a style sheet can write there, and the policy
// of the page forbids one in its text, so that it is made here.

/** Calls back to take it away again. */
export function paperMargins(left: string): () => void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    `@page { @bottom-left { content: ${quoted(left)}; font-size: 7pt; font-family: sans-serif } ` +
      '@bottom-right { content: counter(page) " / " counter(pages); font-size: 7pt; font-family: sans-serif } }',
  );
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  return () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
  };
}

/** As CSS takes it, whatever is in the name of a group. */
const quoted = (text: string): string =>
  `"${text.replaceAll(/["\\\p{Cc}\u2028\u2029]/gu, (character) => `\\${character.codePointAt(0)!.toString(16)} `)}"`;
