// Whether a request may go this way: a signature carries the token, which is for nobody in between.

export function isPrivateWay(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && loopback.includes(url.hostname));
}

const loopback = ['127.0.0.1', '[::1]', 'localhost'];
