// What a simulated node is told to look at, and what it sees: forty checks of the five probes, with facts that their rules can judge.
import { createHash } from 'node:crypto';
import type { WatchedCheck } from '../../src/contract/changes.ts';
import type { Outcome, Reading } from '../../src/contract/outcome.ts';
import type { AnyProbe } from '../../src/contract/probe.ts';
import { fillDefaults, schemaProblems } from '../../src/contract/schema.ts';
import { openRecorded } from '../../src/machine/recorded.ts';
import type { Facts as CertsFacts } from '../../src/probes/certs/facts.ts';
import type { DnsFacts } from '../../src/probes/dns/facts.ts';
import type { Facts as EgressFacts } from '../../src/probes/egress/facts.ts';
import { probes } from '../../src/probes/registry.generated.ts';
import type { Place } from './place.ts';

export interface SimulatedCheck {
  readonly watched: WatchedCheck;
  readonly everyMs: number;
  /** What a sound node sees, and what a node with a gap does. */
  readonly sees: { readonly good: (place: Place) => Outcome; readonly bad: (place: Place) => Outcome };
  /** Of each look; values move. */
  readonly readings: readonly Reading[];
}

const counts = { certs: 10, dns: 14, egress: 14 } as const;
const minute = 60_000;
const day = 86_400_000;

export async function simulatedChecks(): Promise<readonly SimulatedCheck[]> {
  const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);
  return [
    await recorded('kernel', 'ol9-uek7-good', 'ol9-uek7-goes-back'),
    await recorded('monitoring', 'oca-sound', 'oca-disabled'),
    ...numbers(counts.certs).map(certificates),
    ...numbers(counts.dns).map(name),
    ...numbers(counts.egress).map(thirdParty),
  ];
}

/** What these probes see on machines that were recorded for their tests; the same on every node, as patches and agents are. */
async function recorded(id: string, good: string, bad: string): Promise<SimulatedCheck> {
  const probe = probes.get(id)!;
  const seen = await Promise.all([good, bad].map((machine) => lookAt(probe, machine)));
  const [sound, broken] = seen as [Seen, Seen];
  return {
    watched: watchedBy(probe, id, {}),
    everyMs: probe.defaults.everyMs,
    sees: { good: () => sound.outcome, bad: () => broken.outcome },
    readings: sound.readings,
  };
}

interface Seen {
  readonly outcome: Outcome;
  readonly readings: readonly Reading[];
}

async function lookAt(probe: AnyProbe, machine: string): Promise<Seen> {
  const { signal } = new AbortController();
  const folder = new URL(`../../src/probes/${probe.id}/fixtures/machines/${machine}`, import.meta.url).pathname;
  const recording = await openRecorded(folder);
  const outcome = await probe.observe(recording.forLook(signal), settingsOf(probe, {}), signal);
  if (outcome.kind !== 'observed') throw new Error(`${probe.id} at ${machine} saw nothing: ${outcome.detail}`);
  // Moments that were recent when it was recorded.
  const laterMs = Date.now() - recording.now();
  const readings = (outcome.readings ?? []).map((one) => (one.name.endsWith('AsOfMs') ? { ...one, value: one.value + laterMs } : one));
  return { outcome: { kind: 'observed', facts: outcome.facts }, readings };
}

function certificates(number: number): SimulatedCheck {
  const where = `/etc/pki/tls/certs/app${number}.crt`;
  const probe = probes.get('certs')!;
  const begun = Math.floor(Date.now() / day) * day;
  // Of a pair, since both sides serve the same name.
  const facts = ({ group, pair }: Place, left: number): CertsFacts => ({
    sources: [
      {
        where,
        kind: 'file',
        foundBy: 'settings',
        serverNames: [],
        mustCover: [],
        shouldServe: [],
        content: {
          kind: 'seen',
          format: 'pem',
          certificates: [
            {
              position: 0,
              use: 'leaf',
              sha256: fingerprint(group, pair, where, 'certificate'),
              subject: `CN=app${number}.${pair}.${group}.example.com`,
              issuer: 'CN=Issuing CA 3, O=Example',
              names: [`DNS:app${number}.${pair}.${group}.example.com`],
              serial: fingerprint(group, pair, where, 'serial').slice(0, 16),
              notBefore: new Date(begun - 100 * day).toISOString(),
              notAfter: new Date(begun + left * day).toISOString(),
              key: { type: 'ec', bits: 256, curve: 'P-256', sha256: fingerprint(group, pair, where, 'key') },
              signature: 'ecdsa-with-SHA256',
              isCa: false,
              isSelfSigned: false,
            },
          ],
          chains: [{ leaf: 0, completeness: { kind: 'complete', anchor: 'trusted-here' }, isInOrder: true }],
          key: { kind: 'belongs', path: `/etc/pki/tls/private/app${number}.key` },
          damaged: [],
        },
      },
    ],
    unsearched: [],
  });
  return {
    watched: watchedBy(probe, `certs-${number}`, { files: [where], discover: false }),
    everyMs: probe.defaults.everyMs,
    sees: seeing<CertsFacts>(
      probe,
      (place) => facts(place, 300),
      (place) => facts(place, -1),
    ),
    readings: [
      { name: 'daysLeft', subject: where, value: 299.5 },
      { name: 'lifetimeUsedShare', subject: where, value: 0.25 },
    ],
  };
}

const networks = { fra: '10.1', zrh: '10.2' } as const;

function name(number: number): SimulatedCheck {
  const probe = probes.get('dns')!;
  const queue = `queue${number}.app.example.com`;
  const server = '10.9.0.2';
  const flags = { authoritative: false, authenticated: false, recursionAvailable: true, truncated: false };
  const facts = ({ group }: Place, site: Place['site']): DnsFacts => ({
    system: { kind: 'read', hasFile: true, servers: [server], search: [], options: [], uplinks: [], wrongLines: [] },
    resolvers: [{ server, from: 'settings', answer: { kind: 'answers', rcode: 'NOERROR' } }],
    names: [
      {
        name: queue,
        type: 'A',
        resolvers: [server],
        vias: [
          {
            server,
            answer: {
              kind: 'answered',
              chain: [],
              data: [`${networks[site]}.${Number(group.slice(5)) % 250}.${number + 10}`],
              isCut: false,
              flags,
            },
            ttl: { kind: 'cached', isBeyondBudget: false },
          },
        ],
        application: { kind: 'not-asked' },
        hostsFile: [],
        zone: { kind: 'not-asked' },
        targets: [],
      },
    ],
  });
  return {
    watched: watchedBy(probe, `dns-${number}`, { names: [{ name: queue, resolvers: [server] }] }),
    everyMs: minute,
    sees: seeing<DnsFacts>(
      probe,
      (place) => facts(place, place.site),
      (place) => facts(place, 'fra'),
    ),
    readings: [
      { name: 'queryMs', subject: server, value: 0.6 },
      { name: 'queryMs', subject: `${queue} A ${server}`, value: 0.7 },
      { name: 'ttlSeconds', subject: `${queue} A ${server}`, value: 42 },
    ],
  };
}

function thirdParty(number: number): SimulatedCheck {
  const probe = probes.get('egress')!;
  const vendor = `vendor${number}`;
  const url = `https://api.${vendor}.example.com/health`;
  const facts = ({ site, number: own }: Place, result: EgressFacts['endpoints'][number]['results'][number]): EgressFacts => ({
    defaultRoute: { kind: 'seen', ipv4: [{ via: `${networks[site]}.0.1`, device: 'ens3' }], ipv6: [] },
    resolver: { kind: 'working' },
    publicAddress: { kind: 'not-asked' },
    endpoints: [
      {
        name: vendor,
        target: `api.${vendor}.example.com:443`,
        kind: 'https',
        results: [result],
        issuers: result.class === 'ok' ? ['DigiCert Inc'] : [],
        sourceAddresses: [`${networks[site]}.${own >> 8}.${own & 255}`],
      },
    ],
  });
  return {
    watched: watchedBy(probe, `egress-${number}`, { endpoints: [{ name: vendor, url }] }),
    everyMs: minute,
    sees: seeing<EgressFacts>(
      probe,
      (place) => facts(place, { class: 'ok', cause: '', families: [4], addresses: [] }),
      (place) => facts(place, { class: 'connect-timeout', cause: '', families: [4], addresses: [] }),
    ),
    readings: ['resolveMs', 'connectMs', 'tlsMs', 'firstByteMs', 'totalMs'].map((reading, at) => ({
      name: reading,
      subject: vendor,
      value: [1.2, 10.4, 23.1, 12.9, 47.6][at]!,
    })),
  };
}

function watchedBy(probe: AnyProbe, check: string, settings: object): WatchedCheck {
  return { check, probe: probe.id, settings: settingsOf(probe, settings), staleAfterMs: probe.defaults.staleAfterMs, isRequired: true };
}

function settingsOf(probe: AnyProbe, written: object): unknown {
  const settings: unknown = structuredClone(written);
  const problems = fillDefaults(probe.settings, settings);
  if (problems.length > 0) throw new Error(`settings for ${probe.id}: ${JSON.stringify(problems)}`);
  return settings;
}

function seeing<F>(probe: AnyProbe, good: (place: Place) => F, bad: (place: Place) => F): SimulatedCheck['sees'] {
  const as =
    (facts: (place: Place) => F) =>
    (place: Place): Outcome => {
      const seen = facts(place);
      const problems = schemaProblems(probe.facts, seen);
      if (problems.length > 0) throw new Error(`facts of ${probe.id}: ${JSON.stringify(problems)}`);
      return { kind: 'observed', facts: seen };
    };
  return { good: as(good), bad: as(bad) };
}

const fingerprint = (...of: readonly string[]): string => createHash('sha256').update(of.join(' ')).digest('hex');
