// Container registry: may this instance list a repository, and is there an image in it?
import { ArtifactsClient } from 'oci-artifacts';
import type { Attempted, Call } from '../attempted.ts';
import type { Cloud } from '../cloud.ts';
import { isInPages, isThere, nameIn } from '../pages.ts';

/** The SDK leaves values in a query as they are, so each is escaped here. */
export async function listImages({ compartmentId, repository }: Call<'list-images'>, cloud: Cloud): Promise<Attempted> {
  const line = cloud.openLine();
  const client = cloud.place(new ArtifactsClient({ httpClient: line.kept }, cloud.configuration), 'artifacts');
  const asked = {
    compartmentId: encodeURIComponent(compartmentId),
    repositoryName: encodeURIComponent(repository),
    limit: 100,
  };
  const isFound = await isInPages((page) =>
    line.ask(async () => {
      const { containerImageCollection, opcNextPage } = await client.listContainerImages({ ...asked, ...page });
      const isHere = containerImageCollection.items.some((one) => nameIn(one.repositoryName) === repository && isThere(one.lifecycleState));
      return { isHere, next: opcNextPage };
    }),
  );
  return { status: line.status(), isMissing: !isFound };
}
