// When a verdict will turn by itself, of real certificates under the rules that ship: each as openssl makes it, seen on a machine of paper.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Forecast, Turn } from '../../src/contract/forecast.ts';
import { type Clock, systemClock } from '../../src/daemon/clock.ts';
import type { MachineSource } from '../../src/machine/source.ts';
import { probes } from '../../src/probes/registry.generated.ts';
import { checkOf, hour, minute, type ServedAgent, serveAgent } from '../support/agent.ts';
import { groupOf, pairOf, startCollector, type TestCollector } from '../support/collector.ts';
import { type CertificateMaker, certificateMaker, type MadeCertificate } from '../support/openssl-certificates.ts';
import { recordedMachine } from '../support/recorded.ts';

const day = 24 * hour;
const certs = probes.get('certs')!;
const path = '/etc/pki/tls/certs/app.crt';
const authority = '/etc/pki/tls/certs/root.crt';

let maker: CertificateMaker;
let root: MadeCertificate;
beforeAll(() => {
  maker = certificateMaker();
  root = maker.make({ commonName: 'Root', isAuthority: true, from: isoIn(-400 * day), to: isoIn(3_000 * day) });
});
afterAll(() => maker.remove());

const isoIn = (ms: number): string => `${new Date(Date.now() + ms).toISOString().slice(0, 19)}Z`;

/** The real one, which a test may set forward for all. */
function leapingClock() {
  const real = systemClock();
  let leaptMs = 0;
  return {
    ...real,
    now: () => real.now() + leaptMs,
    monotonicMs: () => real.monotonicMs() + leaptMs,
    leap: (ms: number): void => {
      leaptMs += ms;
    },
  };
}

interface Certificate {
  readonly pem: string;
  /** The last millisecond in which it is valid: the whole second that it names belongs to it. */
  readonly endsAt: number;
}

/** Begun so many days ago, with so many left. */
function certificate(begunDays: number, leftDays: number): Certificate {
  const to = isoIn(leftDays * day);
  const { pem } = maker.make({
    commonName: 'app.example.com',
    names: ['DNS:app.example.com'],
    issuer: root,
    from: isoIn(-begunDays * day),
    to,
  });
  return { pem, endsAt: Date.parse(to) + 999 };
}

interface Side {
  readonly agent: ServedAgent;
  holds(certificate: Certificate): Promise<void>;
}

type Role = 'primary' | 'standby';

const machineWith = (role: Role, { pem }: Certificate): Promise<MachineSource> =>
  recordedMachine({
    uname: `Linux ${role} 5.15.0 #1 SMP x86_64`,
    listeners: [],
    files: { '/etc/machine-id': `${(role === 'primary' ? 'a' : 'b').repeat(32)}\n`, [path]: pem, [authority]: root.pem },
  });

async function serveSide(role: Role, first: Certificate, clock: Clock): Promise<Side> {
  let now = await machineWith(role, first);
  const settings = { ...(certs.withoutConfig as { settings: object }).settings, discover: false, files: [path], authorities: [authority] };
  const agent = await serveAgent({
    probes: [certs],
    checks: [checkOf(certs, { settings, schedule: { kind: 'every', everyMs: hour } })],
    clock,
    source: { now: clock.now, forLook: (signal) => now.forLook(signal) },
    config: {
      node: { name: role, role, group: 'billing', twin: 'app1', site: {} },
      access: { tokens: [], clients: [], localRights: ['read', 'run', 'twin'], requestsPerMinute: 60_000 },
    },
  });
  await agent.agent.firstJudgement();
  return {
    agent,
    holds: async (other) => {
      now = await machineWith(role, other);
      await agent.agent.lookNow('certs');
    },
  };
}

async function fleetWith(certificates: { readonly primary: Certificate; readonly standby: Certificate }) {
  const clock = leapingClock();
  const primary = await serveSide('primary', certificates.primary, clock);
  const standby = await serveSide('standby', certificates.standby, clock);
  const pair = pairOf('app1', { primary: primary.agent.url, standby: standby.agent.url });
  const fleet = await startCollector({ groups: [groupOf('billing', [pair])], probes: [certs], clock });
  return { fleet, clock, primary, standby, verdict: () => fleet.collector.review.group('billing')?.verdict };
}

const forecastOf = ({ collector }: TestCollector, kind: Forecast['kind']): Promise<Forecast> =>
  vi.waitFor(
    () => {
      const forecast = collector.forecasts.group('billing');
      expect(forecast.kind, JSON.stringify(forecast)).toBe(kind);
      return forecast;
    },
    { timeout: 20_000, interval: 20 },
  );

async function turnOf(fleet: TestCollector): Promise<Turn> {
  const forecast = await forecastOf(fleet, 'turns');
  if (forecast.kind !== 'turns') throw new Error(forecast.kind);
  return forecast.turn;
}

/** Never later than it happens, and at most an hour before. */
const isForetold = ({ at }: Turn, happensAt: number): boolean => at <= happensAt && happensAt - at <= hour;

test('a certificate that ends in twenty days turns the verdict when it ends soon, and nothing does once it is renewed', async () => {
  // Sixty days long: it ends soon when a quarter of that is left, which is before 30 days are.
  const old = certificate(40, 20);
  const { fleet, clock, primary, standby, verdict } = await fleetWith({ primary: old, standby: old });
  const turn = await turnOf(fleet);
  expect(verdict()).toBe('ready');
  expect(turn).toMatchObject({ pair: 'app1', to: 'degraded', kind: 'rule', check: 'certs', because: expect.stringContaining('ends soon') });
  expect(isForetold(turn, old.endsAt - 15 * day), JSON.stringify(turn)).toBe(true);

  const renewed = certificate(0, 800);
  for (const side of [primary, standby]) await side.holds(renewed);
  // Nothing was found before and nothing is now: what is merely seen otherwise counts within a quarter of an hour.
  clock.leap(15 * minute);
  await fleet.lookAround();
  await forecastOf(fleet, 'stands');
});

test('one that ends soon already turns the verdict when it is over, to the last second', async () => {
  // A year long: less than 30 days are left.
  const old = certificate(345, 20);
  const { fleet, primary, standby, verdict } = await fleetWith({ primary: old, standby: old });
  const turn = await turnOf(fleet);
  expect(verdict()).toBe('degraded');
  expect(turn).toMatchObject({ to: 'not-ready', kind: 'rule', check: 'certs', because: expect.stringContaining('expired') });
  expect(isForetold(turn, old.endsAt), JSON.stringify(turn)).toBe(true);

  const renewed = certificate(0, 800);
  for (const side of [primary, standby]) await side.holds(renewed);
  await fleet.lookAround();
  await forecastOf(fleet, 'stands');
  expect(verdict()).toBe('ready');
});

test('one that was renewed on the primary alone turns the verdict when the one on the standby is over', async () => {
  const old = certificate(345, 20);
  const { fleet, standby, verdict } = await fleetWith({ primary: certificate(0, 800), standby: old });
  const turn = await turnOf(fleet);
  expect([verdict(), turn.to]).toEqual(['degraded', 'not-ready']);
  expect(isForetold(turn, old.endsAt), JSON.stringify(turn)).toBe(true);

  await standby.holds(certificate(0, 800));
  await fleet.lookAround();
  await forecastOf(fleet, 'stands');
});
