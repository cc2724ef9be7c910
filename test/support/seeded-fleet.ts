// The fleet of the demonstration with ninety days behind it: real agents and a real collector that find a long history in their stores.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bringUp } from '../../scripts/demo/bring-up.ts';
import { untilJudged } from '../../scripts/demo/fleet.ts';
import type { DemoMachine } from '../../scripts/demo/machines.ts';
import { freePorts } from '../../scripts/demo/ports.ts';
import { createPrograms, type Programs } from '../../scripts/demo/programs.ts';
import { pairSights, sightText } from '../../src/collector/review/pair-sights.ts';
import type { PairReview } from '../../src/contract/fleet.ts';
import type { CheckState, Snapshot } from '../../src/contract/observation.ts';
import type { FindingEvent, StandingFinding } from '../../src/contract/standing.ts';
import { loadSigningKey } from '../../src/daemon/signing-key.ts';
import { signReceipt } from '../../src/formats/receipt.ts';
import { allProbes } from '../../src/probes/registry.generated.ts';
import { openFleetStore } from '../../src/store/fleet/open.ts';
import type { FleetStore } from '../../src/store/fleet/store.ts';
import { openStore } from '../../src/store/open.ts';
import { bodyOf, pairOf, waiverOf } from './receipt.ts';
import { dayMs, type PastVerdict, pastLooks, pastOfGroup, pastOfPairs } from './seeded-past.ts';

export interface SeededFleet {
  /** Of the collector. */
  readonly url: string;
  readonly folder: string;
  stop(): Promise<void>;
}

export interface SeededWish {
  /** A free one unless given. */
  readonly port?: number;
  /** Ends the starting; what was started by then is ended too. */
  readonly signal?: AbortSignal;
}

const group = 'billing';

/** Starts everything twice: what the machines say first is what their past is made of. Needs no test runner. */
export async function startSeededFleet(wish: SeededWish = {}): Promise<SeededFleet> {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-seeded-'));
  const gone = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const signal = wish.signal ?? new AbortController().signal;
    const { machines, seen, url } = await seenFirst(folder, wish.port, signal);
    seed(folder, machines, seen);
    const programs = await startAgain(folder, machines, url, signal);
    return { url, folder, stop: () => programs.stop().then(gone) };
  } catch (error) {
    gone();
    throw error;
  }
}

async function seenFirst(folder: string, port: number | undefined, signal: AbortSignal) {
  const programs = createPrograms(join(folder, 'logs'));
  try {
    const collectorPort = async (): Promise<number> => port ?? (await freePorts(1))[0]!;
    const running = bringUp({ folder, programs, signal, collectorPort });
    const { collector, machines } = await Promise.race([running, programs.broken]);
    return { machines, url: collector, seen: await whatIsSeen(machines, collector) };
  } finally {
    await programs.stop();
  }
}

async function startAgain(folder: string, machines: readonly DemoMachine[], url: string, signal: AbortSignal): Promise<Programs> {
  signal.throwIfAborted();
  const programs = createPrograms(join(folder, 'logs'));
  try {
    for (const { name, folder: machine } of machines) programs.start(name, ['agent', '--machine', machine]);
    programs.start('collector', ['collector', '--config', join(folder, 'fleet.yaml')]);
    await Promise.race([untilJudged(url, signal), programs.broken]);
    return programs;
  } catch (error) {
    await programs.stop();
    throw error;
  }
}

interface Seen {
  readonly snapshots: ReadonlyMap<string, Snapshot>;
  readonly pairs: readonly PairReview[];
}

async function whatIsSeen(machines: readonly DemoMachine[], url: string): Promise<Seen> {
  const asked = async <T>(address: string): Promise<T> => (await (await fetch(address)).json()) as T;
  const snapshots = await Promise.all(
    machines.map(async ({ name, address }) => [name, await asked<Snapshot>(`${address}/v1/snapshot`)] as const),
  );
  const pairs = await Promise.all(Object.keys(pastOfPairs).map((pair) => asked<PairReview>(`${url}/v1/pairs/${group}/${pair}`)));
  return { snapshots: new Map(snapshots), pairs };
}

function seed(folder: string, machines: readonly DemoMachine[], seen: Seen): void {
  const now = Date.now();
  const heard = machines.map((machine) => ({ ...machine, instanceId: seedAgent(folder, machine.name, seen.snapshots, now) }));
  const file = join(folder, 'collector.db');
  removeStore(file);
  const opened = openFleetStore({ file, now });
  if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened));
  const { store } = opened;
  store.together(() => {
    for (const [pair, spans] of [...Object.entries(pastOfPairs), [null, pastOfGroup()] as const]) writeVerdicts(store, pair, spans, now);
    for (const pair of seen.pairs) writeFindings(store, pair, now);
    for (const pair of seen.pairs) writeSights(store, pair, seen.snapshots, now);
    writeWaivers(store, seen.pairs, now);
    writeReceipts(store, join(folder, 'receipts.key'), now);
    for (const { address, name, instanceId } of heard) writeHeard(store, address, seen.snapshots.get(name)!.node.id, instanceId, now);
  });
  store.close();
}

/** Answers which history of the agent this is. */
function seedAgent(folder: string, name: string, snapshots: Seen['snapshots'], now: number): string {
  const [pair = '', site = ''] = name.split('-');
  const file = join(folder, 'agents', name, 'agent.db');
  removeStore(file);
  mkdirSync(dirname(file), { recursive: true });
  const opened = openStore({ file, now });
  if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened));
  const other = `${pair}-${site === 'fra' ? 'zrh' : 'fra'}`;
  const role = site === 'fra' ? 'primary' : 'standby';
  const states = snapshots.get(name)?.checks ?? [];
  opened.store.record(pastLooks({ pair, role, now, states, others: snapshots.get(other)?.checks ?? [] }));
  const { instanceId } = opened.store;
  opened.store.close();
  return instanceId;
}

/** The collector has heard it for as long, although it has yet to be told everything. */
function writeHeard({ nodes }: FleetStore, target: string, nodeId: string, instanceId: string, now: number): void {
  const at = now - 90 * dayMs;
  const stream = nodes.beginStream(target, { instanceId, nodeId, at });
  const unheard = {
    runIds: [],
    cursor: 0,
    newestSeq: 0,
    clockOffsetMs: null,
    clockErrorMs: null,
    revision: null,
    description: null,
    standing: [],
  };
  nodes.keep({ target, stream, instanceId, nodeId, heardAt: at, ...unheard });
}

function removeStore(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
}

function writeVerdicts(store: FleetStore, pair: string | null, spans: readonly PastVerdict[], now: number): void {
  const subject = { group, pair };
  for (const { verdict, from, until } of spans) {
    const at = now - from * dayMs;
    store.verdicts.confirm(subject, verdict, at, 1);
    store.verdicts.confirm(subject, verdict, now - until * dayMs, dayMs * (from - until + 1));
  }
}

/** What is watched now was watched all the time, and all of it was seen. */
function writeSights(store: FleetStore, { pair }: PairReview, snapshots: Seen['snapshots'], now: number): void {
  const [standby, primary] = ['zrh', 'fra'].map((site) => snapshots.get(`${pair}-${site}`)?.checks ?? []) as [CheckState[], CheckState[]];
  const sights = pairSights(allProbes, { standby, primary }, { findings: [], blindSpots: [], doubts: [] });
  store.sights.keep({ group, pair }, now - 90 * dayMs, sightText(sights));
}

const verdictsOf = { blocker: 'not-ready', warning: 'degraded', note: null } as const;

/** Those that stand were opened when the verdict last turned; some of them had been there before, made the verdict of then, and were mended. */
function writeFindings(store: FleetStore, { pair, findings }: PairReview, now: number): void {
  const turned = now - (pastOfPairs[pair]?.at(-1)?.from ?? 0) * dayMs;
  const standing = findings.map(
    (finding): StandingFinding => ({ ...finding, since: turned, openedAt: turned, changedAt: turned, waiver: null }),
  );
  store.findings.save(group, pair, standing);
  const event = (kind: FindingEvent['kind'], at: number, finding: StandingFinding): FindingEvent => ({
    kind,
    at,
    group,
    pair,
    finding,
    detail: '',
  });
  const earlier = (pastOfPairs[pair] ?? []).slice(0, -1).flatMap(({ verdict, from, until }, index) => {
    const found = standing.filter(({ severity }) => verdictsOf[severity] === verdict).slice(0, 2);
    return found.flatMap((finding) => {
      const [openedAt, resolvedAt] = [now - from * dayMs, now - until * dayMs];
      const life = { ...finding, id: `${finding.id}-${index}`, since: openedAt, openedAt, changedAt: openedAt };
      return [event('opened', openedAt, life), event('resolved', resolvedAt, { ...life, state: 'resolved', resolvedAt })];
    });
  });
  const events = [...earlier, ...standing.map((finding) => event('opened', turned, finding))];
  store.findings.record(events.sort((a, b) => a.at - b.at));
}

function writeWaivers(store: FleetStore, pairs: readonly PairReview[], now: number): void {
  const about = (pair: string, code: string): Parameters<typeof waiverOf>[0] => {
    const found = pairs.find((one) => one.pair === pair)?.findings.find((finding) => finding.code === code);
    if (found === undefined) return { pair, code };
    const { id, check, subject, expected, actual } = found;
    return { pair, finding: id, code, check, subject, expected, actual };
  };
  const at = (days: number): number => now - days * dayMs;
  const ended = (days: number, because: 'expired' | 'withdrawn') => ({ endedAt: at(days), endedBecause: because });
  const author = 'R. Keller, platform operations';
  const past = [
    {
      author: 'M. Okafor, database team',
      by: 'token dba',
      reason: 'The quarterly update comes on Sunday, CHG0047710',
      createdAt: at(84),
      until: at(72),
      ...ended(72, 'expired'),
    },
    {
      author,
      by: 'local socket',
      reason: 'Wrongly accepted: it was the other node',
      createdAt: at(13),
      until: at(-3),
      ...ended(12.5, 'withdrawn'),
    },
    {
      author,
      by: 'token ops',
      reason: 'sysstat comes with the next image of the standby, CHG0048231',
      createdAt: at(13.6),
      until: at(-14),
      endedAt: null,
      endedBecause: null,
    },
  ];
  const codes = ['kernel/behind-primary', 'kernel/behind-primary', 'kernel/packages-missing'];
  for (const [index, waiver] of past.entries())
    store.waivers.add(waiverOf({ id: `w-${index}`, group, ...about('db1', codes[index]!), ...waiver }));
}

function writeReceipts(store: FleetStore, keyFile: string, now: number): void {
  const key = loadSigningKey(keyFile);
  const asked = [
    { days: 62, verdict: 'ready', failOn: 'unknown', override: null },
    { days: 32, verdict: 'not-ready', failOn: 'unknown', override: null },
    { days: 26.1, verdict: 'ready', failOn: 'degraded', override: null },
    {
      days: 10,
      verdict: 'degraded',
      failOn: 'degraded',
      override: { by: 'R. Keller', reason: 'Drill agreed with the business, CHG0048190' },
    },
    { days: 2, verdict: 'not-ready', failOn: null, override: null },
  ] as const;
  for (const { days, verdict, failOn, override } of asked)
    store.receipts.add(
      signReceipt(
        bodyOf({
          id: `5e7d0000-0000-4000-8000-${String(days * 10).padStart(12, '0')}`,
          issuedAt: now - days * dayMs,
          issuer: { kind: 'collector', name: 'collector-demo', version: '0.1.0' },
          asked: { group, by: days > 20 ? 'token change-pipeline' : 'local socket', maxAgeMs: null, failOn },
          override,
          pairs: [pairOf({ verdict, findings: [] })],
        }),
        key,
      ),
    );
}
