// What clients of the standby meet although names and dates of the certificate are right.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { callsOf, judgeCase, sides, topology } from '../../../test/support/oci-cases.ts';
import type { Role } from '../../contract/node.ts';
import type { RecordedCall } from '../../tenancy/recorded.ts';
import { probe } from './index.ts';

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
