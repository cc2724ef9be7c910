import { describe, expect, test } from 'vitest';
import type { NodeIdentity, Site } from '../../contract/node.ts';
import type { Draft } from '../../contract/rule.ts';
import type { Certificate, Chain, Facts, KeyMatch, Source, Wallet } from './facts.ts';
import { rules } from './rules.ts';
import { defaultSettings, type Settings } from './settings.ts';

const now = Date.parse('2026-11-23T12:00:00Z');

const node = (name: string, site: Site = {}): NodeIdentity => ({
  id: name,
  name,
  role: 'standby',
  group: null,
  twin: null,
  site,
  version: '0',
});

/** Valid, strong and for one name, unless said otherwise. */
const certificate = (change: Partial<Certificate> = {}): Certificate => ({
  position: 0,
  use: 'leaf',
  sha256: 'a'.repeat(64),
  subject: 'CN=app.example.com',
  issuer: 'CN=Issuing, O=Example',
  names: ['DNS:app.example.com'],
  serial: '01',
  notBefore: '2026-06-01T00:00:00.000Z',
  notAfter: '2027-06-01T00:00:00.000Z',
  key: { type: 'rsa', bits: 2048, sha256: 'b'.repeat(64) },
  signature: 'sha256WithRSAEncryption',
  isCa: false,
  isSelfSigned: false,
  ...change,
});

const complete: Chain = { leaf: 0, completeness: { kind: 'complete', anchor: 'trusted-here' }, isInOrder: true };

interface Change {
  readonly where?: string;
  readonly kind?: Source['kind'];
  readonly certificates?: readonly Certificate[];
  readonly chain?: Partial<Chain>;
  readonly key?: KeyMatch;
  readonly damaged?: readonly string[];
  readonly source?: Partial<Source>;
}

const source = ({
  where = '/etc/app.pem',
  kind = 'file',
  certificates = [certificate()],
  chain = {},
  key = { kind: 'not-named' },
  damaged = [],
  source: more = {},
}: Change = {}): Source => ({
  where,
  kind,
  foundBy: 'settings',
  serverNames: [],
  mustCover: [],
  shouldServe: [],
  content: {
    kind: 'seen',
    format: kind === 'listener' ? 'tls' : 'pem',
    certificates: [...certificates],
    chains: certificates.flatMap(({ use, position }) => (use === 'leaf' ? [{ ...complete, leaf: position, ...chain }] : [])),
    key,
    damaged: [...damaged],
  },
  ...more,
});

const facts = (...sources: readonly Source[]): Facts => ({ sources: [...sources], unsearched: [] });

interface Found extends Draft {
  readonly code: string;
  readonly remedy: string;
}

function alone(seen: Facts, settings: Partial<Settings> = {}): readonly Found[] {
  const context = { now, node: node('standby'), settings: { ...defaultSettings, ...settings }, readings: [] };
  return rules.flatMap((rule) =>
    rule.kind === 'paired' ? [] : rule.judge(seen, context).map((draft) => ({ ...draft, code: rule.code, remedy: rule.remedy(draft) })),
  );
}

function paired(standby: Facts, primary: Facts, sites: { standby?: Site; primary?: Site } = {}): readonly Found[] {
  const side = (name: string, site: Site | undefined) => ({ node: node(name, site), settings: defaultSettings, readings: [], seenAt: now });
  const context = { now, standby: side('standby', sites.standby), primary: side('primary', sites.primary) };
  return rules.flatMap((rule) =>
    rule.kind === 'alone'
      ? []
      : rule.judge(standby, primary, context).map((draft) => ({ ...draft, code: rule.code, remedy: rule.remedy(draft) })),
  );
}

const codes = (found: readonly Found[]): readonly string[] => found.map(({ code }) => code);

describe('one side by itself', () => {
  test('a certificate that is valid, whole and strong is not worth a word', () => {
    expect(alone(facts(source({ key: { kind: 'belongs', path: '/k' } })))).toEqual([]);
  });

  test('one that has ended says when, and how it is renewed', () => {
    const where = '/etc/letsencrypt/live/app/fullchain.pem';
    const over = certificate({ notAfter: '2026-11-20T00:00:00.000Z' });
    const [found, ...others] = alone(facts(source({ where, certificates: [over], source: { manager: 'certbot', reload: 'nginx' } })));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ code: 'certs/expired', subject: where, actual: 'ended 2026-11-20T00:00:00.000Z' });
    expect(found?.remedy.split('\n')).toEqual([
      '$ sudo certbot renew --cert-name app',
      '$ sudo systemctl reload nginx',
      `$ openssl x509 -in ${where} -noout -subject -issuer -dates -ext subjectAltName`,
    ]);
  });

  test('the last second of a certificate still counts', () => {
    const at = (notAfter: string) => codes(alone(facts(source({ certificates: [certificate({ notAfter })] }))));
    expect(at('2026-11-23T12:00:00.000Z')).toEqual(['certs/ends-soon']);
    expect(at('2026-11-23T11:59:58.000Z')).toEqual(['certs/expired']);
  });

  test('an intermediate that has ended is as bad as its leaf, a root or a trusted authority is not', () => {
    const over = { notAfter: '2026-01-01T00:00:00.000Z', subject: 'CN=Old' };
    const withUse = (use: Certificate['use']) =>
      codes(alone(facts(source({ certificates: [certificate(), certificate({ position: 1, use, ...over })] }))));
    expect(withUse('intermediate')).toEqual(['certs/expired']);
    expect(withUse('root')).toEqual(['certs/authority-expired']);
    expect(withUse('authority')).toEqual(['certs/authority-expired']);
  });

  test('one that has not begun is refused', () => {
    expect(codes(alone(facts(source({ certificates: [certificate({ notBefore: '2026-12-01T00:00:00.000Z' })] }))))).toEqual([
      'certs/not-yet-valid',
    ]);
  });

  test.each([
    ['six days, half used', '2026-11-20T12:00:00Z', '2026-11-26T12:00:00Z', false],
    ['six days, one left', '2026-11-18T12:00:00Z', '2026-11-24T12:00:00Z', true],
    ['ninety days, at the renewal of ACME', '2026-09-24T12:00:00Z', '2026-12-23T12:00:00Z', false],
    ['ninety days, renewal a week late', '2026-09-15T12:00:00Z', '2026-12-14T12:00:00Z', true],
    ['a year, forty days left', '2026-01-02T12:00:00Z', '2027-01-02T12:00:00Z', false],
    ['a year, twenty-nine days left', '2025-12-22T12:00:00Z', '2026-12-22T11:00:00Z', true],
    ['ten years, a year left', '2017-11-23T12:00:00Z', '2027-11-23T12:00:00Z', false],
  ])('of %s, ends soon is said rightly', (_, notBefore, notAfter, isSoon) => {
    expect(codes(alone(facts(source({ certificates: [certificate({ notBefore, notAfter })] }))))).toEqual(
      isSoon ? ['certs/ends-soon'] : [],
    );
  });

  test('what ends soon has an actual value that does not move from day to day', () => {
    const [found] = alone(facts(source({ certificates: [certificate({ notAfter: '2026-12-01T00:00:00.000Z' })] })));
    expect(found?.actual).toBe('ends 2026-12-01T00:00:00.000Z');
  });

  test.each([
    [{ kind: 'other', path: '/k' }, ['certs/key-differs']],
    [{ kind: 'missing', path: '/k' }, ['certs/key-missing']],
    [{ kind: 'unseen', path: '/k', reason: 'denied', detail: 'permission denied' }, ['certs/key-unseen']],
    [{ kind: 'belongs', path: '/k' }, []],
    [{ kind: 'proven-by-handshake' }, []],
    [{ kind: 'in-store' }, []],
  ] as const)('with the key %j it finds %j', (key, expected) => {
    expect(codes(alone(facts(source({ key }))))).toEqual(expected);
  });

  test('a chain that lacks an issuer names it', () => {
    const [found] = alone(facts(source({ chain: { completeness: { kind: 'incomplete', missing: 'CN=Issuing' } } })));
    expect(found).toMatchObject({ code: 'certs/chain-incomplete', actual: 'nothing here was issued to CN=Issuing' });
  });

  test('a chain that cannot be followed, is out of order or vouches for itself is said to', () => {
    expect(codes(alone(facts(source({ chain: { completeness: { kind: 'unseen', reason: 'unparsable', detail: 'circle' } } }))))).toEqual([
      'certs/chain-unseen',
    ]);
    expect(codes(alone(facts(source({ chain: { isInOrder: false } }))))).toEqual(['certs/chain-out-of-order']);
    expect(codes(alone(facts(source({ chain: { completeness: { kind: 'self-signed' } } }))))).toEqual(['certs/self-signed']);
  });

  test('a name that must be covered blocks, one that a server merely bears warns', () => {
    const found = alone(
      facts(source({ source: { mustCover: ['app.example.com', 'db.example.com'], serverNames: ['db.example.com', 'www.example.com'] } })),
    );
    expect(found).toMatchObject([
      { code: 'certs/name-not-covered', expected: 'valid for db.example.com' },
      { code: 'certs/server-name-not-covered', expected: 'valid for www.example.com' },
    ]);
  });

  test.each([
    [{ type: 'rsa', bits: 1024 }, 'rsa of 1024 bits'],
    [{ type: 'dsa', bits: 1024 }, 'dsa of 1024 bits'],
    [{ type: 'ec', bits: 192, curve: 'P-192' }, 'ec of 192 bits'],
  ])('the key %j is weak', (key, actual) => {
    expect(alone(facts(source({ certificates: [certificate({ key: { ...key, sha256: '' } })] })))).toMatchObject([
      { code: 'certs/weak-key', actual },
    ]);
  });

  test.each([{ type: 'rsa', bits: 2048 }, { type: 'ec', bits: 224, curve: 'secp224r1' }, { type: 'ed25519' }, { type: 'ml-dsa-65' }])(
    'the key %j is not',
    (key) => {
      expect(alone(facts(source({ certificates: [certificate({ key: { ...key, sha256: '' } })] })))).toEqual([]);
    },
  );

  test.each(['md5WithRSAEncryption', 'sha1WithRSAEncryption', 'ecdsa-with-SHA1', 'RSA-PSS-SHA1', 'dsaWithSHA1'])(
    '%s is a weak signature, but not on a root',
    (signature) => {
      expect(codes(alone(facts(source({ certificates: [certificate({ signature })] }))))).toEqual(['certs/weak-signature']);
      expect(
        alone(facts(source({ certificates: [certificate(), certificate({ position: 1, use: 'root', isSelfSigned: true, signature })] }))),
      ).toEqual([]);
    },
  );

  test.each(['sha256WithRSAEncryption', 'ecdsa-with-SHA384', 'RSA-PSS-SHA512', 'ED25519'])('%s is not', (signature) => {
    expect(alone(facts(source({ certificates: [certificate({ signature })] })))).toEqual([]);
  });

  test('a listener behind its file is found, by configuration or by names', () => {
    const old = certificate({ sha256: 'c'.repeat(64), notAfter: '2027-01-15T00:00:00.000Z' });
    const listener = (shouldServe: string[]) =>
      source({ where: '*:443', kind: 'listener', certificates: [old], source: { shouldServe, reload: 'nginx' } });
    for (const shouldServe of [['/etc/app.pem'], []]) {
      const [found, ...others] = alone(facts(listener(shouldServe), source()));
      expect(others).toEqual([]);
      expect(found).toMatchObject({ code: 'certs/listener-serves-other', subject: '*:443' });
      expect(found?.remedy).toContain('$ sudo systemctl reload nginx\n$ openssl s_client -connect 127.0.0.1:443');
    }
    expect(alone(facts(listener([]), source({ certificates: [certificate({ names: ['DNS:other.example'] })] })))).toEqual([]);
    expect(alone(facts(source({ where: '*:443', kind: 'listener' }), source()))).toEqual([]);
  });

  test('what is wrong with a file is not said again of the listener that serves it', () => {
    const over = certificate({ notAfter: '2026-11-20T00:00:00.000Z' });
    const found = alone(facts(source({ where: '*:443', kind: 'listener', certificates: [over] }), source({ certificates: [over] })));
    expect(found.map(({ code, subject }) => [code, subject])).toEqual([['certs/expired', '/etc/app.pem']]);
  });

  test('what is missing, unseen, damaged or unsearched is each a finding', () => {
    const found = alone({
      sources: [
        source({ where: '/missing', source: { content: { kind: 'missing' } } }),
        source({ where: '/denied', source: { content: { kind: 'unseen', reason: 'denied', detail: 'permission denied' } } }),
        source({ where: '/half', damaged: ['one certificate is damaged'] }),
      ],
      unsearched: [{ place: '/etc/letsencrypt/live', reason: 'denied', detail: 'the folder may not be entered' }],
    });
    expect(found.map(({ code, subject }) => [code, subject])).toEqual([
      ['certs/file-missing', '/missing'],
      ['certs/required-unseen', '/denied'],
      ['certs/required-unseen', '/half'],
      ['certs/place-unseen', '/etc/letsencrypt/live'],
    ]);
    expect(found[1]?.remedy).toContain('$ sudo setfacl -m u:understudy:r /denied');
  });

  test('entries of one keystore are told apart by alias', () => {
    const over = { notAfter: '2026-11-20T00:00:00.000Z' };
    const certificates = [
      certificate({ alias: 'one', ...over }),
      certificate({ alias: 'two', position: 1, sha256: 'd'.repeat(64), ...over }),
    ];
    expect(alone(facts(source({ where: '/a.jks', kind: 'store', certificates }))).map(({ subject }) => subject)).toEqual([
      '/a.jks [one]',
      '/a.jks [two]',
    ]);
  });
});

describe('a listener whose certificate lies on the disk too', () => {
  const listener = (change: Change = {}): Source => source({ where: '127.0.0.1:443', kind: 'listener', ...change });
  const torn: Partial<Chain> = { completeness: { kind: 'incomplete', missing: 'CN=Issuing' } };

  test('and that leaves out what the file has is told, with the file', () => {
    const [found, ...others] = alone(facts(source(), listener({ chain: torn })));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ code: 'certs/chain-incomplete', subject: '127.0.0.1:443' });
    expect(found?.remedy).toContain('/etc/app.pem holds the whole chain');
  });

  test('and that lacks what the file lacks is told once', () => {
    expect(alone(facts(source({ chain: torn }), listener({ chain: torn }))).map(({ subject }) => subject)).toEqual(['/etc/app.pem']);
  });

  test('must cover the names that are asked of it alone', () => {
    const asked = listener({ source: { serverNames: ['www.example.com'], mustCover: ['pay.example.com'] } });
    expect(alone(facts(source(), asked)).map(({ code, subject }) => [code, subject])).toEqual([
      ['certs/name-not-covered', '127.0.0.1:443'],
      ['certs/server-name-not-covered', '127.0.0.1:443'],
    ]);
  });

  test('lacks a name once, where file and listener are known by it', () => {
    const both = { source: { serverNames: ['www.example.com'] } };
    expect(alone(facts(listener(both), source(both))).map(({ subject }) => subject)).toEqual(['/etc/app.pem']);
  });
});

describe('a wallet', () => {
  const present = (modifiedAt: string, sha256 = 'e'.repeat(64)) => ({ kind: 'present', modifiedAt, sha256 }) as const;
  const wallet = (change: Partial<Wallet> = {}): Source =>
    source({
      where: '/wallet',
      kind: 'wallet',
      source: {
        wallet: {
          store: present('2026-11-01T00:00:00.000Z'),
          autoLogin: present('2026-11-01T00:00:01.000Z'),
          autoLoginKind: 'unseen',
          ...change,
        },
      },
    });

  test('whose auto-login copy is older than the store is stale, seconds do not count', () => {
    expect(codes(alone(facts(wallet({ autoLoginKind: 'portable', autoLogin: present('2026-10-01T00:00:00.000Z') }))))).toEqual([
      'certs/wallet-auto-login-stale',
    ]);
    expect(alone(facts(wallet({ autoLoginKind: 'portable', autoLogin: present('2026-10-31T23:59:58.000Z') })))).toEqual([]);
  });

  test('of which nobody says how it was made is noted, not guessed', () => {
    expect(codes(alone(facts(wallet())))).toEqual(['certs/wallet-auto-login-unproven']);
    expect(alone(facts(wallet({ autoLoginKind: 'local' })))).toEqual([]);
  });

  test('that is the primary’s own file blocks where it is local, warns where that is not known', () => {
    expect(codes(paired(facts(wallet()), facts(wallet())))).toEqual(['certs/wallet-copied']);
    expect(codes(paired(facts(wallet()), facts(wallet({ autoLoginKind: 'local' }))))).toEqual(['certs/local-wallet-copied']);
    expect(paired(facts(wallet({ autoLoginKind: 'portable' })), facts(wallet()))).toEqual([]);
    expect(paired(facts(wallet()), facts(wallet({ autoLogin: present('2026-11-01T00:00:01.000Z', 'f'.repeat(64)) })))).toEqual([]);
  });
});

describe('a standby beside its primary', () => {
  test('with the same certificates has nothing to say', () => {
    expect(paired(facts(source()), facts(source()))).toEqual([]);
  });

  test('whose certificate ends earlier was not renewed', () => {
    const [found, ...others] = paired(
      facts(source({ certificates: [certificate({ notAfter: '2027-01-01T00:00:00.000Z' })] })),
      facts(source()),
    );
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      code: 'certs/ends-before-primary',
      expected: 'ends 2027-06-01T00:00:00.000Z, as on the primary',
      actual: 'ends 2027-01-01T00:00:00.000Z',
    });
    expect(found?.remedy).toContain('$ sudo scp -p primary:/etc/app.pem /etc/app.pem');
  });

  test('whose certificate ends later is ahead, which is no finding', () => {
    expect(paired(facts(source()), facts(source({ certificates: [certificate({ notAfter: '2027-01-01T00:00:00.000Z' })] })))).toEqual([]);
  });

  test('without a certificate that the primary has lacks it, unless it lies elsewhere under the same names', () => {
    expect(codes(paired(facts(), facts(source())))).toEqual(['certs/missing-on-standby']);
    expect(paired(facts(source({ where: '/elsewhere.pem' })), facts(source()))).toEqual([]);
    expect(codes(paired(facts(), facts(source({ source: { foundBy: 'usual place' } }))))).toEqual(['certs/unreferenced-missing']);
    expect(paired(facts(), facts(source({ certificates: [certificate({ notAfter: '2026-01-01T00:00:00.000Z' })] })))).toEqual([]);
  });

  test('where a configured file is missing is told once, by the finding that knows from where to copy it', () => {
    const standby = facts(source({ source: { content: { kind: 'missing' } } }));
    const [lacks] = paired(standby, facts(source()));
    const [gone] = alone(standby);
    expect(lacks?.subject).toBe(gone?.subject);
    expect(lacks?.remedy).toContain('$ sudo scp -p primary:/etc/app.pem /etc/app.pem');
    expect(rules.find(({ code }) => code === gone?.code)?.dependsOn).toContain(lacks?.code);
  });

  const denied = (where: string, foundBy: string, more: Partial<Source> = {}): Source =>
    source({ where, source: { foundBy, content: { kind: 'unseen', reason: 'denied', detail: 'permission denied' }, ...more } });
  const listener = source({ where: '*:443', kind: 'listener', source: { shouldServe: ['/etc/nginx/app.pem'] } });

  test.each<readonly [string, readonly Source[], string]>([
    ['that the settings name', [denied('/app.pem', 'settings')], 'required'],
    ['that a service is configured with', [denied('/etc/nginx/app.pem', '/etc/nginx/nginx.conf')], 'required'],
    ['that a listener is seen to serve', [denied('/etc/nginx/app.pem', '/etc/nginx/nginx.conf'), listener], 'chance'],
    ['that merely lies there', [denied('/etc/pki/tls/certs/old.pem', 'usual place')], 'chance'],
    ['of a keystore that was only found', [denied('/opt/keystore.p12', '/opt/server.xml', { kind: 'store' })], 'chance'],
    ['of a keystore that the settings name', [denied('/opt/keystore.p12', 'settings', { kind: 'store' })], 'required'],
  ])('one %s and cannot be seen is known as well or as badly on either side', (_which, sources, how) => {
    const seen = { sources, unsearched: [] } as unknown as Facts;
    expect(codes(alone(seen))).toEqual([how === 'required' ? 'certs/required-unseen' : 'certs/source-unseen']);
    const said = codes(paired(facts(source()), seen)).filter((code) => code.startsWith('certs/primary'));
    expect(said).toEqual([how === 'required' ? 'certs/primary-unseen' : 'certs/primary-place-unseen']);
  });

  test('a key or a place that the settings name, and cannot be seen, leaves it unknown', () => {
    const key = { kind: 'unseen', path: '/k', reason: 'denied', detail: 'permission denied' } as const;
    const unsearched = [{ place: '/srv/tls', reason: 'denied', detail: 'the folder may not be entered' }] as Facts['unsearched'];
    const seen = { sources: [source({ key })], unsearched };
    const settings = { files: [{ path: '/etc/app.pem', keyFile: '/k' }, '/srv/tls/*.pem'] };
    expect(codes(alone(seen))).toEqual(['certs/key-unseen', 'certs/place-unseen']);
    expect(codes(alone(seen, settings))).toEqual(['certs/required-unseen', 'certs/required-unseen']);
  });

  test('that could not look where it would be is not said to lack it', () => {
    const denied = source({ source: { content: { kind: 'unseen', reason: 'denied', detail: 'permission denied' } } });
    expect(paired(facts(denied), facts(source()))).toEqual([]);
    expect(paired({ sources: [], unsearched: [{ place: '/etc', reason: 'denied', detail: 'no' }] }, facts(source()))).toEqual([]);
  });

  test('lacks names of the primary’s, but not those of the primary’s own site', () => {
    const sites = {
      standby: { domains: ['zrh.example.com'], networks: ['10.2.0.0/16'] },
      primary: { domains: ['fra.example.com'], networks: ['10.1.0.0/16'] },
    };
    const here = source({ certificates: [certificate({ names: ['DNS:app.zrh.example.com', 'DNS:standby', 'IP:10.2.0.9'] })] });
    const there = (more: string[]) =>
      source({ certificates: [certificate({ names: ['DNS:app.fra.example.com', 'DNS:primary', 'IP:10.1.0.5', ...more] })] });
    expect(paired(facts(here), facts(there([])), sites)).toEqual([]);
    expect(paired(facts(here), facts(there(['DNS:www.example.com', 'IP:192.0.2.1'])), sites)).toMatchObject([
      { code: 'certs/other-names', expected: 'valid for DNS:www.example.com, IP:192.0.2.1 too' },
    ]);
  });

  test('has another issuer only where another organization issued it', () => {
    const from = (issuer: string) => facts(source({ certificates: [certificate({ issuer })] }));
    expect(paired(from('CN=R10, O=Public'), from('CN=R11, O=Public'))).toEqual([]);
    expect(codes(paired(from('CN=R10, O=Public'), from('CN=Issuing, O=Own')))).toEqual(['certs/other-issuer']);
    expect(codes(paired(from('CN=a'), from('CN=b')))).toEqual(['certs/other-issuer']);
  });

  test('has another kind of key', () => {
    const ec = certificate({ key: { type: 'ec', bits: 256, curve: 'P-256', sha256: '' } });
    expect(paired(facts(source({ certificates: [ec] })), facts(source()))).toMatchObject([
      { code: 'certs/other-key-type', expected: 'rsa 2048', actual: 'ec P-256' },
    ]);
  });

  test('trusts fewer authorities', () => {
    const store = (...certificates: Certificate[]) => facts(source({ where: '/trust.jks', kind: 'store', certificates }));
    const own = certificate({ use: 'authority', subject: 'CN=Own', sha256: '1'.repeat(64) });
    const partner = certificate({ use: 'authority', position: 1, subject: 'CN=Partner', sha256: '2'.repeat(64) });
    expect(paired(store(own), store(own, partner))).toMatchObject([
      { code: 'certs/authority-missing', subject: '/trust.jks (CN=Partner 22222222)' },
    ]);
    expect(paired(store(own, partner), store(own))).toEqual([]);
  });

  test('that is cold serves nothing, which is noted', () => {
    const listener = source({ where: '*:443', kind: 'listener' });
    expect(codes(paired(facts(source()), facts(source(), listener)))).toEqual(['certs/not-served-here']);
  });
});
