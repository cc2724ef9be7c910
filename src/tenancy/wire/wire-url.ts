// A URL as it goes over the wire, so that what is signed is what is sent.

/**
 * The SDK signs the path as `url.parse` writes it, and `fetch` sends it as `URL` does. The two differ in these characters, which one
 * escapes and the other leaves (Node 26): escaped beforehand they look the same to both.
 */
export function wireUrl(text: string): string {
  const url = new URL(text);
  url.hash = '';
  // `fetch` leaves a question mark with nothing behind it out.
  if (url.search === '') url.search = '';
  return url.href.replace(/['{}|\\^`]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
