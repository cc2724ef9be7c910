// One call by its kind. The clients of the SDK are loaded by those who need them, and loaded before the call's time begins.
import type { CloudCall } from '../../contract/cloud.ts';
import type { Attempted } from './attempted.ts';
import type { Cloud } from './cloud.ts';

/** What makes the call; it throws Refused. */
export async function attemptOf(call: CloudCall, cloud: Cloud): Promise<() => Promise<Attempted>> {
  switch (call.kind) {
    case 'head-bucket': {
      const { headBucket } = await import('./calls/buckets.ts');
      return () => headBucket(call, cloud);
    }
    case 'list-objects': {
      const { listObjects } = await import('./calls/buckets.ts');
      return () => listObjects(call, cloud);
    }
    case 'get-secret': {
      const { getSecret } = await import('./calls/secrets.ts');
      return () => getSecret(call, cloud);
    }
    case 'find-secret': {
      const { findSecret } = await import('./calls/secrets.ts');
      return () => findSecret(call, cloud);
    }
    case 'get-secret-bundle': {
      const { getSecretBundle } = await import('./calls/secret-bundle.ts');
      return () => getSecretBundle(call, cloud);
    }
    case 'list-images': {
      const { listImages } = await import('./calls/images.ts');
      return () => listImages(call, cloud);
    }
    case 'get': {
      const { get } = await import('./calls/get.ts');
      return () => get(call, cloud);
    }
  }
}
