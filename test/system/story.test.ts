// The whole story: each gap is made for real at one site of two, found by contrast, named as what it is, and resolved when it is mended.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PairReview } from '../../src/contract/fleet.ts';
import { ask } from '../support/asking.ts';
import { needsPackages } from '../support/packages.ts';
import { databaseAddress, networkOf, openWorld, siteAddress, siteNames, type World } from '../support/story-world.ts';

let world: World;

const get = async <T>(path: string): Promise<T> => (await ask(`http://localhost${path}`, { socketPath: world.socket })).json as T;
const pair = (): Promise<PairReview> => get<PairReview>('/v1/pairs/billing/app1');

async function until(isThere: (review: PairReview) => boolean): Promise<PairReview> {
  let last: PairReview | null = null;
  for (let turn = 0; turn < 240; turn++) {
    last = await pair().catch(() => null);
    if (last !== null && isThere(last)) return last;
    await new Promise((again) => setTimeout(again, 500));
  }
  throw new Error(
    `still not there: ${JSON.stringify({ verdict: last?.verdict, findings: said(last), blindSpots: last?.blindSpots }, null, 2)}`,
  );
}

interface Told {
  readonly kind: string;
  readonly finding: { readonly id: string; readonly gap: string; readonly severity: string };
}

const said = (review: PairReview | null) =>
  review?.findings.map(({ code, subject, actual, state, foldedUnder }) => ({ code, subject, actual, state, foldedUnder }));

const isReady = ({ verdict, findings }: PairReview): boolean =>
  verdict === 'ready' && findings.every(({ severity }) => severity === 'note');
const has = (code: string) => (review: PairReview) => review.findings.some((one) => one.code === code && one.state === 'open');

beforeAll(async () => {
  needsPackages('iproute2', 'nftables', 'nginx', 'bind9', 'bind9-dnsutils', 'openssl', 'systemd-container', 'debootstrap');
  world = await openWorld();
  const made = world.certificates.make({
    commonName: 'app.example.com',
    names: ['DNS:app.example.com'],
    issuer: world.authority,
    to: inDays(200),
  });
  for (const site of siteNames) world.certificate(site, made);
}, 900_000);

afterAll(async () => world?.close(), 180_000);

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');

describe('two sites, and what is changed at one of them', () => {
  it('begin alike, and the standby is ready', async () => {
    const review = await until(isReady);
    expect(review.blindSpots).toEqual([]);
    expect([review.standby?.name, review.primary?.name]).toEqual(['app1-standby', 'app1-primary']);
  }, 300_000);

  it('a third party that lets the primary’s network in only is an allow-list gap, and no outage', async () => {
    world.allow(networkOf('primary'));
    const review = await until((one) => one.verdict === 'not-ready');
    const found = review.findings.find(({ code, state }) => code.startsWith('egress/') && state === 'open')!;
    expect([found.gap, found.severity, found.subject]).toEqual(['allow-lists', 'blocker', expect.stringContaining('payments')]);
    expect(found.actual).toMatch(/403/);
    expect(found.remedy).toContain(siteAddress.standby);
    // Opened by the second look that saw it: within two intervals of the defect, however slow the machine is.
    expect(found.confirmation).toMatchObject({ bad: 2, needs: { bad: 2 } });
    world.allow(networkOf('primary'), networkOf('standby'));
    await until(isReady);
  }, 300_000);

  it('a firewall that drops the standby’s packets is one too', async () => {
    world.drop(siteAddress.standby);
    const review = await until((one) => one.verdict === 'not-ready');
    const found = review.findings.find(({ code, state }) => code.startsWith('egress/') && state === 'open')!;
    expect([found.gap, found.subject]).toEqual(['allow-lists', expect.stringContaining('ledger')]);
    expect(found.actual).toMatch(/time|answer/i);
    world.drop();
    await until(isReady);
  }, 300_000);

  it('one that turns both sites away is the third party’s own trouble', async () => {
    world.allow();
    const review = await until((one) => one.findings.some(({ code, state }) => code.startsWith('egress/') && state === 'open'));
    expect(
      review.findings.filter(({ kind, severity, gap }) => kind === 'paired' && gap === 'allow-lists' && severity === 'blocker'),
    ).toEqual([]);
    world.allow(networkOf('primary'), networkOf('standby'));
    await until(isReady);
  }, 300_000);

  it('a name that leads from the standby into the primary’s site is found', async () => {
    world.database('standby', databaseAddress.primary);
    const review = await until((one) => one.findings.some(({ gap, state }) => gap === 'dns' && state === 'open'));
    const found = review.findings.find(({ gap, state }) => gap === 'dns' && state === 'open')!;
    expect(found.subject).toContain('db.shop.test');
    expect(found.actual).toContain(databaseAddress.primary);
    world.database('standby', databaseAddress.standby);
    await until(isReady);
  }, 300_000);

  it('a certificate that was renewed on the primary only is found', async () => {
    const renewed = world.certificates.make({
      commonName: 'app.example.com',
      names: ['DNS:app.example.com'],
      issuer: world.authority,
      to: inDays(400),
    });
    world.certificate('primary', renewed);
    const review = await until(has('certs/ends-before-primary'));
    expect(review.findings.find(({ code }) => code === 'certs/ends-before-primary')).toMatchObject({
      gap: 'certificates',
      kind: 'paired',
    });
    world.certificate('standby', renewed);
    await until(isReady);
  }, 300_000);

  it('a monitoring unit that is stopped on the standby is found, by contrast with the primary', async () => {
    world.sites.standby.sh('systemctl disable --now shipper.service');
    const review = await until((one) =>
      one.findings.some(({ gap, state, foldedUnder }) => gap === 'monitoring' && state === 'open' && foldedUnder === undefined),
    );
    const found = review.findings.filter(({ gap, state }) => gap === 'monitoring' && state === 'open');
    expect(found.every(({ subject }) => subject.includes('shipper'))).toBe(true);
    world.sites.standby.sh('systemctl enable --now shipper.service');
    await until(isReady);
  }, 300_000);

  it('every gap was opened once and resolved once, also over a collector that is killed in between', async () => {
    await world.restartCollector();
    await until(isReady);
    const { events } = await get<{ events: readonly Told[] }>('/v1/timeline?group=billing&pair=app1');
    const lives = Map.groupBy(
      events.filter(({ finding }) => finding.severity !== 'note'),
      ({ finding }) => finding.id,
    );
    for (const [, life] of lives) {
      const kinds = life.map(({ kind }) => kind).filter((kind) => kind !== 'changed');
      expect(kinds.length % 2).toBe(0);
      expect(kinds.every((kind, index) => (index % 2 === 0 ? kind === 'opened' || kind === 'reopened' : kind === 'resolved'))).toBe(true);
    }
    expect(new Set(events.map(({ finding }) => finding.gap))).toEqual(new Set(['allow-lists', 'dns', 'certificates', 'monitoring']));
  }, 300_000);

  it('a standby whose machine is gone is unknown, and never ready', async () => {
    world.sites.standby.sh('systemctl stop understudy-agent.service');
    const review = await until(({ verdict }) => verdict === 'unknown');
    expect(review.blindSpots.some(({ kind }) => kind === 'silent' || kind === 'stale')).toBe(true);
    world.sites.standby.sh('systemctl start understudy-agent.service');
    await until(isReady);
  }, 600_000);
});
