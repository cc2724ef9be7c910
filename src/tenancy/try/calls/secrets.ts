// Vault: is there a secret, as far as this instance may know? Never its value.
import { VaultsClient } from 'oci-vault';
import type { Attempted, Call } from '../attempted.ts';
import type { Cloud } from '../cloud.ts';
import type { Line } from '../line.ts';
import { isInPages, isThere, nameIn } from '../pages.ts';
import { segment } from '../segment.ts';

export async function getSecret({ secretId }: Call<'get-secret'>, cloud: Cloud): Promise<Attempted> {
  const line = cloud.openLine();
  const { secret } = await line.ask(() => clientOn(line, cloud).getSecret({ secretId: segment(secretId) }));
  return { status: line.status(), isMissing: !isThere(secret.lifecycleState) };
}

/** The SDK leaves values in a query as they are, so each is escaped here. */
export async function findSecret({ compartmentId, vaultId, name }: Call<'find-secret'>, cloud: Cloud): Promise<Attempted> {
  const line = cloud.openLine();
  const asked = {
    compartmentId: encodeURIComponent(compartmentId),
    name: encodeURIComponent(name),
    limit: 100,
    ...(vaultId === undefined ? {} : { vaultId: encodeURIComponent(vaultId) }),
  };
  const client = clientOn(line, cloud);
  const isFound = await isInPages((page) =>
    line.ask(async () => {
      const { items, opcNextPage } = await client.listSecrets({ ...asked, ...page });
      const isHere = items.some((one) => nameIn(one.secretName) === name && isThere(one.lifecycleState));
      return { isHere, next: opcNextPage };
    }),
  );
  return { status: line.status(), isMissing: !isFound };
}

const clientOn = (line: Line, cloud: Cloud): VaultsClient =>
  cloud.place(new VaultsClient({ httpClient: line.kept }, cloud.configuration), 'vaults');
