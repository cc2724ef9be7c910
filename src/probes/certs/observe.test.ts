import { readFileSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import { createSecureContext, createServer, rootCertificates, type Server, type TlsOptions } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type CertificateMaker, certificateMaker, type MadeCertificate } from '../../../test/support/openssl-certificates.ts';
import { type MachineOnPaper, recordedMachine } from '../../../test/support/recorded.ts';
import { canonicalJson } from '../../contract/canonical.ts';
import type { Outcome } from '../../contract/outcome.ts';
import { schemaProblems } from '../../contract/schema.ts';
import { dial } from '../../machine/dial.ts';
import { recordingMachine } from '../../machine/recording.ts';
import { type Facts, FactsSchema, type SeenContent, type Source } from './facts.ts';
import { observe } from './observe.ts';
import { defaultSettings, type Settings } from './settings.ts';

const now = '2026-11-23T12:00:00Z';

let maker: CertificateMaker;
let root: MadeCertificate;
let intermediate: MadeCertificate;
let leaf: MadeCertificate;
let renewed: MadeCertificate;
beforeAll(() => {
  maker = certificateMaker();
  root = maker.make({ commonName: 'Root', isAuthority: true, to: '2036-01-01T00:00:00Z' });
  intermediate = maker.make({ commonName: 'Intermediate', issuer: root, isAuthority: true, to: '2031-01-01T00:00:00Z' });
  leaf = maker.make({ commonName: 'app.example.com', names: ['DNS:app.example.com'], issuer: intermediate });
  renewed = maker.make({
    commonName: 'app.example.com',
    names: ['DNS:app.example.com'],
    issuer: intermediate,
    from: '2026-11-01T00:00:00Z',
    to: '2027-11-01T00:00:00Z',
  });
});
afterAll(() => maker.remove());

const opened: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of opened.splice(0)) server.close();
});

interface Seen {
  readonly outcome: Outcome<Facts>;
  readonly facts: Facts;
  readonly source: (where: string) => Source;
  readonly content: (where: string) => SeenContent;
  readonly trail: string;
}

/** A machine of paper whose dials are real. */
async function look(paper: MachineOnPaper, settings: Partial<Settings> = {}): Promise<Seen> {
  const signal = new AbortController().signal;
  const recorded = await recordedMachine({ now, listeners: [], ...paper });
  const { machine, trail } = recordingMachine({ ...recorded.forLook(signal), dial: (request) => dial(request, signal) }, Date.now);
  const outcome = await observe(machine, { ...defaultSettings, discover: false, ...settings }, signal);
  const facts = outcome.kind === 'observed' ? outcome.facts : { sources: [], unsearched: [] };
  if (outcome.kind === 'observed') expect(schemaProblems(FactsSchema, JSON.parse(canonicalJson(facts)))).toEqual([]);
  const source = (where: string): Source => {
    const found = facts.sources.find((each) => each.where === where);
    if (found === undefined)
      throw new Error(`no ${where} among ${facts.sources.map((each) => each.where).join(', ')}; ${JSON.stringify(outcome).slice(0, 300)}`);
    return found;
  };
  const content = (where: string): SeenContent => {
    const { content: found } = source(where);
    if (found.kind !== 'seen') throw new Error(JSON.stringify(found));
    return found;
  };
  return { outcome, facts, source, content, trail: JSON.stringify(trail()) };
}

async function listen(options: TlsOptions): Promise<number> {
  const server: Server = createServer(options, (socket) => socket.on('error', () => {}).end());
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(server);
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const uses = (content: SeenContent): readonly string[] => content.certificates.map(({ use }) => use);

describe('a certificate file', () => {
  test('with its chain is complete up to the root beside it', async () => {
    const { content } = await look({ files: { '/a.pem': leaf.pem + intermediate.pem + root.pem } }, { files: ['/a.pem'] });
    expect(content('/a.pem').chains).toEqual([{ leaf: 0, completeness: { kind: 'complete', anchor: 'own-root' }, isInOrder: true }]);
    expect(uses(content('/a.pem'))).toEqual(['leaf', 'intermediate', 'root']);
  });

  test('without the intermediate is incomplete, and names what lacks', async () => {
    const { content } = await look({ files: { '/a.pem': leaf.pem } }, { files: ['/a.pem'] });
    expect(content('/a.pem').chains[0]?.completeness).toEqual({ kind: 'incomplete', missing: 'CN=Intermediate' });
  });

  test('needs no root that is listed, or that this machine trusts', async () => {
    const files = { '/a.pem': leaf.pem + intermediate.pem, '/root.pem': root.pem };
    const listed = await look({ files }, { files: ['/a.pem'], authorities: ['/root.pem'] });
    expect(listed.content('/a.pem').chains[0]?.completeness).toEqual({ kind: 'complete', anchor: 'listed' });
    const trusted = await look({ files: { ...files, '/etc/ssl/certs/ca-certificates.crt': root.pem } }, { files: ['/a.pem'] });
    expect(trusted.content('/a.pem').chains[0]?.completeness).toEqual({ kind: 'complete', anchor: 'trusted-here' });
    const neither = await look({ files }, { files: ['/a.pem'] });
    expect(neither.content('/a.pem').chains[0]?.completeness).toEqual({ kind: 'incomplete', missing: 'CN=Root' });
  });

  test('trusts what this machine’s bundle holds, and Node’s list only where there is no bundle', async () => {
    const files = { '/a.pem': rootCertificates[0]! };
    const told = { files: [{ path: '/a.pem', mustCover: ['app.example.com'] }] };
    const withBundle = await look({ files: { ...files, '/etc/ssl/certs/ca-certificates.crt': root.pem } }, told);
    expect(withBundle.content('/a.pem').chains[0]?.completeness).toEqual({ kind: 'self-signed' });
    const without = await look({ files }, told);
    expect(without.content('/a.pem').chains[0]?.completeness).toEqual({ kind: 'complete', anchor: 'trusted-here' });
  });

  test('in the wrong order is still followed, and said to be', async () => {
    const { content } = await look({ files: { '/a.pem': intermediate.pem + root.pem + leaf.pem } }, { files: ['/a.pem'] });
    expect(content('/a.pem').chains).toEqual([{ leaf: 2, completeness: { kind: 'complete', anchor: 'own-root' }, isInOrder: false }]);
  });

  test('of authorities only is a trust store and has no chain', async () => {
    const { content } = await look({ files: { '/ca.pem': root.pem + intermediate.pem } }, { files: ['/ca.pem'] });
    expect(content('/ca.pem').chains).toEqual([]);
    expect(uses(content('/ca.pem'))).toEqual(['authority', 'authority']);
  });

  test('is set beside its key: the right one, another one, none, one that is denied or encrypted', async () => {
    const encrypted = maker.openssl('pkcs8', '-topk8', '-in', leaf.keyFile, '-passout', 'pass:x');
    const files = {
      '/a.pem': leaf.pem,
      '/right.key': leaf.keyPem,
      '/other.key': root.keyPem,
      '/denied.key': leaf.keyPem,
      '/encrypted.key': encrypted,
    };
    const key = async (keyFile: string) =>
      (await look({ files, denied: ['/denied.key'] }, { files: [{ path: '/a.pem', keyFile }] })).content('/a.pem').key;
    expect(await key('/right.key')).toEqual({ kind: 'belongs', path: '/right.key' });
    expect(await key('/other.key')).toEqual({ kind: 'other', path: '/other.key' });
    expect(await key('/no.key')).toEqual({ kind: 'missing', path: '/no.key' });
    expect(await key('/denied.key')).toMatchObject({ kind: 'unseen', reason: 'denied' });
    expect(await key('/encrypted.key')).toMatchObject({ kind: 'unseen', reason: 'denied' });
  });

  test('that holds its key too, as haproxy wants it, is compared with that', async () => {
    const { content, facts, trail } = await look({ files: { '/a.pem': leaf.pem + intermediate.pem + leaf.keyPem } }, { files: ['/a.pem'] });
    expect(content('/a.pem').key).toEqual({ kind: 'belongs', path: '/a.pem' });
    const secret = leaf.keyPem.split('\n')[1]!.slice(0, 40);
    expect(leaf.keyPem).toContain(secret);
    expect(JSON.stringify(facts) + trail).not.toContain(secret);
  });

  test('named and not there is missing; a pattern that fits nothing too', async () => {
    const { source } = await look({ files: { '/x/a.pem': leaf.pem } }, { files: ['/x/a.pem', '/x/b.pem', '/x/*.crt'] });
    expect(source('/x/b.pem').content).toEqual({ kind: 'missing' });
    expect(source('/x/*.crt').content).toEqual({ kind: 'missing' });
  });

  test('of a hundred megabytes costs a bounded read and spares the others', async () => {
    const { source, content } = await look(
      { files: { '/a.pem': leaf.pem, '/big.pem': Buffer.alloc(100 * 1024 * 1024, leaf.pem) } },
      { files: ['/a.pem', '/big.pem'] },
    );
    expect(source('/big.pem').content).toMatchObject({ kind: 'unseen', reason: 'too-much-output' });
    expect(content('/a.pem').certificates.length).toBe(1);
  });

  test('in a circle of links is unseen, and denied is denied', async () => {
    const { source } = await look(
      {
        files: { '/ok.pem': leaf.pem, '/denied.pem': leaf.pem },
        links: { '/round.pem': '/square.pem', '/square.pem': '/round.pem' },
        denied: ['/denied.pem'],
      },
      { files: ['/ok.pem', '/round.pem', '/denied.pem'] },
    );
    expect(source('/round.pem').content).toMatchObject({ kind: 'unseen', reason: 'unreadable' });
    expect(source('/denied.pem').content).toMatchObject({ kind: 'unseen', reason: 'denied' });
  });
});

describe('what cannot be seen at all', () => {
  test('is unseen when every source is', async () => {
    const { outcome } = await look({ files: { '/a.pem': 'nothing' } }, { files: ['/a.pem'] });
    expect(outcome).toEqual({ kind: 'unseen', reason: 'unparsable', detail: expect.stringContaining('/a.pem') });
  });

  test('is absent only when nothing was named and every place was searched', async () => {
    expect((await look({}, { discover: true })).outcome).toMatchObject({ kind: 'absent' });
    expect(
      (await look({ files: { '/etc/letsencrypt/live/x/fullchain.pem': leaf.pem }, denied: ['/etc/letsencrypt/live'] }, { discover: true }))
        .outcome,
    ).toMatchObject({
      kind: 'unseen',
      reason: 'denied',
    });
  });
});

describe('a keystore', () => {
  const store = (name: string): Buffer => readFileSync(new URL(`fixtures/keystore/${name}`, import.meta.url));

  test('is told by its content, whatever it is called', async () => {
    const { content } = await look(
      { files: { '/tomcat.jks': store('key-keytool.p12'), '/odd.p12': store('key.jks'), '/pw': 'changeit\n' } },
      { stores: [{ path: '/tomcat.jks', passwordFile: '/pw' }, { path: '/odd.p12' }] },
    );
    expect(content('/tomcat.jks')).toMatchObject({ format: 'pkcs12', key: { kind: 'in-store' } });
    expect(uses(content('/tomcat.jks'))).toEqual(['leaf', 'root']);
    expect(content('/odd.p12')).toMatchObject({ format: 'jks', chains: [{ completeness: { kind: 'complete', anchor: 'own-root' } }] });
  });

  test('without a password is unseen, and with a password file out of reach says which', async () => {
    const files = { '/a.pem': leaf.pem, '/a.p12': store('modern.p12'), '/b.p12': store('modern.p12'), '/pw': 'changeit' };
    const { source } = await look(
      { files, denied: ['/pw'] },
      { files: ['/a.pem'], stores: [{ path: '/a.p12' }, { path: '/b.p12', passwordFile: '/pw' }] },
    );
    expect(source('/a.p12').content).toMatchObject({
      kind: 'unseen',
      reason: 'denied',
      detail: expect.stringContaining('need a password'),
    });
    expect(source('/b.p12').content).toMatchObject({ kind: 'unseen', reason: 'denied', detail: expect.stringContaining('/pw') });
  });

  test('never shows its password', async () => {
    const { outcome, trail } = await look(
      { files: { '/a.p12': store('legacy.p12'), '/pw': 'changeit' } },
      { stores: [{ path: '/a.p12', passwordFile: '/pw' }] },
    );
    expect(outcome.kind).toBe('observed');
    expect(JSON.stringify(outcome)).not.toContain('changeit');
    expect(trail).toContain('read /pw');
    expect(trail).not.toContain('changeit');
  });

  test('of trusted authorities has no chain', async () => {
    const { content } = await look({ files: { '/trust.jks': store('trust.jks') } }, { stores: [{ path: '/trust.jks' }] });
    expect(content('/trust.jks')).toMatchObject({
      chains: [],
      certificates: [{ alias: 'ca', use: 'authority', notAfter: expect.stringMatching(/^2036-11-20T/) }],
    });
  });

  test('of Oracle shows the age of its auto-login copy, and nothing that nobody can see', async () => {
    const { source } = await look(
      {
        files: {
          '/wallet/ewallet.p12': store('legacy.p12'),
          '/wallet/cwallet.sso': 'obfuscated',
          '/pw': 'changeit',
          '/sso/cwallet.sso': 'obfuscated',
        },
        modified: { '/wallet/ewallet.p12': '2026-11-20T00:00:00Z', '/wallet/cwallet.sso': '2026-11-01T00:00:00Z' },
      },
      { stores: [{ path: '/wallet', passwordFile: '/pw' }, { path: '/sso' }] },
    );
    expect(source('/wallet')).toMatchObject({
      kind: 'wallet',
      content: { kind: 'seen', certificates: [{ use: 'leaf' }, { use: 'root' }] },
      wallet: { autoLogin: { kind: 'present', modifiedAt: '2026-11-01T00:00:00.000Z' }, autoLoginKind: 'unseen' },
    });
    expect(source('/sso')).toMatchObject({ content: { kind: 'unseen', reason: 'unreadable' }, wallet: { store: { kind: 'missing' } } });
  });
});

describe('a listener', () => {
  test('is seen with the chain that it sends, even an expired one', async () => {
    const old = maker.make({
      commonName: 'old',
      names: ['DNS:old.example'],
      from: '2020-01-01T00:00:00Z',
      to: '2021-01-01T00:00:00Z',
      issuer: intermediate,
    });
    const port = await listen({ cert: old.pem + intermediate.pem, key: old.keyPem });
    const { content } = await look({}, { listeners: [{ address: '127.0.0.1', port }] });
    expect(content(`127.0.0.1:${port}`)).toMatchObject({
      format: 'tls',
      certificates: [{ use: 'leaf', notAfter: '2021-01-01T00:00:00.000Z' }, { use: 'intermediate' }],
    });
  });

  test('answers each name with its own certificate', async () => {
    const other = maker.make({ commonName: 'other.example', names: ['DNS:other.example'] });
    const port = await listen({
      cert: leaf.pem,
      key: leaf.keyPem,
      SNICallback: (name, done) =>
        done(null, name === 'other.example' ? createSecureContext({ cert: other.pem, key: other.keyPem }) : undefined),
    });
    const named = (serverName: string) => ({ address: '127.0.0.1', port, serverName });
    const { content } = await look({}, { listeners: [named('app.example.com'), named('other.example')] });
    expect(content(`127.0.0.1:${port} (app.example.com)`).certificates[0]?.subject).toBe('CN=app.example.com');
    expect(content(`127.0.0.1:${port} (other.example)`).certificates[0]?.subject).toBe('CN=other.example');
  });

  test('that nobody is at, that says nothing or that speaks no TLS is unseen', async () => {
    const plain = createTcpServer((socket) => socket.on('error', () => {}).end('220 hello\r\n'));
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    opened.push(plain);
    const address = plain.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { source } = await look(
      { files: { '/a.pem': leaf.pem } },
      {
        files: ['/a.pem'],
        listeners: [
          { address: '127.0.0.1', port },
          { address: '127.0.0.1', port: 1 },
        ],
      },
    );
    expect(source(`127.0.0.1:${port}`).content).toMatchObject({ kind: 'unseen' });
    expect(source('127.0.0.1:1').content).toMatchObject({
      kind: 'unseen',
      reason: 'unreadable',
      detail: expect.stringContaining('refused'),
    });
  });

  test('found by nginx’s configuration is asked by its name and tied to its file', async () => {
    const port = await listen({ cert: leaf.pem + intermediate.pem, key: leaf.keyPem });
    const { source, content } = await look(
      {
        files: {
          '/etc/nginx/nginx.conf': 'http { include conf.d/*.conf; }',
          '/etc/nginx/conf.d/app.conf': `server { listen ${port} ssl; server_name app.example.com; ssl_certificate app.pem; ssl_certificate_key app.key; }`,
          '/etc/nginx/app.pem': renewed.pem + intermediate.pem,
          '/etc/nginx/app.key': leaf.keyPem,
        },
        listeners: [
          { address: '0.0.0.0', port },
          { address: '::', port },
          { address: '127.0.0.1', port: 1521 },
        ],
      },
      { discover: true },
    );
    expect(source(`*:${port} (app.example.com)`)).toMatchObject({ shouldServe: ['/etc/nginx/app.pem'], reload: 'nginx' });
    expect(content(`*:${port} (app.example.com)`).certificates[0]?.notAfter).toBe('2027-10-01T00:00:00.000Z');
    expect(content('/etc/nginx/app.pem')).toMatchObject({
      key: { kind: 'other', path: '/etc/nginx/app.key' },
      certificates: [{ notAfter: '2027-11-01T00:00:00.000Z' }, {}],
    });
  });

  test('proves the key of its certificate where the key itself may not be read', async () => {
    const port = await listen({ cert: leaf.pem, key: leaf.keyPem });
    const { content } = await look(
      { files: { '/a.pem': leaf.pem, '/a.key': leaf.keyPem }, denied: ['/a.key'] },
      { files: [{ path: '/a.pem', keyFile: '/a.key' }], listeners: [{ address: '127.0.0.1', port }] },
    );
    expect(content('/a.pem').key).toEqual({ kind: 'proven-by-handshake' });
  });
});

describe('a look', () => {
  test('twice gives the same facts, and what is left of each life as readings', async () => {
    const paper = { files: { '/a.pem': leaf.pem + intermediate.pem } };
    const [first, second] = [await look(paper, { files: ['/a.pem'] }), await look(paper, { files: ['/a.pem'] })];
    expect(canonicalJson(second.facts)).toBe(canonicalJson(first.facts));
    expect(first.outcome).toMatchObject({ readings: expect.arrayContaining([{ name: 'daysLeft', subject: '/a.pem #0', value: 311.5 }]) });
  });
});
