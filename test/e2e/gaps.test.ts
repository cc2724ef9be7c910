// What is changed on one side only shows in the fleet, gap by gap: a pair in order, a defect on its standby, and the mending of it.
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { openSubject } from '../../src/cli/subject.ts';
import type { Check } from '../../src/contract/check.ts';
import type { PairReview } from '../../src/contract/fleet.ts';
import type { Gap } from '../../src/contract/gap.ts';
import { openRecorded } from '../../src/machine/recorded.ts';
import type { MachineSource } from '../../src/machine/source.ts';
import { probes } from '../../src/probes/registry.generated.ts';
import { type ServedAgent, serveAgent } from '../support/agent.ts';
import { groupOf, pairOf, serveCollector } from '../support/collector.ts';

const machines = (probe: string): string => resolve(import.meta.dirname, `../../src/probes/${probe}/fixtures/machines`);

/** DESIGN's promise for each gap: from a defect to the verdict that says so, and back. */
const looksMax = 2;

interface Side {
  readonly agent: ServedAgent;
  /** From now on the machine is another one. */
  become(name: string): Promise<void>;
}

/** The captures of a recording get older every day that this is run. */
const agedWell = (check: Check): Check =>
  check.probe === 'dbpatch' ? { ...check, settings: { ...(check.settings as object), captureStaleAfter: '36500d' } } : check;

async function serveSide(probe: string, name: string, role: 'primary' | 'standby'): Promise<Side> {
  const { source, config } = await openSubject(`${machines(probe)}/${name}`, null, probes);
  let now: MachineSource = source;
  const agent = await serveAgent({
    probes: [...probes.values()],
    checks: config.checks.filter((check) => check.probe === probe).map(agedWell),
    source: { now: () => now.now(), forLook: (signal) => now.forLook(signal) },
    config: {
      node: { ...config.node, name: `${probe}-${role}`, role, group: 'billing', twin: 'app1' },
      access: { tokens: [], clients: [], localRights: ['read', 'run', 'twin'], requestsPerMinute: 60_000 },
    },
  });
  await agent.agent.firstJudgement();
  return {
    agent,
    become: async (other) => {
      now = await openRecorded(`${machines(probe)}/${other}`);
    },
  };
}

test.each<readonly [probe: string, gap: Gap, primary: string, standby: string, defect: string, code: string]>([
  ['dbpatch', 'database-patches', 'primary-19.23', 'standby-19.23', 'standby-behind', 'dbpatch/release-behind'],
  ['artifacts', 'artifacts', 'fra-primary', 'zrh-standby-good', 'zrh-standby-behind', 'artifacts/image-differs'],
  ['settings', 'configuration', 'app-primary', 'app-standby', 'app-standby-drifted', 'settings/key-missing'],
  ['access', 'iam', 'primary', 'standby', 'standby-without-secret', 'access/denied-here-only'],
])(
  '%s: the gap %s opens and closes in the fleet within two looks',
  { timeout: 120_000 },
  async (probe, gap, ours, theirs, defect, code) => {
    const primary = await serveSide(probe, ours, 'primary');
    const standby = await serveSide(probe, theirs, 'standby');
    const pair = pairOf('app1', { primary: primary.agent.url, standby: standby.agent.url });
    const fleet = await serveCollector({ groups: [groupOf('billing', [pair])], probes: [...probes.values()] });
    const review = async (): Promise<PairReview> => (await fetch(`${fleet.url}/v1/pairs/billing/app1`)).json() as Promise<PairReview>;
    const look = async (): Promise<PairReview> => {
      await Promise.all([primary, standby].map(({ agent }) => agent.agent.lookNow(probe)));
      await fleet.lookAround();
      return review();
    };
    const within = async (isSo: (pair: PairReview) => boolean): Promise<PairReview> => {
      let now = await look();
      for (let looks = 1; looks < looksMax && !isSo(now); looks++) now = await look();
      return now;
    };
    const before = await review();
    expect([before.verdict, before.blindSpots]).toEqual(['ready', []]);

    await standby.become(defect);
    const found = await within(({ verdict }) => verdict === 'not-ready');
    expect(found.verdict).toBe('not-ready');
    expect(found.findings.find((finding) => finding.code === code)).toMatchObject({
      gap,
      kind: 'paired',
      state: 'open',
      severity: 'blocker',
    });

    await standby.become(theirs);
    expect((await within(({ verdict }) => verdict === 'ready')).verdict).toBe('ready');
  },
);
