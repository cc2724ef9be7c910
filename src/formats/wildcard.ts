// Names as operators write them in lists of exceptions: `*` stands for any text.

export function isLikeAny(text: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => isLike(text, pattern));
}

/** Each part is looked for where the last one ended: no pattern takes more than a walk through the text. */
function isLike(text: string, pattern: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > text.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}
