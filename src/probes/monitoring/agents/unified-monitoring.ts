// OCI Unified Monitoring Agent (Logging): proven by answers of 200 in its log, told from idleness by positions and buffers.
import type { Machine } from '../../../contract/machine.ts';
import type { AgentKind, EarlierAgent, Inside, Sight } from '../agent-kind.ts';
import type { Amount, Stage } from '../facts.ts';
import { clockSlackMs, fromTheFuture, tailLog } from '../log-tail.ts';
import { failedStage, no, unseenStage, yes } from '../stages.ts';
import {
  type FluentdConfig,
  type FlushFailure,
  type Position,
  parseFluentdConfig,
  parsePositions,
  parseShippingLog,
  type ShippingLog,
} from './unified-monitoring-log.ts';

export const unifiedMonitoring: AgentKind = {
  name: 'unified-monitoring',
  title: 'OCI Unified Monitoring Agent',
  mainUnits: ['unified-monitoring-agent.service'],
  // A restart does not fetch the configuration, the downloader does: with its timer off, new log sources never arrive.
  companions: [
    'unified-monitoring-agent_config_downloader.timer',
    'unified-monitoring-agent_config_downloader.service',
    'unified-monitoring-agent_restarter.path',
  ],
  paths: ['/opt/unified-monitoring-agent', '/etc/unified-monitoring-agent'],
  packages: ['unified-monitoring-agent'],
  hasProcess: true,
  isProcess: ({ argv }) => argv[0]?.startsWith('/opt/unified-monitoring-agent/') === true,
  look,
};

const configPath = '/etc/unified-monitoring-agent/conf.d/fluentd_config/fluentd.conf';
const logPath = '/var/log/unified-monitoring-agent/unified-monitoring-agent.log';

const configBytesMax = 1_024 * 1_024;

/** The log is rotated at 1 MB; a shipping agent writes a few hundred bytes a flush. */
const logBytesMax = 256 * 1_024;

async function look(sight: Sight): Promise<Inside> {
  const { machine } = sight;
  const [config, log] = await Promise.all([readConfig(machine), tailLog(machine, [logPath], logBytesMax, ['.0', '.1'])]);
  const running = workerStage(sight);
  const [buffered, pending] = await Promise.all([
    measureBuffers(machine, config.parsed?.bufferPaths ?? []),
    measurePending(machine, config.parsed?.positionFiles ?? []),
  ]);
  const shipping = log.kind === 'lines' ? parseShippingLog(log.lines) : null;
  const stages =
    shipping === null
      ? unseenShipping(log.kind === 'none' ? log.stage : config.stage)
      : judgeShipping(shipping, { sight, buffered, pending });
  return {
    ...(running === null ? {} : { running }),
    configured: config.stage,
    ...stages,
    backlog: backlogOf(config, buffered, sight.earlier),
    losses: 'not-measured',
    complaints: shipping?.isUndated === true ? [{ code: 'undated-entries', detail: 'its newest batch bears entries of 1970' }] : [],
    readings: readingsOf(shipping, buffered, pending, machine.now()),
  };
}

const unseenShipping = (stage: Stage) => ({ credential: stage, reachable: stage, delivering: stage });

/** Healthy is a supervisor with a worker under it. A worker takes some ten seconds to come up (its own log shows 12). */
const workerStartMs = 60_000;

function workerStage({ own, processes, running, machine }: Sight): Stage | null {
  if (running.state !== 'yes' || processes.kind !== 'seen' || processes.isCut || own.length === 0) return null;
  if (own.some(({ argv }) => argv.includes('--under-supervisor'))) return null;
  const isYoung = own.some(({ startedMs }) => machine.now() - startedMs < workerStartMs);
  return isYoung ? no('starting', 'its worker has not started yet') : no('worker-missing', 'its supervisor runs without a worker');
}

interface Config {
  readonly stage: Stage;
  readonly parsed: FluentdConfig | null;
}

async function readConfig(machine: Machine): Promise<Config> {
  const file = await machine.readFile(configPath, { bytesMax: configBytesMax });
  if (file.kind === 'failed') return { stage: failedStage(file, configPath), parsed: null };
  if (file.kind === 'missing') return { stage: no('no-config', `${configPath} does not exist`), parsed: null };
  const parsed = parseFluentdConfig(file.text);
  return {
    stage: parsed.hasSource && parsed.hasSink ? yes : no('no-destination', `${configPath} has no source with an oci_logging match`),
    parsed,
  };
}

interface Shown {
  readonly sight: Sight;
  readonly buffered: Measured;
  readonly pending: Measured;
}

/** A flush is due every 180 s where the service configures it: three of them. */
const acceptedWithinMs = 10 * 60_000;

function judgeShipping(log: ShippingLog, shown: Shown): Pick<Inside, 'credential' | 'reachable' | 'delivering'> {
  const now = shown.sight.machine.now();
  const newestAt = Math.max(log.acceptedAt ?? 0, log.failure?.at ?? 0);
  if (newestAt - now > clockSlackMs) return unseenShipping(fromTheFuture);
  if (log.failure !== null) return failureStages[log.failure.kind];
  if (log.acceptedAt === null) return unseenShipping(nothingSent(shown));
  if (now - log.acceptedAt <= acceptedWithinMs) return { credential: yes, reachable: yes, delivering: yes };
  return { ...unseenShipping(unseenStage('unreadable', 'its log shows no recent answer')), delivering: idleOrStuck(shown) };
}

const flushFailing = no('flush-failing', 'it fails to flush its buffer; a chunk that fails for 3 hours is dropped');

const failureStages: Record<FlushFailure['kind'], Pick<Inside, 'credential' | 'reachable' | 'delivering'>> = {
  'not-authorized': {
    credential: no('not-authorized', 'OCI answers 404 NotAuthorizedOrNotFound: no policy lets this instance write the log'),
    reachable: yes,
    delivering: flushFailing,
  },
  'key-refused': {
    credential: no('key-refused', 'OCI answers that the instance is not authenticated'),
    reachable: yes,
    delivering: flushFailing,
  },
  'clock-skewed': {
    credential: no('clock-skewed', 'OCI refuses its requests: the clock is more than 5 minutes off'),
    reachable: yes,
    delivering: flushFailing,
  },
  'no-connection': {
    credential: unseenStage('unreadable', 'OCI Logging does not answer'),
    reachable: no('no-connection', 'the ingestion endpoint of OCI Logging does not answer'),
    delivering: flushFailing,
  },
  other: {
    credential: unseenStage('unreadable', 'its log does not say why it cannot flush'),
    reachable: unseenStage('unreadable', 'its log does not say why it cannot flush'),
    delivering: flushFailing,
  },
};

const nothingSent = ({ pending, buffered }: Shown): Stage =>
  pending.isStuck || buffered.isStuck ? no('stalled', waitsUnsent) : unseenStage('unreadable', 'its log shows nothing that was sent yet');

const waitsUnsent = 'what it should send waits unsent';

/** Without new lines there is nothing to send: only what waits, in a source or a buffer, tells a stuck agent from an idle one. */
function idleOrStuck({ pending, buffered }: Shown): Stage {
  if (pending.isStuck || buffered.isStuck) return no('stalled', waitsUnsent);
  if (pending.failed !== null) return pending.failed;
  if (buffered.failed !== null) return buffered.failed;
  return yes;
}

interface Measured {
  readonly bytes: number;
  /** Some of it has waited longer than a healthy agent lets it. */
  readonly isStuck: boolean;
  /** What kept it from being measured; null where nothing did. */
  readonly failed: Stage | null;
}

const filesMax = 512;

/** A line a source, and fluentd keeps the files of sources that are gone: some hundred bytes each. */
const positionsBytesMax = 128 * 1_024;

/** Flushed every 180 s: what lies longer was not accepted. */
const chunkAgeMs = 10 * 60_000;

async function measureBuffers(machine: Machine, folders: readonly string[]): Promise<Measured> {
  let bytes = 0;
  let oldestMs = 0;
  let failed: Stage | null = null;
  for (const folder of folders.slice(0, 64)) {
    // fluentd writes chunks as buffer.b<id>.log (filling) and buffer.q<id>.log (queued), the id's metadata beside them.
    const found = await machine.glob(`${folder}/**/*.log`, { entriesMax: filesMax });
    if (found.kind === 'failed') failed = failedStage(found, folder);
    else {
      if (found.denied.length > 0) failed = unseenStage('denied', `${folder}: this user may not`);
      for (const stat of await Promise.all(found.paths.map((path) => machine.stat(path)))) {
        if (stat.kind !== 'stat') continue;
        bytes += stat.sizeBytes;
        if (stat.sizeBytes > 0) oldestMs = Math.max(oldestMs, machine.now() - stat.modifiedMs);
      }
    }
  }
  return { bytes, isStuck: bytes > 0 && oldestMs > chunkAgeMs, failed };
}

/** A line is read within a second of its writing. */
const unreadAgeMs = 60_000;

async function measurePending(machine: Machine, positionFiles: readonly string[]): Promise<Measured> {
  if (positionFiles.length === 0)
    return { bytes: 0, isStuck: false, failed: unseenStage('unreadable', 'it keeps no positions that tell idle from stuck') };
  const files = await Promise.all(positionFiles.slice(0, 64).map((path) => machine.readFile(path, { bytesMax: positionsBytesMax })));
  const failed = files.find((file) => file.kind !== 'file');
  const positions = files.flatMap((file) => (file.kind === 'file' ? parsePositions(file.text) : [])).slice(-filesMax);
  const unread = await Promise.all(positions.map((position) => measureUnread(machine, position)));
  return {
    bytes: unread.reduce((sum, { bytes }) => sum + bytes, 0),
    isStuck: unread.some(({ isOld }) => isOld),
    failed:
      failed === undefined
        ? null
        : failed.kind === 'failed'
          ? failedStage(failed, 'its position files')
          : unseenStage('unreadable', 'it has no position file yet'),
  };
}

/** A source shorter than its position was rotated or cut: all of it is unread. One that is gone has nothing left to read. */
async function measureUnread(machine: Machine, { path, offset }: Position): Promise<{ readonly bytes: number; readonly isOld: boolean }> {
  const stat = await machine.stat(path);
  if (stat.kind !== 'stat') return { bytes: 0, isOld: false };
  const bytes = stat.sizeBytes >= offset ? stat.sizeBytes - offset : stat.sizeBytes;
  return { bytes, isOld: bytes > 0 && machine.now() - stat.modifiedMs > unreadAgeMs };
}

function backlogOf(config: Config, buffered: Measured, earlier: EarlierAgent | null): Amount {
  if (buffered.failed !== null) return 'unseen';
  if (config.parsed === null) return config.stage.state === 'unseen' ? 'unseen' : 'not-measured';
  if (config.parsed.bufferPaths.length === 0) return 'not-measured';
  // A chunk that fills until its flush is not a backlog.
  if (!buffered.isStuck) return 'none';
  return buffered.bytes > (earlier?.readings.backlogBytes ?? Number.POSITIVE_INFINITY) ? 'growing' : 'held';
}

const readingsOf = (log: ShippingLog | null, buffered: Measured, pending: Measured, now: number): Readonly<Record<string, number>> => ({
  ...(log === null || log.acceptedAt === null ? {} : { lastDeliveryAgeSeconds: (now - log.acceptedAt) / 1_000 }),
  ...(buffered.failed === null ? { backlogBytes: buffered.bytes } : {}),
  ...(pending.failed === null ? { unreadBytes: pending.bytes } : {}),
});
