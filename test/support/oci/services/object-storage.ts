// Object Storage: the namespace, whether a bucket is there, its objects' names.
// https://docs.oracle.com/en-us/iaas/api/#/en/objectstorage/20160918/
import { type OciAnswer, ok, problem } from '../answer.ts';
import type { Asked, Service } from '../service.ts';
import type { Bucket } from '../world.ts';

export const objectStorage: Service = (asked) => {
  const { method, path, world } = asked;
  if (path[0] !== 'n') return null;
  if (path.length === 1 || (path.length === 2 && path[1] === '')) return ok(world.namespace);
  const [, namespace, kind, name, objects] = path;
  if (kind !== 'b' || name === undefined) return null;
  const operation = method === 'HEAD' ? 'HeadBucket' : 'ListObjects';
  const bucket = namespace === world.namespace ? world.buckets.find((one) => one.name === name) : undefined;
  if (bucket === undefined || !asked.permissions.allows(asked.principal.id, operation, name)) return noBucket(name, namespace!);
  if (method === 'HEAD' && objects === undefined) return { status: 200, headers: { etag: 'example' } };
  return method === 'GET' && objects === 'o' ? listed(bucket, asked) : null;
};

const noBucket = (name: string, namespace: string): OciAnswer =>
  problem(
    404,
    'BucketNotFound',
    `Either the bucket named '${name}' does not exist in the namespace '${namespace}' or you are not authorized to access it`,
  );

function listed({ objects }: Bucket, { query }: Asked): OciAnswer {
  const limit = Number(query.get('limit') ?? 1000);
  const more = objects[limit];
  return ok({
    objects: objects.slice(0, limit).map((name) => ({ name })),
    prefixes: [],
    ...(more === undefined ? {} : { nextStartWith: more }),
  });
}
