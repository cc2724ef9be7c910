// Splunk Universal Forwarder: proven by what its metrics.log says it sent. Its command line is never called: it prompts,
// and run as root it changes the owner of its whole home.
import type { Machine } from '../../../contract/machine.ts';
import { type AgentKind, type Inside, nothingInside, type Sight } from '../agent-kind.ts';
import type { Amount, Stage } from '../facts.ts';
import { amountOf } from '../growth.ts';
import { clockSlackMs, fromTheFuture, tailLog } from '../log-tail.ts';
import { failedStage, no, notApplicable, unseenStage, yes } from '../stages.ts';
import { lastOutputEvent, type OutputEvent, parseMetrics, type SplunkMetrics, type TcpOutSample } from './splunk-logs.ts';

export const splunk = (home: string): AgentKind => ({
  name: 'splunk',
  title: 'Splunk forwarder',
  mainUnits: ['SplunkForwarder.service', 'Splunkd.service', 'splunk.service'],
  companions: [],
  paths: [home, fullHome].flatMap((each) => [`${each}/bin/splunkd`, `${each}/bin/splunk`]),
  packages: ['splunkforwarder', 'splunk'],
  hasProcess: true,
  isProcess: ({ command, argv }) => command === 'splunkd' || /\/splunkd$/.test(argv[0] ?? ''),
  look: async (sight) => {
    const found = await findHome(sight.machine, home);
    return typeof found === 'string' ? look(sight, found) : { ...nothingInside, ...unseenOutput(found), configured: found };
  },
});

/** Where Splunk Enterprise lives, which can forward too. */
const fullHome = '/opt/splunk';

async function findHome(machine: Machine, home: string): Promise<string | Stage> {
  for (const each of [home, fullHome]) {
    const folder = await machine.stat(`${each}/etc`);
    if (folder.kind === 'stat') return each;
    if (folder.kind === 'failed') return failedStage(folder, `${each}/etc`);
  }
  return unseenStage('unreadable', `it is not installed in ${home}: splunkHome says where`);
}

/** About 20 kB are written every 30 s: this is some ten minutes. */
const metricsBytesMax = 512 * 1_024;

/** splunkd.log is quiet; this is hours of it. */
const eventsBytesMax = 256 * 1_024;

async function look(sight: Sight, home: string): Promise<Inside> {
  const { machine } = sight;
  const [configured, metricsLog, eventsLog, version] = await Promise.all([
    lookAtOutputs(machine, home),
    tailLog(machine, [`${home}/var/log/splunk/metrics.log`], metricsBytesMax),
    tailLog(machine, [`${home}/var/log/splunk/splunkd.log`], eventsBytesMax),
    ownVersion(machine, home),
  ]);
  const inside = { configured: configured.stage, losses: 'not-measured', complaints: [], ...version } as const;
  const event = eventsLog.kind === 'lines' ? lastOutputEvent(eventsLog.lines) : null;
  if (metricsLog.kind === 'none') return { ...inside, ...unseenOutput(metricsLog.stage), ...brokenOutput(event) };
  const metrics = parseMetrics(metricsLog.lines);
  const output = judgeOutput(metrics, event, machine.now(), configured.isHttpOnly);
  return { ...inside, ...output, ...measure(metrics, machine.now(), sight.earlier?.readings.backlogBytes) };
}

const noCredential = notApplicable('the forwarder’s files show no credential that could be refused');

const unseenOutput = (stage: Stage) => ({
  credential: noCredential,
  reachable: stage,
  delivering: stage,
  backlog: 'unseen' as const,
  readings: {},
});

interface Outputs {
  readonly stage: Stage;
  /** HTTP event collectors only: metrics.log then has no tcpout records to wait for. */
  readonly isHttpOnly: boolean;
}

const outputsFilesMax = 64;
const outputsBytesMax = 64 * 1_024;

/** A deployment server delivers outputs.conf as an app of any name. */
async function lookAtOutputs(machine: Machine, home: string): Promise<Outputs> {
  const found = await machine.glob(`${home}/etc/{system,apps/*}/{local,default}/outputs.conf`, { entriesMax: outputsFilesMax });
  if (found.kind === 'failed') return { stage: failedStage(found, 'outputs.conf'), isHttpOnly: false };
  const files = await Promise.all(found.paths.map((path) => machine.readFile(path, { bytesMax: outputsBytesMax })));
  const texts = files.flatMap((file) => (file.kind === 'file' ? [file.text] : []));
  const isTcp = texts.some((text) => /^[ \t]*(?:server|indexerDiscovery)[ \t]*=[ \t]*\S/m.test(text));
  const isHttp = texts.some((text) => /^[ \t]*uri[ \t]*=[ \t]*\S/m.test(text) && /^\[httpout/m.test(text));
  if (isTcp || isHttp) return { stage: yes, isHttpOnly: !isTcp };
  const failed = files.find((file) => file.kind === 'failed');
  if (failed?.kind === 'failed') return { stage: failedStage(failed, 'outputs.conf'), isHttpOnly: false };
  if (found.denied.length > 0) return { stage: unseenStage('denied', `${home}/etc: this user may not`), isHttpOnly: false };
  if (found.isCut) return { stage: unseenStage('too-much-output', 'more outputs.conf files than are read'), isHttpOnly: false };
  return { stage: no('no-destination', 'no outputs.conf names an indexer'), isHttpOnly: false };
}

/** Three of metrics.log's 30 s rounds. */
const freshMs = 90_000;

/** Long enough for load balancing to have come round to every indexer. */
const growthWindowMs = 180_000;

type OutputStages = Pick<Inside, 'credential' | 'reachable' | 'delivering'>;

/** The order matters: a stamp from the future or a silent log says nothing about the network. */
function judgeOutput(metrics: SplunkMetrics, event: OutputEvent | null, now: number, isHttpOnly: boolean): OutputStages {
  const stages = (reachable: Stage, delivering: Stage): OutputStages => ({ credential: noCredential, reachable, delivering });
  const { newestAt } = metrics;
  if (newestAt === null) return stages(notSeen('metrics.log holds no record'), notSeen('metrics.log holds no record'));
  if (newestAt - now > clockSlackMs) return stages(fromTheFuture, fromTheFuture);
  if (now - newestAt > freshMs)
    return stages(notSeen('metrics.log is no longer written'), no('stale', 'metrics.log has no record of the last 90 seconds'));
  if (isHttpOnly) return stages(notSeen(overHttp), notSeen(overHttp));
  const growthAt = lastGrowth(metrics.connections, newestAt);
  const blocked = blockedQueues(metrics, newestAt);
  if (blocked.length > 0)
    return stages(no('blocked', `blocked queues: ${blocked.join(', ')}`), no('stalled', 'its output queue is blocked'));
  const broken = growthAt !== null && event !== null && growthAt > event.at ? null : brokenOutput(event);
  if (broken !== null) return stages(broken.reachable, broken.delivering);
  if (growthAt !== null && now - growthAt <= growthWindowMs) return stages(yes, yes);
  return withoutGrowth(metrics.connections, newestAt, stages);
}

const notSeen = (detail: string): Stage => unseenStage('unreadable', detail);

const overHttp = 'it sends over HTTP, of which metrics.log keeps no acknowledgement';

const troubleOf: Record<OutputEvent['kind'], Stage | null> = {
  paused: no('blocked', 'its output has paused the data flow'),
  'timed-out': no('no-connection', 'its connection to an indexer timed out'),
  refused: no('no-connection', 'its connection to an indexer was refused'),
  resumed: null,
  connected: null,
};

/** What the last word of splunkd.log about the output breaks; null where it is a good one or none. */
function brokenOutput(event: OutputEvent | null): Pick<OutputStages, 'reachable' | 'delivering'> | null {
  const trouble = event === null ? null : troubleOf[event.kind];
  return trouble === null ? null : { reachable: trouble, delivering: no('stalled', 'its output sends nothing') };
}

function withoutGrowth(
  connections: readonly TcpOutSample[],
  newestAt: number,
  stages: (reachable: Stage, delivering: Stage) => OutputStages,
): OutputStages {
  const recent = connections.filter(({ at }) => newestAt - at <= growthWindowMs);
  if (recent.length === 0)
    return stages(no('no-connection', 'it holds no connection to an indexer'), no('stalled', 'it holds no connection to an indexer'));
  if (new Set(recent.map(({ at }) => at)).size < 2) return stages(yes, notSeen('one record cannot tell whether its output advances'));
  return stages(yes, no('stalled', 'its count of sent data does not advance'));
}

/** Epoch milliseconds of the newest record in which a connection had sent more than before. */
function lastGrowth(connections: readonly TcpOutSample[], newestAt: number): number | null {
  const before = new Map<string, number>();
  let at: number | null = null;
  for (const sample of connections) {
    const last = before.get(sample.connection);
    const hasGrown = sample.kb > 0 || (last !== undefined && sample.processedKb > last);
    if (hasGrown && sample.at <= newestAt) at = Math.max(at ?? sample.at, sample.at);
    before.set(sample.connection, sample.processedKb);
  }
  return at;
}

/** Parsing queues block for moments under load; a blocked output queue means that the indexer takes nothing. */
const blockedQueues = (metrics: SplunkMetrics, newestAt: number): readonly string[] =>
  [...newestByName(metrics).values()]
    .filter((queue) => queue.isBlocked && queue.name.startsWith('tcpout') && newestAt - queue.at <= freshMs)
    .map((queue) => queue.name)
    .sort();

const newestByName = (metrics: SplunkMetrics) => new Map(metrics.queues.map((queue) => [queue.name, queue]));

function measure(
  metrics: SplunkMetrics,
  now: number,
  bytesBefore: number | undefined,
): { backlog: Amount; readings: Record<string, number> } {
  const newestAt = metrics.newestAt;
  if (newestAt === null) return { backlog: 'unseen', readings: {} };
  const current = new Map(metrics.connections.filter(({ at }) => newestAt - at <= freshMs).map((sample) => [sample.connection, sample]));
  const samples = [...current.values()];
  const queued = [...newestByName(metrics).values()]
    .filter(({ name }) => name.startsWith('tcpout'))
    .reduce((sum, { bytes }) => sum + bytes, 0);
  const waiting = queued + samples.reduce((sum, { ackQueueBytes }) => sum + ackQueueBytes, 0);
  const grownAt = lastGrowth(metrics.connections, newestAt);
  return {
    backlog: backlogOf(waiting, bytesBefore),
    readings: {
      deliveredCount: samples.reduce((sum, { processedKb }) => sum + processedKb, 0),
      backlogBytes: waiting,
      ...(grownAt === null ? {} : { lastDeliveryAgeSeconds: (now - grownAt) / 1_000 }),
    },
  };
}

/** The output queue holds 500 kB by default and breathes; below half of that nothing is piling up. */
const breathingBytes = 256 * 1_024;

const backlogOf = (now: number, before: number | undefined): Amount => (now < breathingBytes ? 'none' : amountOf(now, before));

async function ownVersion(machine: Machine, home: string): Promise<Pick<Inside, 'version'>> {
  const file = await machine.readFile(`${home}/etc/splunk.version`, { bytesMax: 4_096 });
  const version = file.kind === 'file' ? /^VERSION=([0-9A-Za-z.+-]{1,64})$/m.exec(file.text)?.[1] : undefined;
  return version === undefined ? {} : { version: { state: 'known', version } };
}
