// The egress probe over real networks: a vendor and two sites in network namespaces, with nftables in front of the vendor and
// nginx that allows one site's addresses. Needs root, and Debian's iproute2, nftables and nginx-light, which it installs.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckState, Snapshot } from '../../src/contract/observation.ts';
import { judge } from '../../src/judge/judge.ts';
import { probe } from '../../src/probes/egress/index.ts';
import type { Endpoint, Settings } from '../../src/probes/egress/settings.ts';
import {
  type EgressNetwork,
  firewalledPorts,
  type Look,
  openEgressNetwork,
  type SiteName,
  siteAddress,
  vendorAddress,
  vendorAddress6,
} from '../support/egress-network.ts';
import { needsPackages } from '../support/packages.ts';

let network: EgressNetwork;

beforeAll(async () => {
  needsPackages('iproute2', 'nftables', 'nginx-light');
  network = await openEgressNetwork();
});
afterAll(() => network?.close());

const facts = ({ outcome }: Look) => {
  if (outcome.kind !== 'observed') throw new Error(JSON.stringify(outcome));
  return outcome.facts;
};

const resultsOf = (look: Look) =>
  Object.fromEntries(
    facts(look).endpoints.map((endpoint) => [endpoint.name, endpoint.results.map((result) => `${result.class} ${result.cause}`.trim())]),
  );

const echo = { url: `http://${vendorAddress}/ip` };

function snapshot(role: SiteName, { outcome, settings, at }: Look): Snapshot {
  const { readings = [], ...stored } = outcome.kind === 'observed' ? outcome : { ...outcome, readings: [] };
  const base = { seq: 1, check: 'egress', probe: 'egress', factsVersion: probe.factsVersion, count: 1, tookMs: 1, trail: [] };
  const current = { ...base, outcome: stored, readings: [...readings], firstAt: at, lastAt: at };
  const check: CheckState = {
    check: 'egress',
    probe: 'egress',
    settings,
    staleAfterMs: 600_000,
    isRequired: true,
    current,
    lastObserved: null,
  };
  const node = { id: role, name: role, role, group: 'g', twin: 't', site: {}, version: '0' };
  return { format: 'understudy-snapshot/1', node, takenAt: at, seq: 1, checks: [check], notTold: [] };
}

function judgeBoth(settings: Partial<Settings>) {
  const [primary, standby] = [network.look('primary', structuredClone(settings)), network.look('standby', structuredClone(settings))];
  const given = { now: standby.at, subject: snapshot('standby', standby), twin: snapshot('primary', primary), earlier: [] };
  return judge({ ...given, probes: new Map([[probe.id, probe]]) });
}

describe('the firewall in front of a vendor', () => {
  // Without any delay on the way, an ICMPv6 error arrives while connect() still holds the socket, and Linux waits for the
  // one that answers the repeated SYN a second later.
  const at = (host: string): Endpoint[] =>
    Object.entries(firewalledPorts).map(([name, port]) => ({ name, url: `tcp://${host}:${port}`, timeout: '3s' }));

  it('resets, rejects, prohibits and drops, and each is told apart', () => {
    expect(resultsOf(network.look('standby', { endpoints: at(vendorAddress) }))).toEqual({
      reset: ['connect-refused ECONNREFUSED'],
      portUnreachable: ['connect-refused ECONNREFUSED'],
      adminProhibited: ['unreachable EHOSTUNREACH'],
      hostUnreachable: ['unreachable EHOSTUNREACH'],
      dropped: ['connect-timeout ETIMEDOUT'],
    });
  });

  it('does so over IPv6, where Linux says EACCES for a prohibition', () => {
    network.ip('standby', '-6', 'route', 'add', 'default', 'via', 'fd99:2::1');
    try {
      expect(resultsOf(network.look('standby', { endpoints: at(`[${vendorAddress6}]`) }))).toEqual({
        reset: ['connect-refused ECONNREFUSED'],
        portUnreachable: ['connect-refused ECONNREFUSED'],
        adminProhibited: ['local-firewall EACCES'],
        hostUnreachable: ['unreachable EHOSTUNREACH'],
        dropped: ['connect-timeout ETIMEDOUT'],
      });
    } finally {
      network.ip('standby', '-6', 'route', 'del', 'default');
    }
  });

  it('routes that prohibit, reject and swallow are told apart from firewalls', () => {
    const endpoints = ['prohibit', 'unreachable', 'blackhole'].map((name, n) => ({
      name,
      url: `tcp://10.98.0.${n + 1}:80`,
      timeout: '1s',
    }));
    for (const [n, { name }] of endpoints.entries()) network.ip('standby', 'route', 'add', name, `10.98.0.${n + 1}`);
    expect(resultsOf(network.look('standby', { endpoints }))).toEqual({
      prohibit: ['local-firewall EACCES'],
      unreachable: ['unreachable EHOSTUNREACH'],
      blackhole: ['unreachable EINVAL'],
    });
  });
});

describe('a vendor that knows the primary’s addresses only', () => {
  it('is an allow-list gap of the standby, with the address to ask for', () => {
    const { verdict, findings } = judgeBoth({ endpoints: [{ name: 'payments', url: 'http://vendor.test/' }], echo });
    expect(verdict).toBe('not-ready');
    expect(findings.map(({ code, actual, foldedUnder }) => [code, actual, foldedUnder])).toEqual([
      ['egress/allow-list-gap', 'denied (HTTP 403)', undefined],
      ['egress/denied', 'denied (HTTP 403)', 'egress/allow-list-gap'],
    ]);
    expect(findings[0]?.remedy).toContain(`please allow ${siteAddress.standby}`);
    expect(findings[0]?.remedy).toContain(`as ${siteAddress.primary} (production)`);
  });

  it('is the vendor’s matter where it denies both, and none where it lets both in', () => {
    const nobody = judgeBoth({ endpoints: [{ name: 'closed', url: 'http://vendor.test/nobody' }] });
    expect([nobody.verdict, nobody.findings[0]?.code]).toEqual(['degraded', 'egress/vendor-down']);
    const everybody = judgeBoth({ endpoints: [{ name: 'open', url: 'http://vendor.test/everybody' }], echo });
    expect([everybody.verdict, everybody.findings]).toEqual(['ready', []]);
  });
});

describe('the site’s own way out', () => {
  it('a missing default route is one finding, and what follows is folded', () => {
    network.ip('standby', 'route', 'del', 'default');
    try {
      const { verdict, findings } = judgeBoth({
        endpoints: [
          { name: 'a', url: `tcp://${vendorAddress}:80` },
          { name: 'b', url: `http://${vendorAddress}/everybody` },
          { name: 'c', url: 'tcp://elsewhere.test:443' },
        ],
      });
      const standing = findings.filter((finding) => finding.foldedUnder === undefined && finding.severity === 'blocker');
      expect([verdict, standing.map((finding) => finding.code)]).toEqual(['not-ready', ['egress/no-default-route']]);
      const folded = findings
        .filter((finding) => finding.foldedUnder !== undefined)
        .map(({ code, foldedUnder }) => `${code} < ${foldedUnder}`);
      expect(folded.sort()).toEqual([
        'egress/name-not-resolved < egress/no-default-route',
        'egress/resolver-down < egress/no-default-route',
        'egress/unreachable < egress/no-default-route',
        'egress/unreachable < egress/no-default-route',
      ]);
    } finally {
      network.ip('standby', 'route', 'add', 'default', 'via', '10.99.2.1');
    }
  });

  it('a dead resolver is one finding, with the servers that keep silent', () => {
    const look = network.look('standby', {
      endpoints: [
        { name: 'a', url: 'https://one.test/' },
        { name: 'b', url: 'https://two.test/' },
      ],
    });
    expect(facts(look).resolver).toEqual({
      kind: 'failing',
      names: 'all',
      servers: { kind: 'asked', servers: [{ address: vendorAddress, state: 'silent' }] },
    });
    const judged = judge({
      now: look.at,
      subject: snapshot('standby', look),
      twin: null,
      earlier: [],
      probes: new Map([[probe.id, probe]]),
      mode: 'alone',
    });
    const standing = judged.findings.filter((finding) => finding.foldedUnder === undefined);
    expect(standing.map((finding) => finding.code)).toEqual(['egress/resolver-down']);
    expect(judged.findings).toHaveLength(3);
  });

  it('a name with IPv6 addresses on a machine without an IPv6 route is a note beside what works', () => {
    network.names('standby', { hosts: `${vendorAddress} both.test\n${vendorAddress6} both.test\n` });
    try {
      const look = network.look('standby', { endpoints: [{ name: 'both', url: 'http://both.test/everybody' }] });
      expect(facts(look).endpoints[0]?.results).toEqual([
        { class: 'ok', cause: '', families: [4], addresses: [] },
        { class: 'unreachable', cause: 'ENETUNREACH', families: [6], addresses: [] },
      ]);
      const judged = judge({
        now: look.at,
        subject: snapshot('standby', look),
        twin: null,
        earlier: [],
        probes: new Map([[probe.id, probe]]),
        mode: 'alone',
      });
      expect([judged.verdict, judged.findings.map((finding) => finding.code)]).toEqual(['ready', ['egress/family-missing']]);
    } finally {
      network.names('standby', {});
    }
  });
});
