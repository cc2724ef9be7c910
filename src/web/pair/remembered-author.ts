// The name under which this browser accepted something last, so that it need not be typed again.

const key = 'understudy.author';

export function rememberedAuthor(): string {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return ''; // Storage is switched off.
  }
}

export function rememberAuthor(author: string): void {
  try {
    localStorage.setItem(key, author);
  } catch {
    // Storage is switched off or full: it is typed again next time.
  }
}
