// What an instance may do in OCI, as the access probe sees it: through the real process with the real SDK, against a double that
// verifies signatures as OCI does.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { Snapshot } from '../../src/contract/observation.ts';
import { localMachine } from '../../src/machine/local.ts';
import { accessSnapshot, factsOf, judged, machinesFolder, told } from '../support/access-look.ts';
import { type Fault, failing, throttled } from '../support/oci/faults.ts';
import { exampleNames, makeIdentity } from '../support/oci/instance.ts';
import { type Oci, type OciOptions, startOci } from '../support/oci/start-oci.ts';
import { understudy } from '../support/understudy.ts';

const { compartmentId, instanceId } = exampleNames;
const secretId = 'ocid1.vaultsecret.oc1.eu-frankfurt-1.amaaaaaaexamplesecret';
const value = 'correct-horse-battery-staple';

const opened: Oci[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((oci) => oci.close()));
});

/** A region with all that the settings below name, and an instance that may do nothing yet. */
async function region(options: OciOptions = {}): Promise<Oci> {
  const oci = await startOci(options);
  opened.push(oci);
  oci.world.buckets.push({ name: 'backups', objects: ['one', 'two'] }, { name: 'exports', objects: [] });
  const secret = {
    id: secretId,
    name: 'wallet',
    compartmentId,
    vaultId: 'ocid1.vault.oc1.eu-frankfurt-1.v',
    lifecycleState: 'ACTIVE',
    value,
  };
  oci.world.secrets.push(secret);
  const image = {
    compartmentId,
    repositoryName: 'billing/app',
    version: '7',
    digest: `sha256:${'a'.repeat(64)}`,
    lifecycleState: 'AVAILABLE',
  };
  oci.world.images.push(image);
  oci.world.documents.set('/20160918/vcns', []);
  return oci;
}

const operations = ['HeadBucket', 'ListObjects', 'GetSecret', 'ListSecrets', 'GetSecretBundle', 'ListContainerImages', 'Get'] as const;

async function granted(options: OciOptions = {}): Promise<Oci> {
  const oci = await region(options);
  for (const operation of operations) oci.permissions.allow(oci.identity.instanceId, operation);
  return oci;
}

const settingsFor = (oci: Oci, more: object = {}) => ({
  buckets: [{ name: 'backups' }, { name: 'exports', action: 'list' }],
  secrets: [
    { id: secretId, label: 'wallet metadata' },
    { id: secretId, bundle: true, label: 'wallet value' },
  ],
  secretsByName: [{ name: 'wallet', compartment: compartmentId }],
  repositories: [{ name: 'billing/app', compartment: compartmentId }],
  gets: [{ url: `${oci.url}/20160918/vcns?compartmentId=${compartmentId}`, label: 'networks' }],
  otherOrigins: [oci.url],
  endpoints: oci.endpoints,
  callTimeout: '10s',
  timeout: '60s',
  ...more,
});

async function look(oci: Oci, more: object = {}, role: 'primary' | 'standby' = 'standby'): Promise<Snapshot> {
  const { signal } = new AbortController();
  return accessSnapshot(localMachine().forLook(signal), settingsFor(oci, more), { role, id: role }, signal);
}

const classes = (snapshot: Snapshot): Readonly<Record<string, string>> =>
  Object.fromEntries(factsOf(snapshot).calls.map(({ subject, result }) => [subject, result.class]));

const all = [
  'bucket backups',
  'objects of bucket exports',
  'wallet metadata',
  'wallet value',
  'secret wallet',
  'repository billing/app',
  'networks',
] as const;
const every = (word: string) => Object.fromEntries(all.map((subject) => [subject, word]));

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('an instance with every right', () => {
  it('is allowed every call, each tried once and reading only', async () => {
    const oci = await granted();
    const snapshot = await look(oci);
    expect(classes(snapshot)).toEqual(every('allowed'));
    expect(told(judged(snapshot, null))).toEqual({ verdict: 'ready', standing: [], folded: [] });
    expect(new Set(oci.requests.map(({ method, target }) => (target === '/v1/x509' ? 'token' : method)))).toEqual(
      new Set(['GET', 'HEAD', 'token']),
    );
    for (const call of [/^HEAD .*backups/, /^GET .*exports\/o/, /^GET .*secrets\//, /^GET .*secretbundles/, /vcns/])
      expect(oci.count(call)).toBe(1);
  });

  it('says who it is, and nothing that moves from look to look', async () => {
    const oci = await granted();
    const [first, second] = [factsOf(await look(oci)), factsOf(await look(oci))];
    expect(first.principal).toMatchObject({
      stage: 'token',
      instance: instanceId,
      compartment: compartmentId,
      tenancy: exampleNames.tenancyId,
      region: 'eu-frankfurt-1',
      certificate: 'valid',
      clock: 'right',
    });
    expect(second).toEqual(first);
  });

  it('leaves the value of a secret and its token nowhere', async () => {
    const text = JSON.stringify(await look(await granted()));
    expect(text).not.toContain(value);
    expect(text).not.toContain(Buffer.from(value).toString('base64'));
    expect(text).not.toMatch(/eyJ|PRIVATE KEY|ST\$/);
  });

  it('tells what it cost', async () => {
    const readings = (await look(await granted())).checks[0]?.current?.readings ?? [];
    const of = (name: string) => readings.filter((reading) => reading.name === name).map((reading) => reading.value);
    expect(of('callMs')).toHaveLength(all.length);
    expect(of('peakRssBytes')[0]).toBeGreaterThan(20 * 1024 ** 2);
    expect(of('certificateMinutesLeft')[0]).toBeGreaterThan(23 * 60);
  });
});

describe('rights', () => {
  it('of none at all: no dynamic group takes it in, said once', async () => {
    const snapshot = await look(await region());
    expect(classes(snapshot)).toEqual(every('denied'));
    const { verdict, standing } = told(judged(snapshot, null));
    expect({ verdict, standing }).toEqual({ verdict: 'not-ready', standing: ['no-rights: instance principal'] });
  });

  const needed = [
    ['HeadBucket', 'bucket backups'],
    ['ListObjects', 'objects of bucket exports'],
    ['GetSecret', 'wallet metadata'],
    ['GetSecretBundle', 'wallet value'],
    ['ListSecrets', 'secret wallet'],
    ['ListContainerImages', 'repository billing/app'],
    ['Get', 'networks'],
  ] as const;

  // Neighbours share a service, so that every other one is taken.
  it.each([0, 1])('are told apart for each call, every other one from number %i on', async (parity) => {
    const oci = await granted();
    const revoked = needed.filter((_, at) => at % 2 === parity);
    for (const [operation] of revoked) oci.permissions.revoke(oci.identity.instanceId, operation);
    const snapshot = await look(oci);
    expect(classes(snapshot)).toEqual({ ...every('allowed'), ...Object.fromEntries(revoked.map(([, subject]) => [subject, 'denied'])) });
    const { standing } = told(judged(snapshot, null));
    expect([...standing].sort()).toEqual(revoked.map(([, subject]) => `denied: ${subject}`).sort());
  });

  it('that the primary has and the standby has not are told by contrast', async () => {
    const [primary, standby] = [await granted(), await granted()];
    standby.permissions.revoke(standby.identity.instanceId, 'GetSecretBundle');
    const judgement = judged(await look(standby), await look(primary, {}, 'primary'));
    expect(told(judgement)).toEqual({
      verdict: 'not-ready',
      standing: ['denied-here-only: wallet value'],
      folded: ['denied: wallet value < denied-here-only'],
    });
    const remedy = judgement.findings.find(({ code }) => code === 'access/denied-here-only')?.remedy ?? '';
    expect(remedy).toContain(`to read secret-bundles in compartment id ${compartmentId} where target.secret.id = '${secretId}'`);
    expect(remedy).toContain(`--compartment-id ${exampleNames.tenancyId}`);
  });

  it('are there, and the secret and the image are not', async () => {
    const oci = await granted();
    oci.world.secrets.splice(0);
    oci.world.images.splice(0);
    expect(classes(await look(oci))).toMatchObject({
      'wallet metadata': 'denied',
      'secret wallet': 'missing',
      'repository billing/app': 'missing',
    });
  });

  it('to a secret that waits for its deletion are of no use', async () => {
    const oci = await granted();
    oci.world.secrets.push({ ...oci.world.secrets.pop()!, lifecycleState: 'PENDING_DELETION' });
    expect(classes(await look(oci))).toMatchObject({ 'wallet metadata': 'missing', 'secret wallet': 'missing' });
  });
});

describe('the way to a token', () => {
  const ended = async (oci: Oci, more: object = {}) => {
    const snapshot = await look(oci, more);
    expect(classes(snapshot)).toEqual(every('not-tried'));
    expect(oci.count(/vcns|secrets|\/n/)).toBe(0);
    const { stage, result } = factsOf(snapshot).principal;
    return { stage, class: result.class, ...told(judged(snapshot, null)) };
  };

  it('ends for an instance whose certificate OCI did not issue', async () => {
    const oci = await granted({ authorityPem: makeIdentity().intermediatePem });
    expect(await ended(oci)).toMatchObject({
      stage: 'federation',
      class: 'not-authenticated',
      verdict: 'not-ready',
      standing: ['token-refused: instance principal'],
    });
  });

  it('ends with a certificate that was not renewed', async () => {
    const identity = makeIdentity(exampleNames, { notBefore: new Date(Date.now() - 7_200_000), notAfter: new Date(Date.now() - 60_000) });
    expect(await ended(await granted({ identity }))).toMatchObject({
      verdict: 'not-ready',
      standing: ['certificate-not-valid: instance principal'],
      folded: ['token-refused: instance principal < certificate-not-valid'],
    });
  });

  it.each([10, -10])('ends with a clock that is %i minutes off', async (minutes) => {
    const oci = await granted({ clock: () => Date.now() - minutes * 60_000 });
    const { verdict, standing, ...rest } = await ended(oci);
    expect({ verdict, standing, class: rest.class }).toEqual({
      verdict: 'not-ready',
      standing: ['clock-skewed: clock'],
      class: 'clock-skewed',
    });
  });

  it('goes on with a clock that is two minutes off, with a warning', async () => {
    const snapshot = await look(await granted({ clock: () => Date.now() - 120_000 }));
    expect(classes(snapshot)).toEqual(every('allowed'));
    expect(told(judged(snapshot, null))).toEqual({ verdict: 'degraded', standing: ['clock-off: clock'], folded: [] });
  });

  it.each<[string, RegExp, Fault, string]>([
    ['the token exchange answers 503 with a page', /x509/, { kind: 'html' }, 'principal-unseen: instance principal'],
    ['the token exchange throttles', /x509/, throttled, 'principal-unseen: instance principal'],
    ['the token exchange answers half a document', /x509/, { kind: 'truncated' }, 'principal-unseen: instance principal'],
    ['the token exchange hangs', /x509/, { kind: 'hang' }, 'endpoint-unreachable: HOST'],
    ['the metadata hang', /opc/, { kind: 'hang' }, 'no-instance-principal: instance principal'],
    [
      'the metadata have no certificate',
      /cert\.pem/,
      { kind: 'answer', answer: { status: 404, text: 'Not Found' } },
      'no-instance-principal: instance principal',
    ],
    ['the metadata throttle', /opc/, { kind: 'answer', answer: { status: 429, text: '' } }, 'principal-unseen: instance principal'],
    [
      'the metadata are another cloud’s',
      /opc/,
      { kind: 'answer', answer: { status: 200, text: '<html>' } },
      'principal-unseen: instance principal',
    ],
  ])('where %s: %s', async (_, at, fault, expected) => {
    const oci = await granted();
    oci.faults.plan(at, fault);
    const { verdict, standing } = await ended(oci, { callTimeout: '4s' });
    expect(standing).toEqual([expected.replace('HOST', new URL(oci.endpoints.federation).host)]);
    expect(verdict).not.toBe('ready');
  });

  it('ends where nothing listens', async () => {
    const oci = await granted();
    const port = await closedPort();
    const [metadata, federation] = await Promise.all([
      ended(oci, { endpoints: { ...oci.endpoints, metadata: `http://127.0.0.1:${port}/opc/v2` } }),
      ended(oci, { endpoints: { ...oci.endpoints, federation: `http://127.0.0.1:${port}` } }),
    ]);
    expect(metadata).toMatchObject({ class: 'refused', standing: ['no-instance-principal: instance principal'] });
    expect(federation).toMatchObject({ class: 'refused', standing: [`endpoint-unreachable: 127.0.0.1:${port}`] });
  });
});

describe('a service', () => {
  it.each<[string, Fault, string, string]>([
    ['throttles', throttled, 'throttled', 'throttled'],
    ['fails', failing, 'service-error', 'call-unseen'],
    ['answers 503 with a page', { kind: 'html' }, 'service-error', 'call-unseen'],
    ['answers half a document', { kind: 'truncated' }, 'service-error', 'call-unseen'],
    ['answers without an end', { kind: 'hanging-body' }, 'service-error', 'call-unseen'],
    [
      'rejects the call',
      { kind: 'answer', answer: { status: 400, body: { code: 'InvalidParameter', message: 'no' } } },
      'rejected',
      'call-rejected',
    ],
    [
      'does not take the token',
      { kind: 'answer', answer: { status: 401, body: { code: 'NotAuthenticated', message: 'no' } } },
      'not-authenticated',
      'not-authenticated',
    ],
    [
      'is a proxy that forbids it',
      { kind: 'answer', answer: { status: 403, text: '<html>blocked', headers: { 'opc-request-id': '' } } },
      'service-error',
      'call-unseen',
    ],
    [
      'redirects',
      { kind: 'answer', answer: { status: 302, headers: { location: 'http://127.0.0.1:1/' }, body: {} } },
      'rejected',
      'call-rejected',
    ],
    ['cuts the connection', { kind: 'reset' }, 'reset', 'endpoint-unreachable'],
    ['hangs', { kind: 'hang' }, 'silent', 'endpoint-unreachable'],
  ])('that %s is told as such, and the others are not touched by it', async (_, fault, class_, code) => {
    const oci = await granted();
    oci.faults.plan(/\/container\/images/, fault);
    const snapshot = await look(oci, { callTimeout: '5s' });
    expect(classes(snapshot)).toEqual({ ...every('allowed'), 'repository billing/app': class_ });
    const { standing, verdict } = told(judged(snapshot, null));
    expect(standing.map((line) => line.split(':')[0])).toEqual([code]);
    expect(verdict).not.toBe('ready');
  });

  it('that answers others and not this one was slow', async () => {
    const oci = await granted();
    oci.faults.plan(/exports/, { kind: 'hang' });
    expect(classes(await look(oci, { callTimeout: '5s' }))).toEqual({ ...every('allowed'), 'objects of bucket exports': 'slow' });
  });

  it('that answers late, and still in time, is fine', async () => {
    const oci = await granted();
    oci.faults.plan(/exports/, { kind: 'slow', ms: 300 });
    expect(classes(await look(oci))).toEqual(every('allowed'));
  });

  it('that is nowhere, has no name, or speaks no TLS is out of reach, told once for each host', async () => {
    const oci = await granted();
    const port = await closedPort();
    const endpoints = {
      ...oci.endpoints,
      objectStorage: `http://127.0.0.1:${port}`,
      vaults: 'https://nowhere.invalid',
      artifacts: oci.url.replace('http:', 'https:'),
    };
    const snapshot = await look(oci, { endpoints });
    expect(classes(snapshot)).toEqual({
      ...every('allowed'),
      'bucket backups': 'refused',
      'objects of bucket exports': 'refused',
      'wallet metadata': 'no-such-name',
      'secret wallet': 'no-such-name',
      'repository billing/app': 'tls-failed',
    });
    const hosts = [`127.0.0.1:${port}`, new URL(oci.url).host, 'nowhere.invalid'];
    expect([...told(judged(snapshot, null)).standing].sort()).toEqual(hosts.map((host) => `endpoint-unreachable: ${host}`).sort());
  });

  it('that nobody named gets no token', async () => {
    const oci = await granted();
    const snapshot = await look(oci, { otherOrigins: [] });
    expect(classes(snapshot)).toEqual({ ...every('allowed'), networks: 'unseen' });
    expect(oci.count(/vcns/)).toBe(0);
  });
});

describe('the program', () => {
  it('checks and says so, with the process of its own', async () => {
    const oci = await granted();
    oci.permissions.revoke(oci.identity.instanceId, 'HeadBucket');
    const folder = mkdtempSync(join(tmpdir(), 'understudy-access-'));
    try {
      const file = join(folder, 'agent.yaml');
      const node = { name: 'app1', role: 'standby', group: 'billing', twin: 'app1' };
      writeFileSync(file, stringify({ node, discover: false, checks: { access: { settings: settingsFor(oci) } } }));
      const { code, stdout } = await understudy(['check', 'access', '--alone', '--config', file, '--format', 'json']);
      const document = JSON.parse(stdout) as { verdict: string; findings: { code: string; subject: string }[] };
      expect({ code, verdict: document.verdict }).toEqual({ code: 2, verdict: 'not-ready' });
      expect(document.findings.map((finding) => `${finding.code}: ${finding.subject}`)).toEqual(['access/denied: bucket backups']);
      expect(stdout).not.toContain(value);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('sets a recorded standby beside its primary', async () => {
    const [primary, standby] = ['primary', 'standby-without-secret'].map((name) => join(machinesFolder, name));
    const { code, stdout } = await understudy(['diff', primary!, standby!, '--format', 'json']);
    const { verdict, findings } = JSON.parse(stdout) as { verdict: string; findings: { code: string; foldedUnder?: string }[] };
    expect({ code, verdict }).toEqual({ code: 2, verdict: 'not-ready' });
    expect(findings.filter(({ foldedUnder }) => foldedUnder === undefined).map((finding) => finding.code)).toEqual([
      'access/denied-here-only',
    ]);
  });

  it('does not load a configuration whose signed calls would go to somebody else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'understudy-access-'));
    try {
      const file = join(folder, 'agent.yaml');
      const gets = [{ url: 'https://collector.example.com/20160918/vcns' }];
      writeFileSync(file, stringify({ discover: false, checks: { access: { settings: { gets } } } }));
      const { code, stderr } = await understudy(['check', 'access', '--alone', '--config', file]);
      expect(code).toBe(3);
      expect(stderr).toContain('https://collector.example.com');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
