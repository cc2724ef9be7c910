// What clients of the standby meet although names and dates of the certificate are right.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { callsOf, judgeCase, sides, topology } from '../../../test/support/oci-cases.ts';
import type { Role } from '../../contract/node.ts';
import type { RecordedCall } from '../../tenancy/recorded.ts';
import { probe } from './index.ts';
import { pairListeners } from './pairs.ts';
import { readBalancer } from './parse-balancer.ts';
import { addressName } from './rules-certificates.ts';

const base = 'tls-lb-symmetric-other-name';

// biome-ignore lint/suspicious/noExplicitAny: bodies are changed in ways that no type allows.
type Body = any;
type Change = (body: Body, side: Role) => void;

const worldOf = (change: Change): readonly RecordedCall[] =>
  sides.flatMap((side): readonly RecordedCall[] => {
    const body = structuredClone(callsOf(base, side).find(({ operation }) => operation === 'getLoadBalancer')?.body) as Body;
    change(body, side);
    return [
      { operation: 'listLoadBalancers', with: { compartmentId: topology[side].compartmentId }, body: [body] },
      { operation: 'getLoadBalancer', with: { loadBalancerId: body.id }, body },
    ];
  });

const findingsAfter = async (change: Change) =>
  (await judgeCase(probe, base, { over: [...worldOf(change), { operation: 'getBackendSetHealth', with: {}, body: { status: 'OK' } }] }))
    .findings;

const codesAfter = async (change: Change): Promise<readonly string[]> =>
  (await findingsAfter(change)).map(({ code, severity }) => `${code.slice('balancers/'.length)} ${severity}`);

const pem = (name: string): string => readFileSync(new URL(`../../../test/fixtures/balancers/${name}.pem`, import.meta.url), 'utf8');

const serving =
  (own: string, authorities: string | null, isAt: (side: Role) => boolean = (side) => side === 'standby'): Change =>
  (body, side) => {
    if (!isAt(side)) return;
    const name = body.listeners.https.sslConfiguration.certificateName;
    body.certificates = { [name]: { certificateName: name, publicCertificate: own, caCertificate: authorities } };
  };

test('one that vouches for itself is no match for one of an authority', async () => {
  expect(await codesAfter(serving(pem('self-signed'), null))).toContain('self-signed blocker');
  expect(await codesAfter(serving(pem('self-signed'), null, () => true))).not.toContain('self-signed blocker');
});

test('an intermediate that is over is told, whether or not the primary sends it too', async () => {
  const [leaf, ended] = [pem('leaf'), pem('ended-intermediate')];
  expect(await codesAfter(serving(leaf, ended))).toContain('chain-expired blocker');
  expect(await codesAfter(serving(leaf, ended, () => true))).toContain('chain-expired blocker');
});

const withOther =
  (used: { readonly [side in Role]: string }): Change =>
  (body, side) => {
    const own = body.backendSets['bs-web'];
    body.backendSets['bs-other'] = { ...own, name: 'bs-other', backends: own.backends.map((one: Body) => ({ ...one, port: 9090 })) };
    body.listeners.https.defaultBackendSetName = used[side];
  };

test('a listener sends to the set of the primary’s name, or to the same machines', async () => {
  expect(await codesAfter(withOther({ primary: 'bs-other', standby: 'bs-other' }))).toEqual([]);
  expect(await codesAfter(withOther({ primary: 'bs-web', standby: 'bs-other' }))).toContain('listener-set-differs blocker');
  expect(await codesAfter(withOther({ primary: 'bs-web', standby: 'bs-none' }))).toContain('listener-set-differs blocker');
});

const suites =
  (ciphers: { readonly [side in Role]: string }, protocols = ['TLSv1.2']): Change =>
  (body, side) => {
    body.sslCipherSuites = { own: { name: 'own', ciphers: [ciphers[side]] } };
    Object.assign(body.listeners.https.sslConfiguration, { cipherSuiteName: 'own', protocols });
  };

test('suites of one’s own must have a cipher in common, and one for the key', async () => {
  const primary = 'ECDHE-RSA-AES128-GCM-SHA256';
  expect(await codesAfter(suites({ primary, standby: primary }))).toEqual([]);
  expect(await codesAfter(suites({ primary, standby: 'AES256-SHA' }))).toEqual(['tls-incompatible blocker']);
  expect(await codesAfter(suites({ primary, standby: 'ECDHE-ECDSA-AES128-GCM-SHA256' }))).toContain('cipher-unusable blocker');
});

test('no remedy lowers the standby to versions that are out of use, or turns verification off', async () => {
  const [old] = await findingsAfter((body, side) =>
    Object.assign(body.listeners.https.sslConfiguration, { protocols: side === 'primary' ? ['TLSv1.1'] : ['TLSv1.2'] }),
  ).then((all) => all.filter(({ code }) => code === 'balancers/tls-incompatible'));
  expect(old?.remedy).not.toContain(' update ');
  const authorities: Change = (body, side) =>
    Object.assign(body.listeners.https.sslConfiguration, {
      verifyPeerCertificate: true,
      trustedCertificateAuthorityIds: side === 'primary' ? ['ocid1.cabundle.a', 'ocid1.cabundle.b'] : ['ocid1.cabundle.c'],
    });
  const lacking = (await findingsAfter(authorities)).find(({ code }) => code === 'balancers/authority-missing');
  expect(lacking?.remedy).toContain('--ssl-verify-peer-certificate true');
});

test('where the port is taken the listener is updated, with the rules that the primary’s has', async () => {
  const change: Change = (body, side) => {
    body.ruleSets = { redir: { name: 'redir', items: [] } };
    Object.assign(body.listeners.http, { ruleSetNames: ['redir'] });
    if (side === 'standby') Object.assign(body.listeners.http, { protocol: 'TCP' });
  };
  const missing = (await findingsAfter(change)).find(({ code }) => code === 'balancers/listener-missing');
  expect(missing?.remedy).toMatch(/listener update .*--listener-name http .*--rule-set-names '\["redir"\]'/);
});

const verifying: Change = (body) => {
  body.certificates.authorities = { certificateName: 'authorities', publicCertificate: null, caCertificate: pem('ended-intermediate') };
  body.backendSets['bs-web'].sslConfiguration = { certificateName: 'authorities', verifyPeerCertificate: true, verifyDepth: 1 };
};

const onListener =
  (there: Body, here: Body): Change =>
  (body, side) => {
    const { hostname, ...more } = side === 'primary' ? there : here;
    Object.assign(body, { hostnames: { one: { name: 'one', hostname } } }, more);
    body.listeners.https.hostnameNames = ['one'];
  };

const testedOn =
  (port: number | null): Change =>
  (body, side) => {
    if (side === 'primary') body.backendSets['bs-web'].healthChecker.port = body.backendSets['bs-web'].backends[0].port;
    else body.backendSets['bs-web'].healthChecker.port = port;
  };

const redirecting: Change = (body, side) => {
  const item = { action: 'REDIRECT', responseCode: 301, ...(side === 'primary' ? { description: null } : {}) };
  body.ruleSets = { redir: { name: 'redir', items: [item] } };
  body.listeners.http.ruleSetNames = ['redir'];
};

test.each<[string, Change]>([
  ['a bundle of authorities only, to verify backends with', verifying],
  ['a wildcard host that covers the primary’s', onListener({ hostname: 'www.pay.example.com' }, { hostname: '*.pay.example.com' })],
  ['a host with an asterisk at its end', onListener({ hostname: 'www.pay.example.com' }, { hostname: 'www.pay.*' })],
  ['a health check on port 0, which is the backend’s', testedOn(0)],
  ['a health check without a port', testedOn(null)],
  ['a rule with a null in place of nothing', redirecting],
])('%s is lawful', async (_, change) => {
  expect(await codesAfter(change)).toEqual([]);
});

test('an address in a certificate is that of the standby by the same name', () => {
  const scope = (address: string) => ({ settings: { scope: { addresses: { vip: [address] } } } });
  const context = { primary: scope('203.0.113.10'), standby: scope('198.51.100.20') } as never;
  expect(addressName('IP:203.0.113.10', context)).toBe('IP:198.51.100.20');
  expect(addressName('IP:203.0.113.11', context)).toBeNull();
});

test('TCP and UDP on one listener stand for either, and not the other way round', () => {
  const side = (protocol: string) => ({
    content: { listeners: [{ name: 'dns', port: 53, protocol, hostnames: [], rules: [], tls: null }] },
  });
  const missing = (standby: string, primary: string) =>
    pairListeners({ standby: side(standby), primary: side(primary) } as never, (one) => one).missing.length;
  expect([missing('TCP_AND_UDP', 'TCP'), missing('TCP_AND_UDP', 'UDP'), missing('TCP', 'TCP_AND_UDP')]).toEqual([0, 0, 1]);
});

test('an IPv6 backend is one machine however it is written', () => {
  const addressOf = (ipAddress: string) =>
    readBalancer({ id: 'a', listeners: {}, backendSets: { one: { backends: [{ ipAddress, port: 1 }] } } })?.content?.backendSets[0]
      ?.backends;
  expect(addressOf('2603:C021:0:0::1')).toEqual(addressOf('2603:c021::1'));
});
