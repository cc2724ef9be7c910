// Object Storage: may this instance see a bucket, and what is in it?
import { ObjectStorageClient } from 'oci-objectstorage';
import type { Attempted, Call } from '../attempted.ts';
import type { Cloud } from '../cloud.ts';
import type { Line } from '../line.ts';
import { segment } from '../segment.ts';

export async function headBucket({ namespace, bucket }: Call<'head-bucket'>, cloud: Cloud): Promise<Attempted> {
  const line = cloud.openLine();
  const named = { namespaceName: await namespaceFor(namespace, cloud, line), bucketName: segment(bucket) };
  await line.ask(() => clientOn(line.kept, cloud).headBucket(named));
  return { status: line.status(), isMissing: false };
}

/** The name of an object stays unread. */
export async function listObjects({ namespace, bucket }: Call<'list-objects'>, cloud: Cloud): Promise<Attempted> {
  const line = cloud.openLine();
  const named = { namespaceName: await namespaceFor(namespace, cloud, line), bucketName: segment(bucket) };
  await line.ask(() => clientOn(line.dropping, cloud).listObjects({ ...named, limit: 1 }));
  return { status: line.status(), isMissing: false };
}

const clientOn = (httpClient: Line['kept'], cloud: Cloud): ObjectStorageClient =>
  cloud.place(new ObjectStorageClient({ httpClient }, cloud.configuration), 'objectStorage');

/** The tenancy's own unless given. Whoever has a token may ask for it. */
async function namespaceFor(given: string | undefined, cloud: Cloud, line: Line): Promise<string> {
  if (given !== undefined) return segment(given);
  cloud.namespace ??= line.ask(async () => textOf((await clientOn(line.kept, cloud).getNamespace({})).value));
  return cloud.namespace;
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error('the namespace is no text');
  return segment(value);
}
