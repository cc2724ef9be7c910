// The double that stands in for OCI refuses what OCI refuses: one that takes everything would prove nothing.
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InstancePrincipalsAuthenticationDetailsProviderBuilder, SimpleAuthenticationDetailsProvider } from 'oci-common';
import { ObjectStorageClient } from 'oci-objectstorage';
import { VaultsClient } from 'oci-vault';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failing, throttled } from '../support/oci/faults.ts';
import { exampleNames, makeIdentity } from '../support/oci/instance.ts';
import { skewMaxMs, verifySignature, type WireRequest } from '../support/oci/signature.ts';
import { type Oci, type OciOptions, startOci } from '../support/oci/start-oci.ts';

interface Vectors {
  readonly publicKeyPem: string;
  readonly fingerprintMd5: string;
  readonly vectors: readonly {
    readonly name: string;
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | null;
    readonly now: string;
  }[];
}

const published = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/oci/signing-vectors.json'), 'utf8')) as Vectors;
const publishedKey = createPublicKey(published.publicKeyPem);
const requestOf = ({ method, path, headers, body }: Vectors['vectors'][number]): WireRequest => ({
  method,
  target: path,
  headers,
  body: Buffer.from(body ?? ''),
});
const verifying = (now: string) => ({ keyFor: () => publishedKey, nowMs: Date.parse(now) });

describe.each(published.vectors)('the published request $name', (vector) => {
  const request = requestOf(vector);
  const whyNot = (changed: WireRequest, with_ = verifying(vector.now)) => {
    const verified = verifySignature(changed, with_);
    return verified.kind === 'refused' ? verified.why : null;
  };

  it('is believed', () => {
    expect(verifySignature(request, verifying(vector.now))).toMatchObject({
      kind: 'signed',
      keyId: expect.stringContaining(published.fingerprintMd5),
    });
  });

  it('is not believed with another path, query, method or host', () => {
    const why = 'the signature is not of this request by this key';
    expect(whyNot({ ...request, target: `${request.target}x` })).toBe(why);
    expect(whyNot({ ...request, method: vector.method === 'GET' ? 'HEAD' : 'GET' })).toBe(why);
    expect(whyNot({ ...request, headers: { ...request.headers, host: 'iaas.eu-frankfurt-1.oraclecloud.com' } })).toBe(why);
  });

  it('is not believed with another key, or one that nobody knows', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(whyNot(request, { ...verifying(vector.now), keyFor: () => publicKey })).toBe('the signature is not of this request by this key');
    expect(whyNot(request, { ...verifying(vector.now), keyFor: () => null as never })).toBe('no such key');
  });

  it('is believed for five minutes before and after, and no longer', () => {
    const now = Date.parse(vector.now);
    for (const offMs of [skewMaxMs, -skewMaxMs]) {
      expect(whyNot(request, { ...verifying(vector.now), nowMs: now + offMs })).toBeNull();
      expect(whyNot(request, { ...verifying(vector.now), nowMs: now + offMs * 1.01 })).toBe('the date is more than five minutes off');
    }
  });

  it('is not believed where a header that has to be signed is not', () => {
    const without = (name: string): WireRequest => ({
      ...request,
      headers: {
        ...request.headers,
        authorization: request.headers.authorization!.replace(
          /headers="([^"]+)"/,
          (_, names: string) =>
            `headers="${names
              .split(' ')
              .filter((one) => one !== name)
              .join(' ')}"`,
        ),
      },
    });
    expect(whyNot(without('(request-target)'))).toBe('(request-target) is not signed');
    expect(whyNot(without('host'))).toBe('host is not signed');
    expect(whyNot(without('date').headers.date === undefined ? without('x-date') : without('date'))).toBe(
      'neither date nor x-date is signed',
    );
  });
});

describe('the published request with a body', () => {
  const post = published.vectors.find(({ method }) => method === 'POST')!;

  it('is not believed with another body, or with its length alone changed', () => {
    const whyNot = (changed: Partial<WireRequest>) => verifySignature({ ...requestOf(post), ...changed }, verifying(post.now));
    expect(whyNot({ body: Buffer.from('{}') })).toMatchObject({ why: 'the digest is of another body' });
    expect(whyNot({ headers: { ...post.headers, 'content-length': '30' } })).toMatchObject({ why: 'the length is of another body' });
  });

  it.each(['content-length', 'content-type', 'x-content-sha256'])('is not believed where %s is not signed', (name) => {
    const authorization = post.headers.authorization!.replace(` ${name}`, '');
    expect(verifySignature({ ...requestOf(post), headers: { ...post.headers, authorization } }, verifying(post.now))).toMatchObject({
      why: `${name} is not signed`,
    });
  });
});

let oci: Oci;
const start = async (options: OciOptions = {}): Promise<Oci> => {
  oci = await startOci(options);
  return oci;
};

beforeEach(() => {
  for (const method of ['log', 'warn'] as const) vi.spyOn(console, method).mockImplementation(() => {});
});
afterEach(async () => {
  await oci?.close();
  vi.restoreAllMocks();
});

const once = { terminationStrategy: { shouldTerminate: () => true }, retryCondition: () => false };

/** A user of Oracle's SDK, with a key of their own. */
function userOf({ keys, url }: Oci, isKnown = true) {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const user = 'ocid1.user.oc1..exampleuser';
  const fingerprint = isKnown ? keys.addUser(exampleNames.tenancyId, user, pair.publicKey) : 'aa:bb';
  const authenticationDetailsProvider = new SimpleAuthenticationDetailsProvider(
    exampleNames.tenancyId,
    user,
    fingerprint,
    pair.privateKey,
    null,
  );
  const storage = new ObjectStorageClient({ authenticationDetailsProvider }, { retryConfiguration: once });
  storage.endpoint = url;
  return { user, storage, authenticationDetailsProvider };
}

const authority = makeIdentity();

/** The SDK's own way from an instance's metadata to a token. */
async function instanceOf({ endpoints }: Oci): Promise<ObjectStorageClient> {
  const builder = new InstancePrincipalsAuthenticationDetailsProviderBuilder();
  builder.metadataBaseUrl = endpoints.metadata;
  builder.federationEndpoint = endpoints.federation;
  const storage = new ObjectStorageClient({ authenticationDetailsProvider: await builder.build() }, { retryConfiguration: once });
  storage.endpoint = endpoints.objectStorage;
  return storage;
}

describe('the double and Oracle’s SDK', () => {
  it('a user whose key is known is let in, and another is not', async () => {
    await start();
    expect((await userOf(oci).storage.getNamespace({})).value).toBe('examplens');
    await expect(userOf(oci, false).storage.getNamespace({})).rejects.toMatchObject({ statusCode: 401, serviceCode: 'NotAuthenticated' });
    expect(oci.requests.map(({ refusedBecause }) => refusedBecause)).toEqual([null, 'no such key']);
  });

  it('a user may do what was allowed, and nothing else', async () => {
    await start();
    const { user, storage } = userOf(oci);
    oci.world.buckets.push({ name: 'one', objects: ['a', 'b'] }, { name: 'two', objects: [] });
    oci.permissions.allow(user, 'ListObjects', 'one');
    const list = (bucketName: string) => storage.listObjects({ namespaceName: 'examplens', bucketName, limit: 1 });
    expect((await list('one')).listObjects.objects).toMatchObject([{ name: 'a' }]);
    const denied = await list('two').catch((error: { message: string }) => error);
    const missing = await list('six').catch((error: { message: string }) => error);
    expect(denied).toMatchObject({ statusCode: 404, serviceCode: 'BucketNotFound' });
    expect((denied as { message: string }).message.replace('two', 'six')).toBe((missing as { message: string }).message);
    await expect(storage.headBucket({ namespaceName: 'examplens', bucketName: 'one' })).rejects.toMatchObject({ statusCode: 404 });
  });

  it('an instance gets a token for its certificate and is let in with it', async () => {
    await start();
    const storage = await instanceOf(oci);
    expect((await storage.getNamespace({})).value).toBe('examplens');
    expect(oci.requests.at(-1)!.headers.authorization).toContain('keyId="ST$ey');
  });

  it('a token counts for twenty minutes, and for as long as it is not forgotten', async () => {
    await start();
    const storage = await instanceOf(oci);
    await storage.getNamespace({});
    const keyId = /keyId="([^"]+)"/.exec(oci.requests.at(-1)!.headers.authorization!)![1]!;
    expect(oci.keys.find(keyId, Date.now() + 1_190_000)).not.toBeNull();
    expect(oci.keys.find(keyId, Date.now() + 1_200_000)).toBeNull();
    oci.keys.forgetTokens();
    await expect(storage.getNamespace({})).rejects.toMatchObject({ statusCode: 401 });
  });

  it.each([
    [
      'a certificate that another issued in the name of the authority',
      { identity: { ...makeIdentity(), intermediatePem: authority.intermediatePem } },
      'the authority did not issue this certificate',
    ],
    [
      'a certificate of another authority',
      { authorityPem: makeIdentity().intermediatePem },
      'the intermediate certificate is not the authority’s',
    ],
    [
      'a certificate that has ended',
      { identity: makeIdentity(exampleNames, { notAfter: new Date(Date.now() - 1000) }) },
      'the certificate is not valid now',
    ],
    ['a clock that is six minutes off', { clock: () => Date.now() - 360_000 }, 'the date is more than five minutes off'],
    [
      'a key that is not the certificate’s',
      { identity: { ...makeIdentity(), keyPem: makeIdentity().keyPem } },
      'the signature is not of this request by this key',
    ],
  ] satisfies [string, OciOptions, string][])('an instance with %s gets no token', async (_, options, why) => {
    await start(options);
    await expect((await instanceOf(oci)).getNamespace({})).rejects.toMatchObject({ message: expect.stringContaining('status: 401') });
    expect(oci.requests.at(-1)).toMatchObject({ target: '/v1/x509', status: 401, refusedBecause: why });
  });

  it('an instance gets no token for a body that was changed on the way, nor for another’s certificate', async () => {
    await start();
    await (await instanceOf(oci)).getNamespace({});
    const { headers, body } = oci.requests.find(({ target }) => target === '/v1/x509')!;
    const send = (changed: Buffer) =>
      fetch(`${oci.endpoints.federation}/v1/x509`, { method: 'POST', headers: headers as Record<string, string>, body: changed });
    const asked = JSON.parse(body.toString()) as { publicKey: string };
    const { publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'der' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const stolen = Buffer.from(body.toString().replace(asked.publicKey, publicKey.toString('base64')));
    expect((await send(body)).status).toBe(200);
    expect((await send(stolen)).status).toBe(401);
    expect(oci.requests.at(-1)).toMatchObject({ refusedBecause: 'the digest is of another body' });
  });

  it('metadata is for whoever asks in the words of version 2', async () => {
    await start();
    const ask = async (path: string, headers: Record<string, string>) =>
      (await fetch(`${oci.endpoints.metadata}/${path}`, { headers })).status;
    const authorization = 'Bearer Oracle';
    expect(await ask('instance/region', { authorization })).toBe(200);
    expect(await ask('instance/region', {})).toBe(401);
    expect(await ask('instance/region', { authorization, 'x-forwarded-for': '10.0.0.1' })).toBe(403);
    expect(await ask('identity/other.pem', { authorization })).toBe(404);
  });

  it('pages are told apart by tokens that have to be escaped', async () => {
    await start();
    const { user, authenticationDetailsProvider } = userOf(oci);
    const compartmentId = exampleNames.compartmentId;
    oci.permissions.allow(user, 'ListSecrets', compartmentId);
    oci.world.pageSizeMax = 1;
    for (const name of ['one', 'two']) {
      oci.world.secrets.push({
        id: `ocid1.vaultsecret.oc1..${name}`,
        name,
        compartmentId,
        vaultId: 'ocid1.vault.oc1..v',
        lifecycleState: 'ACTIVE',
        value: name,
      });
    }
    const vaults = new VaultsClient({ authenticationDetailsProvider }, { retryConfiguration: once });
    vaults.endpoint = oci.endpoints.vaults;
    const first = await vaults.listSecrets({ compartmentId });
    expect(first.items.map(({ secretName }) => secretName)).toEqual(['one']);
    await expect(vaults.listSecrets({ compartmentId, page: first.opcNextPage })).rejects.toMatchObject({ statusCode: 400 });
    const second = await vaults.listSecrets({ compartmentId, page: encodeURIComponent(first.opcNextPage) });
    expect(second.items.map(({ secretName }) => secretName)).toEqual(['two']);
    expect(second.opcNextPage).toBeUndefined();
  });

  it('faults come where and as often as they were planned', async () => {
    await start();
    const { storage } = userOf(oci);
    const ask = () =>
      storage.getNamespace({}).then(
        ({ value }) => value,
        (error: unknown) => error,
      );
    oci.faults.plan(/GET \/n/, throttled, 1);
    oci.faults.plan(/GET \/n/, failing, 1);
    oci.faults.plan(/GET \/n/, { kind: 'html' }, 1);
    oci.faults.plan(/GET \/n/, { kind: 'truncated' }, 1);
    oci.faults.plan(/GET \/n/, { kind: 'reset' }, 1);
    expect(await ask()).toMatchObject({ statusCode: 429, serviceCode: 'TooManyRequests' });
    expect(await ask()).toMatchObject({ statusCode: 500, serviceCode: 'InternalError' });
    expect(await ask()).toMatchObject({ statusCode: 503, serviceCode: 'None' });
    expect(await ask()).toBeInstanceOf(SyntaxError);
    expect(await ask()).toMatchObject({ message: 'fetch failed' });
    expect(await ask()).toBe('examplens');
    expect(oci.count(/GET \/n/)).toBe(6);
  });

  it('every answer carries a request id that begins with the client’s own', async () => {
    await start();
    const denied = await userOf(oci)
      .storage.getBucket({ namespaceName: 'examplens', bucketName: 'one' })
      .catch((error: { opcRequestId: string }) => error);
    const [own, theirs] = (denied as { opcRequestId: string }).opcRequestId.split('/');
    expect(own).toBe(oci.requests.at(-1)!.headers['opc-request-id']);
    expect(theirs).toMatch(/^EXAMPLE\d+$/);
  });
});
