// The recorded cases of TLS at balancers, and their answers.
import { describe, expect, test } from 'vitest';
import { callsOf, caseOf, casesOf, faultsOf, judgeCase, sides, topology } from '../../../test/support/oci-cases.ts';
import type { RecordedCall } from '../../tenancy/recorded.ts';
import type { isSeen } from './facts.ts';
import { probe } from './index.ts';
import { readBalancer } from './parse-balancer.ts';
import { readHealth } from './parse-health.ts';

const bodiesOf = (id: string, side: (typeof sides)[number], operation: RecordedCall['operation']): readonly unknown[] =>
  callsOf(id, side).flatMap((call) => (call.operation === operation ? [call.body] : []));

/** The cases answer for one balancer; that it is in the compartment is said here. */
const listed = (id: string): readonly RecordedCall[] =>
  sides.map((side) => ({
    operation: 'listLoadBalancers',
    with: { compartmentId: topology[side].compartmentId },
    body: bodiesOf(id, side, 'getLoadBalancer'),
  }));

const certificateIds = {
  primary: 'ocid1.certificate.oc1.iad.amaaaaaarxl55cig5gragsr3ip3hb5kseyrke66f7r2ggk3o5reffpmxd3ua',
  standby: 'ocid1.certificate.oc1.phx.amaaaaaaui5qbuguiqzoswvdddjxfjck5q3gdsm6muubd7jbkeo24nmtrd2a',
};

/** A balancer on each side whose listener uses the certificate of the Certificates service. */
const managed = (id: string): readonly RecordedCall[] => {
  const answered = sides.map((side) => {
    const body = structuredClone(bodiesOf('tls-lb-symmetric-other-name', side, 'getLoadBalancer')[0]) as {
      listeners: { https: { sslConfiguration: { certificateName: unknown; certificateIds: unknown } } };
    };
    Object.assign(body.listeners.https.sslConfiguration, { certificateName: null, certificateIds: [certificateIds[side]] });
    return { side, body };
  });
  return [
    ...answered.map(({ side, body }) => ({
      operation: 'listLoadBalancers' as const,
      with: { compartmentId: topology[side].compartmentId },
      body: [body],
    })),
    // The manifest does not say which id the bundles were asked with.
    ...sides.flatMap((side) =>
      bodiesOf(id, side, 'getCertificateBundle').map((body) => ({
        operation: 'getCertificateBundle' as const,
        with: { certificateId: certificateIds[side], certificateBundleType: 'CERTIFICATE_CONTENT_PUBLIC_ONLY' },
        body,
      })),
    ),
    ...sides.flatMap((side) =>
      bodiesOf(id, side, 'listCertificates').flatMap((items) =>
        (items as { items: unknown[] }).items.map((body) => ({
          operation: 'getCertificate' as const,
          with: { certificateId: certificateIds[side] },
          body,
        })),
      ),
    ),
  ];
};

const isManaged = (id: string): boolean => id.startsWith('tls-cert-service');
const judged = (id: string) => judgeCase(probe, id, { over: isManaged(id) ? managed(id) : listed(id) });

describe('TLS at balancers', () => {
  test.each(casesOf('7-tls').filter(({ verdict }) => verdict !== 'n/a'))('$id: $verdict', async (one) => {
    expect(faultsOf(one, await judged(one.id))).toEqual([]);
  });

  test.each(['tls-cert-service-symmetric', 'tls-cert-service-not-renewed'])(
    '%s is judged without a listener that uses it, too',
    async (id) => {
      const entries = sides.flatMap((side) =>
        bodiesOf(id, side, 'getCertificate').map((body) => ({
          operation: 'listCertificates' as const,
          with: { compartmentId: topology[side].compartmentId },
          body: { items: [body] },
        })),
      );
      expect(faultsOf(caseOf(id), await judgeCase(probe, id, { over: entries }))).toEqual([]);
    },
  );
});

describe('published shapes', () => {
  test('a balancer without listeners has empty maps and a fixed shape', () => {
    const read = readBalancer(bodiesOf('real-loadbalancer-getLoadBalancer-published', 'primary', 'getLoadBalancer')[0]);
    expect(read).toMatchObject({ name: 'lb-pub_wordpress', maxMbps: 10, content: { listeners: [], backendSets: [] } });
  });

  test('the health of a backend set', () => {
    const [body] = bodiesOf('real-loadbalancer-getBackendSetHealth-published', 'primary', 'getBackendSetHealth');
    expect(readHealth(body)).toEqual({ kind: 'seen', status: 'OK', failing: [] });
  });

  test('an association tells who uses a certificate', async () => {
    const associations = sides.flatMap((side) =>
      bodiesOf('tls-cert-service-association', side, 'listAssociations').map((body) => ({
        operation: 'listAssociations' as const,
        with: { compartmentId: topology[side].compartmentId },
        body,
      })),
    );
    const { standby } = await judgeCase(probe, 'tls-cert-service-symmetric', { over: associations });
    expect(standby.current?.outcome).toMatchObject({
      facts: { managed: [{ key: certificateIds.standby, usedBy: [topology.balancers[0].standbyId] }] },
    });
  });
});

test('what was read of a balancer stands still and is in its own side’s words', async () => {
  const { standby } = await judged('tls-lb-older');
  const { outcome } = standby.current!;
  const facts = outcome.kind === 'observed' ? (outcome.facts as { balancers: Parameters<typeof isSeen>[0][] }) : { balancers: [] };
  expect(facts.balancers.map(({ name, addresses, state }) => ({ name, addresses, state }))).toEqual([
    { name: 'lb-pay', addresses: ['198.51.100.20'], state: 'ACTIVE' },
  ]);
});
