// Any other GET, signed like the others. What comes back is not read.
import type { Attempted, Call } from '../attempted.ts';
import type { Cloud } from '../cloud.ts';
import { notSent } from '../failure.ts';
import { Refused } from '../line.ts';

export async function get({ url }: Call<'get'>, cloud: Cloud): Promise<Attempted> {
  const uri = signable(url);
  const line = cloud.openLine();
  await line.ask(async () => {
    const response = await line.dropping.send({ method: 'GET', uri, headers: new Headers() });
    // A redirect is not followed: the next host would be sent a signature that is not for it.
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
  });
  return { status: line.status(), isMissing: false };
}

/** The signature carries the token, which is for nobody on the way. */
function signable(text: string): string {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') throw new Refused(notSent('INVALID_URL', 'the URL cannot be asked for'));
  const isLoopback = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) {
    throw new Refused(notSent('NOT_HTTPS', 'a signed request is sent over TLS only'));
  }
  return url.href;
}
