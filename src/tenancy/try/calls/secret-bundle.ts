// Secret retrieval: may this instance have the value? The answer's headers tell; the value is never read from the connection.
import { SecretsClient } from 'oci-secrets';
import type { Attempted, Call } from '../attempted.ts';
import type { Cloud } from '../cloud.ts';
import { segment } from '../segment.ts';

export async function getSecretBundle({ secretId }: Call<'get-secret-bundle'>, cloud: Cloud): Promise<Attempted> {
  const line = cloud.openLine();
  const client = cloud.place(new SecretsClient({ httpClient: line.dropping }, cloud.configuration), 'secrets');
  await line.ask(() => client.getSecretBundle({ secretId: segment(secretId) }));
  return { status: line.status(), isMissing: false };
}
