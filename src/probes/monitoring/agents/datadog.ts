// Datadog Agent: its own status command counts what its intake accepted; running and healthy say nothing about that.
import { parseDurationMs } from '../../../contract/duration.ts';
import type { Machine } from '../../../contract/machine.ts';
import { capturePath, parseCapture } from '../../../formats/capture.ts';
import type { AgentKind, EarlierAgent, Inside, Sight } from '../agent-kind.ts';
import type { Complaint, Stage } from '../facts.ts';
import { amountOf, type Count, type Growth, judgeGrowth, lossesOf } from '../growth.ts';
import { clockSlackMs } from '../log-tail.ts';
import { failedStage, no, notApplicable, unseenStage, yes } from '../stages.ts';
import { type DatadogStatus, parseDatadogHealth, parseDatadogStatus } from './datadog-status.ts';
import { parseDatadogStatusText } from './datadog-status-text.ts';

export const datadog: AgentKind = {
  name: 'datadog',
  title: 'Datadog Agent',
  mainUnits: ['datadog-agent.service'],
  companions: ['datadog-agent-trace.service', 'datadog-agent-process.service'],
  paths: ['/opt/datadog-agent', '/etc/datadog-agent/datadog.yaml'],
  packages: ['datadog-agent'],
  hasProcess: true,
  isProcess: ({ argv }) => /\/datadog-agent\/bin\/agent\/agent$/.test(argv[0] ?? ''),
  look,
};

async function look(sight: Sight): Promise<Inside> {
  const configured = await lookAtKey(sight.machine);
  if (sight.running.state === 'no') return withoutStatus(configured, notApplicable('it does not run'));
  const first = await sampleStatus(sight);
  if (first.kind === 'none') return { ...withoutStatus(configured, first.stage, first.running), complaints: await lookAtHealth(sight) };
  const { sample, before } = await withSecondLook(sight, first);
  const counted = judgeGrowth(countOf(sample), before, sight.earlier);
  const growth = before === null && isFlawless(sample.status) ? { ...counted, delivering: yes } : counted;
  return inside(sight, configured, sample, growth);
}

/**
 * One look is enough where the agent never failed: a payload is made every 15 s, so a way out that had closed would show
 * as an error, a retry or a loss.
 */
const isFlawless = ({ keys, delivered, dropped, retryQueue, connectionErrorsTotal, failedTotal }: DatadogStatus): boolean =>
  keys.valid > 0 && keys.refused + keys.unchecked + dropped + retryQueue + connectionErrorsTotal + failedTotal === 0 && delivered > 0;

const withoutStatus = (configured: Stage, stage: Stage, running?: Stage): Inside => ({
  ...(running === undefined ? {} : { running }),
  configured,
  credential: stage,
  reachable: stage,
  delivering: stage,
  backlog: stage.state === 'unseen' ? 'unseen' : 'not-measured',
  losses: stage.state === 'unseen' ? 'unseen' : 'not-measured',
  complaints: [],
  readings: {},
});

/** The file also holds what this user may not see; only whether a key is set is taken from it. */
const configBytesMax = 512 * 1_024;

async function lookAtKey(machine: Machine): Promise<Stage> {
  const file = await machine.readFile('/etc/datadog-agent/datadog.yaml', { bytesMax: configBytesMax });
  if (file.kind === 'failed') return failedStage(file, '/etc/datadog-agent/datadog.yaml');
  if (file.kind === 'missing') return withoutConfig(machine);
  const key = /^api_key:[ \t]*["']?([^\s"'#]*)/m.exec(file.text)?.[1] ?? '';
  return key === '' ? no('no-key', 'api_key is not set in /etc/datadog-agent/datadog.yaml') : yes;
}

/** An agent in a container has its configuration and key (DD_API_KEY) there, where no file of this host shows them. */
async function withoutConfig(machine: Machine): Promise<Stage> {
  const home = await machine.stat('/opt/datadog-agent');
  return home.kind === 'stat'
    ? no('no-config', '/etc/datadog-agent/datadog.yaml does not exist')
    : unseenStage('unreadable', 'its configuration is not among the files of this host');
}

interface Sample {
  readonly kind: 'sample';
  readonly status: DatadogStatus;
  /** Epoch milliseconds. */
  readonly at: number;
}

type Sampled = Sample | { readonly kind: 'none'; readonly stage: Stage; readonly running?: Stage };

/** The status takes 1 to 5 s, and on a busy host longer; the whole look has a minute. */
const statusLimits = { timeoutMs: 15_000, bytesMax: 4 * 1_024 * 1_024 } as const;

async function sampleStatus({ machine, settings }: Sight): Promise<Sampled> {
  const asked = await machine.run(['datadog-agent', 'status', '--json'], statusLimits);
  // The same program without the option: an answer where only that one was recorded.
  const isUnanswered = asked.kind === 'failed' && asked.reason === 'unreadable';
  const answer = isUnanswered ? await machine.run(['datadog-agent', 'status'], statusLimits) : asked;
  if (answer.kind === 'exited') {
    const sample = understood(answer.stdout, machine.now(), isUnanswered ? parseDatadogStatusText : parseDatadogStatus);
    if (sample !== null) return sample;
  }
  const refused: Sampled =
    answer.kind === 'failed'
      ? { kind: 'none', stage: failedStage(answer, 'datadog-agent status') }
      : { kind: 'none', ...refusal(answer.code, `${answer.stderr}\n${answer.stdout}`) };
  const isDenied = refused.stage.state === 'unseen' && refused.stage.reason === 'denied';
  return isDenied ? sampleCapture(machine, settings.captureFolder, refused) : refused;
}

/** The capture is written every few minutes; an older one tells about an agent of the past. */
const captureFreshMs = 15 * 60_000;

/** Only root and dd-agent may read the agent's token: a capture unit asks in this user's place. */
async function sampleCapture(machine: Machine, folder: string, refused: Sampled): Promise<Sampled> {
  const path = capturePath('datadog-status', folder);
  const file = await machine.readFile(path, { bytesMax: statusLimits.bytesMax });
  if (file.kind === 'missing') return refused;
  if (file.kind === 'failed') return { kind: 'none', stage: failedStage(file, path) };
  const capture = parseCapture(file.bytes);
  if (capture === null) return { kind: 'none', stage: unseenStage('unparsable', `${path} is not a whole capture`) };
  if (machine.now() - capture.at > captureFreshMs)
    return { kind: 'none', stage: unseenStage('unreadable', `${path} is older than 15 minutes`) };
  if (capture.at - machine.now() > clockSlackMs) return { kind: 'none', stage: unseenStage('unparsable', `${path} is from the future`) };
  return (
    understood(capture.stdout, capture.at, parseDatadogStatus) ?? {
      kind: 'none',
      ...refusal(capture.code, `${capture.stderr}\n${capture.stdout}`),
    }
  );
}

function understood(text: string, at: number, parse: (text: string) => DatadogStatus | null): Sample | null {
  const status = parse(text);
  return status === null ? null : { kind: 'sample', status, at };
}

function refusal(code: number, said: string): { readonly stage: Stage; readonly running?: Stage } {
  if (/permission denied|auth(entication)?[ _]token/i.test(said)) {
    return { stage: unseenStage('denied', 'datadog-agent status: this user may not read the agent’s token') };
  }
  if (/could not reach agent|connection refused|is the agent running/i.test(said)) {
    return { stage: notApplicable('it does not run'), running: no('not-answering', 'the agent does not answer its own status command') };
  }
  const stage =
    code === 0
      ? unseenStage('unparsable', 'datadog-agent status printed no status')
      : unseenStage('unreadable', 'datadog-agent status failed');
  return { stage };
}

/** The look as a whole has a minute. */
const secondLookAfterMaxMs = 45_000;

/** Counts again after a while where nobody looked before and the settings allow the wait. */
async function withSecondLook(sight: Sight, first: Sample): Promise<{ readonly sample: Sample; readonly before: Count | null }> {
  const before = earlierCount(sight.earlier);
  const waitMs = Math.min(parseDurationMs(sight.settings.secondLookAfter) ?? 0, secondLookAfterMaxMs);
  if (before !== null || waitMs === 0) return { sample: first, before };
  await sight.machine.pause(waitMs);
  const second = await sampleStatus(sight);
  return second.kind === 'sample' && second.at > first.at ? { sample: second, before: countOf(first) } : { sample: first, before: null };
}

const countOf = ({ status, at }: Sample): Count => ({ at, delivered: status.delivered, startedSeconds: status.startedSeconds });

function earlierCount(earlier: EarlierAgent | null): Count | null {
  const delivered = earlier?.readings.deliveredCount;
  if (earlier === null || delivered === undefined) return null;
  const { agentStartSeconds = null, sampleAgeSeconds = 0 } = earlier.readings;
  return { at: earlier.at - sampleAgeSeconds * 1_000, delivered, startedSeconds: agentStartSeconds };
}

async function inside(sight: Sight, configured: Stage, { status, at }: Sample, growth: Growth): Promise<Inside> {
  const before = sight.earlier?.readings ?? {};
  const credential = credentialStage(status);
  return {
    ...(sight.running.state === 'unseen' ? { running: yes } : {}),
    configured: configured.state === 'no' && credential.state !== 'unseen' ? yes : configured,
    credential,
    reachable: reachableStage(status, growth.delivering, before.connectionErrorsCount),
    delivering: growth.delivering,
    backlog: amountOf(status.retryQueue, before.retryQueueCount),
    losses: lossesOf(status.dropped, before.droppedCount),
    complaints: [...complaints(status, before), ...(await lookAtHealth(sight))],
    readings: {
      deliveredCount: status.delivered,
      droppedCount: status.dropped,
      retryQueueCount: status.retryQueue,
      connectionErrorsCount: status.connectionErrorsTotal,
      logsProcessedCount: status.logs.processed,
      logsSentCount: status.logs.sent,
      sampleAgeSeconds: Math.max(0, (sight.machine.now() - at) / 1_000),
      ...(status.startedSeconds === null ? {} : { agentStartSeconds: status.startedSeconds }),
      ...(growth.withoutDeliverySeconds === null ? {} : { withoutDeliverySeconds: growth.withoutDeliverySeconds }),
    },
    ...(/^\d/.test(status.version) ? { version: { state: 'known', version: status.version.slice(0, 64) } } : {}),
  };
}

function credentialStage({ keys }: DatadogStatus): Stage {
  if (keys.refused > 0)
    return no('key-refused', `Datadog calls ${keys.refused} of ${keys.refused + keys.valid + keys.unchecked} API keys invalid`);
  return keys.valid > 0 ? yes : unseenStage('unreadable', 'the agent has not had its API key checked');
}

/** Errors that stopped growing are history; an unanswered key check is not. */
function reachableStage(status: DatadogStatus, delivering: Stage, errorsBefore: number | undefined): Stage {
  if (delivering.state === 'yes') return yes;
  const kinds = Object.keys(status.connectionErrors)
    .filter((name) => status.connectionErrors[name]! > 0)
    .sort();
  const isGrowing = errorsBefore !== undefined && status.connectionErrorsTotal > errorsBefore;
  const isUnchecked = status.keys.unchecked > 0 && status.keys.valid + status.keys.refused === 0;
  if (isGrowing || isUnchecked)
    return no('no-connection', kinds.length === 0 ? 'its key check got no answer' : `errors of these kinds: ${kinds.join(', ')}`);
  return unseenStage('unreadable', 'nothing shows whether its intake answers');
}

function complaints({ logs, failingChecks }: DatadogStatus, before: Readonly<Record<string, number>>): readonly Complaint[] {
  const { logsProcessedCount = Number.NaN, logsSentCount = Number.NaN } = before;
  return [
    ...(logs.isWanted && !logs.isRunning
      ? [{ code: 'logs-off', detail: 'logs are enabled, but its logs agent does not run' } as const]
      : []),
    ...(logs.processed > logsProcessedCount && logs.sent === logsSentCount
      ? [{ code: 'logs-stalled', detail: 'it reads logs and sends none of them' } as const]
      : []),
    ...failingChecks.map((name) => ({ code: 'check-failing', detail: name }) as const),
  ];
}

/** Under a second where the agent answers at all. FAIL can last while data flows, and PASS says nothing about delivery. */
const healthLimits = { timeoutMs: 5_000, bytesMax: 64 * 1_024 } as const;

async function lookAtHealth({ machine }: Sight): Promise<readonly Complaint[]> {
  const answer = await machine.run(['datadog-agent', 'health'], healthLimits);
  if (answer.kind === 'failed') return [];
  return (parseDatadogHealth(answer.stdout) ?? []).map((name) => ({ code: 'component-unhealthy', detail: name }));
}
