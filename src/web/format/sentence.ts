// What a program said, as a sentence that can stand between others. Pure.

/** `too many` is `Too many.`; what ends by itself keeps its end. */
export function sentence(text: string): string {
  const said = text.trim();
  if (said === '') return '';
  return `${said.slice(0, 1).toUpperCase()}${said.slice(1)}${/[.!?…]$/.test(said) ? '' : '.'}`;
}
