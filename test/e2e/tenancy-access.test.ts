// In whose name the regions are asked: an instance's, a user's, or a session's, and what is said where it is nobody's.
import { createPublicKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Tenancy } from '../../src/contract/tenancy.ts';
import { type OciAccess, openTenancies, type Tenancies } from '../../src/tenancy/open.ts';
import { problem } from '../support/oci/answer.ts';
import { exampleNames, makeIdentity } from '../support/oci/instance.ts';
import { allowEverything, exampleUser, makeUser, type OciRegion, type RegionOptions, startRegion } from '../support/oci/region.ts';
import { compartmentId, named } from '../support/oci/tenancies.ts';

/** A machine may be busy. */
const patient = { timeout: 15_000 };

const region = { region: { name: 'us-phoenix-1', key: 'phx' }, calls: [named('listInstances', 1), named('listZones', 1)] };

let folder: string;
let oci: OciRegion;
let tenancies: Tenancies;
let elapsedMs = 0;
const advance = (ms: number): void => {
  elapsedMs += ms;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-oci-'));
  elapsedMs = 0;
});
afterEach(async () => {
  tenancies.close();
  await oci.close();
  rmSync(folder, { recursive: true, force: true });
});

const start = async (options: Partial<RegionOptions> = {}): Promise<void> => {
  oci = await startRegion({ region, ...options });
};

function open(access: Partial<OciAccess> = {}): Tenancy {
  tenancies = openTenancies(
    {
      auth: 'instance-principal',
      configFile: null,
      profile: 'DEFAULT',
      endpoints: oci.ociEndpoints,
      concurrency: 8,
      callTimeoutMs: 5_000,
      ...access,
    },
    { now: Date.now, monotonicMs: () => elapsedMs, wait: async (ms) => advance(ms) },
  );
  return tenancies.region(oci.name).forLook(new AbortController().signal);
}

const ask = async (port: Tenancy): Promise<string> => {
  const answer = await port.list('listInstances', { compartmentId });
  return answer.kind === 'failed' ? `${answer.reason} ${answer.detail}` : 'answered';
};
const tokens = () => oci.count(/POST \/v1\/x509/);

describe('an instance', () => {
  it('gets a token, asks with it, and is told which tenancy and region it is about', async () => {
    await start();
    const port = open();
    expect([port.tenancyId, port.region]).toEqual([null, { name: 'us-phoenix-1', key: null }]);
    expect(oci.requests).toEqual([]);
    await tenancies.ready();
    expect([port.tenancyId, port.region]).toEqual([exampleNames.tenancyId, { name: 'us-phoenix-1', key: 'phx' }]);
    expect(await ask(port)).toBe('answered');
    expect(oci.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'GET', 'POST', 'GET']);
    expect(oci.requests.every(({ status }) => status === 200)).toBe(true);
  });

  it('gets one token for all that is asked at once, in all regions', async () => {
    await start();
    const port = open();
    await Promise.all([ask(port), port.list('listZones', { compartmentId }), tenancies.ready()]);
    expect(tokens()).toBe(1);
  });

  it('gets another one before the first has ended, and nobody waits for it', async () => {
    await start();
    const port = open();
    await ask(port);
    advance(890_000);
    await ask(port);
    expect(tokens()).toBe(1);
    advance(20_000);
    // Longer than an answer takes on the slowest machine: it came before the other token could be asked for.
    oci.faults.plan(/cert\.pem/, { kind: 'slow', ms: 3_000 }, 1);
    expect(await ask(port)).toBe('answered');
    expect(tokens()).toBe(1);
    await expect.poll(tokens, patient).toBe(2);
  });

  it('asks with the one that it has while no other is to be had, and with none after its end', async () => {
    await start();
    const port = open();
    await ask(port);
    oci.faults.plan(/x509/, { kind: 'answer', answer: problem(500, 'InternalError', 'no') });
    advance(1_000_000);
    expect(await ask(port)).toBe('answered');
    await expect.poll(tokens, patient).toBe(2);
    advance(250_000);
    expect(await ask(port)).toBe('unreadable listInstances: this instance has no token: the token exchange answered 500 InternalError');
    oci.faults.clear();
    advance(5_000);
    expect(await ask(port)).toBe('answered');
  });

  it('gets another one when OCI does not believe the first, and asks once more', async () => {
    await start();
    const port = open();
    await ask(port);
    oci.keys.forgetTokens();
    advance(30_000);
    expect(await ask(port)).toBe('answered');
    expect(tokens()).toBe(2);
    expect(tenancies.usage()).toMatchObject([{ operation: 'listInstances', calls: 3, answered: 2, failed: 1, retries: 1 }]);
  });

  it('is refused where OCI believes none of its tokens, and does not ask for one after the other', async () => {
    await start();
    const port = open();
    await ask(port);
    oci.faults.plan(/GET .*(instances|Zones|zones)/, { kind: 'answer', answer: problem(401, 'NotAuthenticated', 'no') });
    advance(30_000);
    expect(await ask(port)).toBe('denied listInstances: OCI answered 401 NotAuthenticated');
    await port.list('listZones', { compartmentId });
    expect(tokens()).toBe(2);
  });

  it('says so where it gets none', async () => {
    const stranger = makeIdentity();
    await start({ authorityPem: stranger.intermediatePem });
    expect(await ask(open())).toBe('denied listInstances: this instance has no token: the token exchange answered 401 NotAuthenticated');
    await tenancies.ready();
    expect(tokens()).toBe(1);
    advance(5_000);
    await tenancies.ready();
    expect(tokens()).toBe(2);
  });

  it('says so where it is none', async () => {
    await start();
    const nobody = { ...oci.ociEndpoints, metadata: 'http://127.0.0.1:1/opc/v2' };
    expect(await ask(open({ endpoints: nobody }))).toMatch(
      /^unreadable listInstances: this instance has no token: the metadata service did not answer/,
    );
    expect(tenancies.usage()).toEqual([]);
  });

  it('says so where its clock is wrong', async () => {
    await start({ clock: () => Date.now() + 600_000 });
    expect(await ask(open())).toBe(
      'denied listInstances: this instance has no token: the token exchange answered 401 NotAuthenticated: the clock here is more than five minutes off',
    );
  });
});

describe('a user', () => {
  const asUser = (options: Partial<Parameters<typeof makeUser>[1]> = {}) => makeUser([oci], { folder, region: 'us-phoenix-1', ...options });
  const openUser = (file: string, access: Partial<OciAccess> = {}) => open({ auth: 'config-file', configFile: file, ...access });

  it('of a configuration file asks with the key that it names', async () => {
    await start();
    const { file } = asUser();
    const port = openUser(file);
    expect(await ask(port)).toBe('answered');
    expect(oci.requests[0]!.headers.authorization).toContain(`keyId="${exampleNames.tenancyId}/${exampleUser}/`);
    expect(port.tenancyId).toBe(exampleNames.tenancyId);
  });

  it('of another profile, with a key that is encrypted, does too', async () => {
    await start();
    const { file } = asUser({ profile: 'DR', passphrase: 'correct horse' });
    expect(await ask(openUser(file, { profile: 'DR' }))).toBe('answered');
  });

  it('whose clock is wrong is told so', async () => {
    await start({ clock: () => Date.now() - 600_000 });
    const { file } = asUser();
    expect(await ask(openUser(file))).toBe(
      'denied listInstances: OCI answered 401 NotAuthenticated: the clock here is more than five minutes off',
    );
    expect(tenancies.states()[0]!.clockAheadSeconds).toBeGreaterThan(590);
  });

  it('whose key was replaced is believed with the new one', async () => {
    await start();
    const { file } = asUser();
    const port = openUser(file);
    oci.faults.plan(/instances/, { kind: 'answer', answer: problem(401, 'NotAuthenticated', 'no') }, 1);
    await tenancies.ready();
    advance(30_000);
    asUser();
    expect(await ask(port)).toBe('answered');
    const [first, second] = oci.requests.map(({ headers }) => /keyId="[^"]+"/.exec(headers.authorization!)![0]);
    expect(first).not.toBe(second);
  });

  it.each<[string, (file: string) => void, string]>([
    ['no file', (file) => rmSync(file), 'there is no such file'],
    ['no profile of that name', (file) => writeFileSync(file, '[OTHER]\nuser=a\n'), 'there is no such profile'],
    ['no key_file', (file) => edit(file, /key_file=.*\n/, ''), 'it has no key_file'],
    ['no tenancy', (file) => edit(file, /tenancy=.*\n/, ''), 'it has no tenancy'],
    ['no region', (file) => edit(file, /region=.*\n/, ''), 'it has no region'],
    [
      'a key_file that is not there',
      (file) => edit(file, /key_file=.*/, 'key_file=/nonexistent'),
      'its key_file or security_token_file cannot be read',
    ],
    [
      'a key_file that is none',
      (file) => edit(file, /key_file=.*/, `key_file=${file}`),
      'its key_file is no private key, or pass_phrase does not open it',
    ],
    ['a line that is not understood', (file) => edit(file, /user=/, 'a secret line\nuser='), 'it is not understood'],
  ])('is told where there is %s, without a word of what stands in it', async (_, spoil, why) => {
    await start();
    const { file } = asUser();
    spoil(file);
    expect(await ask(openUser(file))).toBe(`unreadable listInstances: profile DEFAULT of ${file} cannot be used: ${why}`);
    expect(oci.requests).toEqual([]);
  });

  it('is told where the passphrase is wrong', async () => {
    await start();
    const { file } = asUser({ passphrase: 'correct horse' });
    edit(file, /pass_phrase=.*/, 'pass_phrase=battery staple');
    const told = await ask(openUser(file));
    expect(told).toContain('pass_phrase does not open it');
    expect(told).not.toContain('staple');
  });

  const edit = (file: string, from: RegExp, to: string): void => writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
});

describe('a session', () => {
  const token = (endsInMs: number): string => {
    const seconds = Math.floor((Date.now() + endsInMs) / 1000);
    return ['{"alg":"RS256"}', JSON.stringify({ iat: seconds - 3600, exp: seconds }), 'signature']
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.');
  };

  /** As OCI's tools leave it behind. */
  function begin(endsInMs: number, isKnown = true) {
    const tokenFile = join(folder, 'token');
    const { file, privateKeyPem } = makeUser([oci], {
      folder,
      region: 'us-phoenix-1',
      profile: 'SESSION',
      lines: [`security_token_file=${tokenFile}`],
    });
    const write = (text: string, believed: boolean): void => {
      writeFileSync(tokenFile, `${text}\n`);
      if (believed)
        oci.keys.addToken(
          text,
          createPublicKey(privateKeyPem),
          { id: exampleUser, tenancyId: exampleNames.tenancyId },
          Number.POSITIVE_INFINITY,
        );
    };
    write(token(endsInMs), isKnown);
    allowEverything(oci, exampleUser);
    return { write, port: open({ auth: 'security-token', configFile: file, profile: 'SESSION' }), file };
  }

  it('asks with its token', async () => {
    await start();
    const { port } = begin(3_600_000);
    expect(await ask(port)).toBe('answered');
    expect(oci.requests[0]!.headers.authorization).toContain('keyId="ST$');
  });

  it('that has ended says so, and goes on with the token that was put in place of its own', async () => {
    await start();
    const { port, write } = begin(-1_000, false);
    expect(await ask(port)).toBe(
      'denied listInstances: OCI answered 401 NotAuthenticated: the security token of profile SESSION has ended, and OCI’s tools can renew it',
    );
    write(token(3_600_000), true);
    advance(5_000);
    expect(await ask(port)).toBe('answered');
  });

  it('is not taken for a user, nor a user for one', async () => {
    await start();
    const { file } = begin(3_600_000);
    tenancies.close();
    expect(await ask(open({ auth: 'config-file', configFile: file, profile: 'SESSION' }))).toContain('it holds a security token');
    tenancies.close();
    const { file: user } = makeUser([oci], { folder: join(folder, 'user'), region: 'us-phoenix-1' });
    expect(await ask(open({ auth: 'security-token', configFile: user }))).toContain('it names no security_token_file');
  });
});

describe('a region that the SDK has never heard of', () => {
  it('is asked in the realm of who asks, and its key is the tenancy’s word', async () => {
    const name = 'us-newtown-1';
    await start({
      region: {
        region: { name, key: null },
        calls: [{ operation: 'listRegionSubscriptions', with: {}, body: [{ regionName: name, regionKey: 'NEW' }] }],
      },
    });
    const port = open();
    await tenancies.ready();
    expect(port.region).toEqual({ name, key: 'new' });
  });

  it('is none where its name is not that of a region', async () => {
    await start();
    open();
    const port = tenancies.region('a/b').forLook(new AbortController().signal);
    expect(await ask(port)).toBe('unreadable listInstances: there is no region of that name');
  });
});

describe('the endpoint of a vault', () => {
  it('is asked only where it is one of OCI: what stands in an answer leads nobody elsewhere', async () => {
    await start();
    const { metadata, federation } = oci.endpoints;
    const port = open({ endpoints: { metadata, federation } });
    for (const endpoint of [
      'https://evil.example',
      'http://x.kms.us-phoenix-1.oraclecloud.com',
      `${oci.url}`,
      'https://oraclecloud.com.evil.example',
    ]) {
      const answer = await port.list('listKeys', { compartmentId, endpoint });
      expect(answer).toMatchObject({ kind: 'failed', reason: 'unreadable', detail: 'listKeys: its endpoint is none of OCI’s' });
    }
    expect(oci.count(/keys/)).toBe(0);
  });
});
