// One balancer on each side, equal in meaning; each test takes something away and names what is then said.
import { describe, expect, test } from 'vitest';
import { asOf, callsOf, judgeCase, regionOf, scopeOf, sides, snapshotOf, topology } from '../../../test/support/oci-cases.ts';
import type { Role } from '../../contract/node.ts';
import { judge } from '../../judge/judge.ts';
import type { RecordedCall } from '../../tenancy/recorded.ts';
import { probe } from './index.ts';

const base = 'tls-lb-symmetric-other-name';

// biome-ignore lint/suspicious/noExplicitAny: bodies are changed in ways that no type allows.
type Body = any;
type Change = (body: Body, side: Role) => void;

function balancerOf(side: Role, change: Change): Body {
  const body = structuredClone(callsOf(base, side).find(({ operation }) => operation === 'getLoadBalancer')?.body) as Body;
  change(body, side);
  return body;
}

const world = (change: Change = () => {}): readonly RecordedCall[] =>
  sides.flatMap((side): readonly RecordedCall[] => {
    const body = balancerOf(side, change);
    return [
      { operation: 'listLoadBalancers', with: { compartmentId: topology[side].compartmentId }, body: body.id === undefined ? [] : [body] },
      { operation: 'getLoadBalancer', with: { loadBalancerId: body.id }, body },
    ];
  });

const health = (status: string): RecordedCall => ({ operation: 'getBackendSetHealth', with: {}, body: { status } });

const judged = (over: readonly RecordedCall[], settings: Readonly<Record<string, unknown>> = {}) =>
  judgeCase(probe, base, { over: [...over, health('OK')] }, settings);

const standbyOnly =
  (change: (body: Body) => void): Change =>
  (body, side) => {
    if (side === 'standby') change(body);
  };

async function codesAfter(change: Change, settings: Readonly<Record<string, unknown>> = {}): Promise<readonly string[]> {
  const { findings } = await judged(world(change), settings);
  return findings.map(({ code, severity }) => `${code.slice('balancers/'.length)} ${severity}`).sort();
}

const https = (body: Body): Body => body.listeners.https;
const tls = (body: Body): Body => https(body).sslConfiguration;
const web = (body: Body): Body => body.backendSets['bs-web'];

test('two that are equal in meaning are ready, with nothing said', async () => {
  const { verdict, findings } = await judged(world());
  expect({ verdict, findings }).toEqual({ verdict: 'ready', findings: [] });
});

describe('a balancer', () => {
  test.each<[string, (body: Body) => void, readonly string[]]>([
    ['failed', (body) => Object.assign(body, { lifecycleState: 'FAILED' }), ['not-active blocker']],
    ['is private', (body) => Object.assign(body, { isPrivate: true }), ['private-here blocker']],
    ['is narrower', (body) => Object.assign(body, { shapeDetails: { maximumBandwidthInMbps: 10 } }), ['bandwidth-narrower warning']],
    ['has another name', (body) => Object.assign(body, { displayName: 'lb-shop' }), ['balancer-missing blocker']],
    ['has a state of tomorrow that works', (body) => Object.assign(body, { lifecycleState: 'UPDATING' }), []],
  ])('that %s', async (_, change, codes) => {
    expect(await codesAfter(standbyOnly(change))).toEqual(codes);
  });

  test('is found under a name that speaks of its region, or that the scope maps', async () => {
    expect(
      await codesAfter((body, side) => Object.assign(body, { displayName: side === 'primary' ? 'lb-IAD-pay' : 'lb-phx-pay' })),
    ).toEqual([]);
  });
});

describe('a listener', () => {
  test.each<[string, (body: Body) => void, readonly string[]]>([
    ['without TLS in place of one with it', (body) => Object.assign(https(body), { sslConfiguration: null }), ['listener-missing blocker']],
    ['on another port', (body) => Object.assign(https(body), { port: 8443 }), ['listener-extra warning', 'listener-missing blocker']],
    ['that speaks HTTP/2', (body) => Object.assign(https(body), { protocol: 'HTTP2' }), ['listener-protocol-differs warning']],
    ['that speaks TCP', (body) => Object.assign(https(body), { protocol: 'TCP' }), ['listener-missing blocker']],
    ['that serves TLS 1.3 only', (body) => Object.assign(tls(body), { protocols: ['TLSv1.3'] }), ['tls-narrower warning']],
    [
      'that serves TLS 1.1 only',
      (body) => Object.assign(tls(body), { protocols: ['TLSv1.1'] }),
      ['tls-broader warning', 'tls-incompatible blocker'],
    ],
    [
      'with another cipher suite',
      (body) => Object.assign(tls(body), { cipherSuiteName: 'oci-wider-compatible-ssl-cipher-suite-v1' }),
      ['tls-broader warning'],
    ],
    [
      'that asks for client certificates',
      (body) => Object.assign(tls(body), { verifyPeerCertificate: true }),
      ['client-certificate-asked blocker'],
    ],
    ['whose bundle is gone', (body) => Object.assign(tls(body), { certificateName: 'gone' }), ['certificate-missing blocker']],
    [
      'that is for some hosts only',
      (body) => {
        body.hostnames = { pay: { name: 'pay', hostname: 'pay.example.com' } };
        https(body).hostnameNames = ['pay'];
      },
      ['hostname-missing blocker'],
    ],
    [
      'beside which one more is open',
      (body) => Object.assign(body.listeners, { more: { name: 'more', port: 8080, protocol: 'HTTP' } }),
      ['listener-extra warning'],
    ],
  ])('%s', async (_, change, codes) => {
    expect(await codesAfter(standbyOnly(change))).toEqual(codes);
  });

  test('has the rules of the primary’s, in the standby’s words', async () => {
    const rules = (address: string) => (body: Body) => {
      body.ruleSets = { edge: { name: 'edge', items: [{ action: 'ALLOW', conditions: [{ attributeValue: address }] }] } };
      https(body).ruleSetNames = ['edge'];
    };
    const at =
      (primary: string, standby: string): Change =>
      (body, side) =>
        rules(side === 'primary' ? primary : standby)(body);
    expect(await codesAfter(at('10.0.20.0/24', '10.1.20.0/24'))).toEqual([]);
    expect(await codesAfter(at('10.0.20.0/24', '10.0.20.0/24'))).toEqual(['rules-differ warning']);
  });

  test('may share its port with others, for other hosts', async () => {
    const hosts: Change = (body, side) => {
      body.hostnames = { a: { hostname: 'a.example.com' }, b: { hostname: 'b.example.com' } };
      const own = https(body);
      const names = side === 'primary' ? ['one', 'two'] : ['two', 'one'];
      body.listeners = {
        [names[0]!]: { ...own, name: names[0], hostnameNames: ['a'] },
        [names[1]!]: { ...own, name: names[1], hostnameNames: ['b'] },
        http: body.listeners.http,
      };
    };
    expect(await codesAfter(hosts)).toEqual([]);
  });
});

describe('a backend', () => {
  test.each<[string, (body: Body) => void, readonly string[]]>([
    ['set that is empty', (body) => Object.assign(web(body), { backends: [] }), ['backend-missing warning', 'no-live-backend blocker']],
    ['that is another machine', (body) => Object.assign(web(body).backends[0], { ipAddress: '10.1.10.99' }), ['backend-missing warning']],
    [
      'that is drained',
      (body) => Object.assign(web(body).backends[0], { drain: true }),
      ['backend-offline warning', 'no-live-backend blocker'],
    ],
    [
      'of the primary’s network',
      (body) => Object.assign(web(body).backends[0], { ipAddress: '10.0.10.11' }),
      ['backend-missing warning', 'backend-of-primary warning', 'no-live-backend blocker'],
    ],
    [
      'set with TLS',
      (body) => Object.assign(web(body), { sslConfiguration: { certificateName: null, verifyPeerCertificate: false } }),
      ['backend-tls-differs blocker'],
    ],
    ['set with another test', (body) => Object.assign(web(body).healthChecker, { urlPath: '/' }), ['health-check-differs warning']],
  ])('%s', async (_, change, codes) => {
    expect(await codesAfter(standbyOnly(change))).toEqual(codes);
  });

  test('set that the recovery plan fills may be empty', async () => {
    const empty = standbyOnly((body) => Object.assign(web(body), { backends: [] }));
    expect(await codesAfter(empty, { filledByPlan: ['lb-pay/bs-web'] })).toEqual([]);
    expect(await codesAfter(empty, { filledByPlan: ['lb-pay/other'] })).not.toEqual([]);
  });

  test('set that is found unwell is a warning, and one that could not be asked is a note', async () => {
    const critical = await judgeCase(probe, base, { over: [...world(), health('CRITICAL')] });
    expect([critical.verdict, critical.findings.map(({ code }) => code)]).toEqual(['degraded', ['balancers/health-critical']]);
    const dark = await judgeCase(probe, base, { over: world() });
    expect([dark.verdict, dark.findings.map(({ code, severity }) => `${code} ${severity}`)]).toEqual([
      'ready',
      ['balancers/health-unseen note'],
    ]);
  });
});

describe('what could not be seen', () => {
  const denied = (operation: RecordedCall['operation'], side: Role): RecordedCall => ({
    operation,
    with: { compartmentId: topology[side].compartmentId },
    status: 404,
    body: { code: 'NotAuthorizedOrNotFound', message: '' },
  });

  test.each(sides)('balancers of the %s make the verdict unknown, and nothing is missing', async (side) => {
    const { verdict, findings } = await judged([denied('listLoadBalancers', side), ...world()]);
    expect(verdict).toBe('unknown');
    expect(findings.some(({ code }) => code === 'balancers/balancer-missing')).toBe(false);
  });

  test('a bundle that does not show and may not be listed is unknown', async () => {
    const change = standbyOnly((body) => Object.assign(body, { certificates: {} }));
    const { verdict, findings } = await judged([
      { operation: 'listLoadBalancerCertificates', with: {}, status: 404, body: {} },
      ...world(change),
    ]);
    expect([verdict, findings.map(({ code }) => code)]).toEqual(['unknown', ['balancers/certificate-unseen']]);
  });

  test('a bundle that is no certificate is unknown, too', async () => {
    const change = standbyOnly((body) => {
      for (const one of Object.values<Body>(body.certificates))
        one.publicCertificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----';
    });
    expect((await judged(world(change))).verdict).toBe('unknown');
  });

  test('a listener whose certificate of the service may not be read is unknown', async () => {
    const change: Change = (body) => Object.assign(tls(body), { certificateName: null, certificateIds: ['ocid1.certificate.oc1..a'] });
    expect((await judged(world(change))).verdict).toBe('unknown');
  });
});

describe('a certificate of the Certificates service', () => {
  const id = (side: Role): string => `ocid1.certificate.oc1.${side}.a`;
  const use: Change = (body, side) => Object.assign(tls(body), { certificateName: null, certificateIds: [id(side)] });
  const entry = (side: Role): Body => ({
    ...callsOf('tls-cert-service-symmetric', side).map(({ body }) => (body as Body).items[0])[0],
    id: id(side),
  });
  const told = (side: Role, change: (body: Body) => void): RecordedCall => {
    const body = structuredClone(entry(side));
    change(body);
    return { operation: 'getCertificate', with: { certificateId: id(side) }, body };
  };

  test.each<[string, (body: Body) => void, readonly string[]]>([
    ['that is alike', () => {}, []],
    ['that is being deleted', (body) => Object.assign(body, { lifecycleState: 'PENDING_DELETION' }), ['certificate-withdrawn blocker']],
    [
      'that is revoked',
      (body) => Object.assign(body.currentVersionSummary, { revocationStatus: { revocationReason: 'KEY_COMPROMISE' } }),
      ['certificate-withdrawn blocker'],
    ],
    ['with another kind of key', (body) => Object.assign(body, { keyAlgorithm: 'ECDSA_P256' }), ['key-differs warning']],
    ['with a longer key', (body) => Object.assign(body, { keyAlgorithm: 'RSA4096' }), []],
    ['whose current version does not show', (body) => Object.assign(body, { currentVersionSummary: null }), ['certificate-unseen warning']],
    ['that lost a name', (body) => body.currentVersionSummary.subjectAlternativeNames.pop(), ['name-missing blocker']],
  ])('%s', async (_, change, codes) => {
    const { findings } = await judged([told('primary', () => {}), told('standby', change), ...world(use)]);
    const said = findings.map(({ code, severity }) => `${code.slice('balancers/'.length)} ${severity}`);
    expect(said.filter((one) => one !== 'chain-unseen note').sort()).toEqual(codes);
  });
});

test('roles may turn round: what the primary lacked is then what the standby lacks no more', async () => {
  const change = standbyOnly((body) => Object.assign(web(body), { backends: [] }));
  const look = (side: Role, role: Role) =>
    snapshotOf({ probe, region: regionOf(base, side, { over: [...world(change), health('OK')] }), scope: scopeOf(side), role });
  const [subject, twin] = await Promise.all([look('primary', 'standby'), look('standby', 'primary')]);
  const { verdict, findings } = judge({ now: asOf, subject, twin, earlier: [], probes: new Map([[probe.id, probe]]) });
  expect([verdict, findings.map(({ code }) => code)]).toEqual(['ready', []]);
});
