// Any other GET, signed like the others. What comes back is not read.

import { notSent } from '../../wire/failure.ts';
import type { Attempted, Call } from '../attempted.ts';
import type { Cloud } from '../cloud.ts';
import { Refused } from '../line.ts';

export async function get({ url }: Call<'get'>, cloud: Cloud): Promise<Attempted> {
  if (!URL.canParse(url)) throw new Refused(notSent('INVALID_URL', 'the URL cannot be asked for'));
  const line = cloud.openLine();
  await line.ask(async () => {
    const response = await line.dropping.send({ method: 'GET', uri: url, headers: new Headers() });
    // A redirect is not followed: the next host would be sent a signature that is not for it.
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
  });
  return { status: line.status(), isMissing: false };
}
