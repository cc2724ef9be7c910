// Oracle Cloud Agent: its instance monitoring is proven by metrics that the service acknowledged within three minutes.
import type { AgentKind, Inside, Sight } from '../agent-kind.ts';
import type { InstanceFacts, Stage } from '../facts.ts';
import { clockSlackMs, fromTheFuture, type LogTail, tailLog } from '../log-tail.ts';
import { no, notApplicable, unseenStage, yes } from '../stages.ts';

export const oracleCloudAgent: AgentKind = {
  name: 'oracle-cloud-agent',
  title: 'Oracle Cloud Agent',
  mainUnits: ['oracle-cloud-agent.service', 'snap.oracle-cloud-agent.oracle-cloud-agent.service'],
  companions: ['oracle-cloud-agent-updater.service', 'snap.oracle-cloud-agent.oracle-cloud-agent-updater.service'],
  paths: ['/etc/oracle-cloud-agent', '/var/snap/oracle-cloud-agent'],
  packages: ['oracle-cloud-agent'],
  hasProcess: true,
  isProcess: ({ argv }) => /\/oracle-cloud-agent\/.*\bagent$|\/oracle-cloud-agent$/.test(argv[0] ?? ''),
  look,
};

/** RPM first, then the snap. */
const logFolders = ['/var/log/oracle-cloud-agent', '/var/snap/oracle-cloud-agent/common/log'] as const;

/** A few hundred bytes a minute: hours of it. */
const logBytesMax = 128 * 1_024;

export const agentLogPaths = logFolders.map((folder) => `${folder}/agent.log`);

async function look({ machine, instance }: Sight): Promise<Inside> {
  const log = await tailLog(
    machine,
    logFolders.map((folder) => `${folder}/plugins/gomon/monitoring.log`),
    logBytesMax,
  );
  const sent = log.kind === 'lines' ? lastAnswer(log.lines) : null;
  return {
    configured: pluginStage(instance),
    ...judgeAnswer(log, sent, machine.now()),
    backlog: 'not-measured',
    losses: 'not-measured',
    complaints: [],
    readings: sent?.acceptedAt == null ? {} : { lastDeliveryAgeSeconds: (machine.now() - sent.acceptedAt) / 1_000 },
  };
}

const monitoringPlugin = 'Compute Instance Monitoring';

function pluginStage(instance: InstanceFacts): Stage {
  switch (instance.state) {
    case 'not-asked':
      return notApplicable('instance metadata is not asked for its desired plugin states');
    case 'unseen':
      return unseenStage(instance.reason, instance.detail);
    case 'seen':
      break;
  }
  const isOff =
    instance.allPluginsDisabled ||
    instance.monitoringDisabled ||
    instance.plugins.some((plugin) => plugin.name === monitoringPlugin && plugin.desired === 'DISABLED');
  return isOff ? no('plugin-disabled', `OCI asks for "${monitoringPlugin}" to be disabled`) : yes;
}

export type MetricsAnswer = 'accepted' | 'clock-skewed' | 'not-authorized' | 'key-refused' | 'refused';

export interface MetricsLog {
  /** The newest answer that the log tells about. */
  readonly last: MetricsAnswer;
  /** Epoch milliseconds of the newest accepted delivery; null where none is in sight. */
  readonly acceptedAt: number | null;
}

/**
 * Null where the log tells of no delivery. Records may span lines, and only the first bears a stamp. The source file and
 * line in front of a message change between versions; `status 200 OK` of a metadata fetch is not a delivery.
 */
export function lastAnswer(lines: readonly string[]): MetricsLog | null {
  let last: MetricsAnswer | null = null;
  let acceptedAt: number | null = null;
  for (const record of recordsOf(lines)) {
    const answer = answerIn(record.text);
    if (answer === null) continue;
    last = answer;
    if (answer === 'accepted') acceptedAt = record.at ?? acceptedAt;
  }
  return last === null ? null : { last, acceptedAt };
}

function answerIn(text: string): MetricsAnswer | null {
  const status = /Sent metrics status: (\d+)/.exec(text)?.[1];
  if (status === '200') return 'accepted';
  if (/clock skew/i.test(text)) return 'clock-skewed';
  if (/NotAuthorizedOrNotFound/.test(text) || status === '404') return 'not-authorized';
  if (/NotAuthenticated/.test(text) || status === '401' || status === '403') return 'key-refused';
  return status === undefined ? null : 'refused';
}

interface LogRecord {
  /** Null for a record whose first line was cut off. */
  readonly at: number | null;
  readonly text: string;
}

function recordsOf(lines: readonly string[]): readonly LogRecord[] {
  const records: { at: number | null; text: string }[] = [];
  for (const line of lines) {
    const at = goStamp(line);
    const open = records.at(-1);
    if (at === null && open !== undefined) open.text += `\n${line}`;
    else records.push({ at, text: line });
  }
  return records;
}

/** `2024/06/25 23:53:18.020385`, without a zone: UTC on Oracle's images. */
function goStamp(line: string): number | null {
  const match = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,9})?) /.exec(line);
  if (match === null) return null;
  const at = Date.parse(`${match[1]}-${match[2]}-${match[3]}T${match[4]!.slice(0, 12)}Z`);
  return Number.isNaN(at) ? null : at;
}

/** Metrics go out once a minute. */
const acceptedWithinMs = 180_000;

type Answered = Pick<Inside, 'credential' | 'reachable' | 'delivering'>;

function judgeAnswer(log: LogTail, sent: MetricsLog | null, now: number): Answered {
  const all = (stage: Stage): Answered => ({ credential: stage, reachable: stage, delivering: stage });
  if (log.kind === 'none') return all(log.stage);
  if (sent === null) return all(unseenStage('unreadable', 'its monitoring log tells of no delivery'));
  if (sent.last !== 'accepted') return refused(sent.last);
  if (sent.acceptedAt === null) return all(unseenStage('unparsable', 'its monitoring log bears no time'));
  if (sent.acceptedAt - now > clockSlackMs) return all(fromTheFuture);
  if (now - sent.acceptedAt <= acceptedWithinMs) return all(yes);
  const silent = unseenStage('unreadable', 'its monitoring log has fallen silent');
  return { credential: silent, reachable: silent, delivering: no('stale', 'no metrics were accepted for more than 3 minutes') };
}

function refused(answer: Exclude<MetricsAnswer, 'accepted'>): Answered {
  const delivering = no('stalled', 'OCI Monitoring does not accept its metrics');
  switch (answer) {
    case 'clock-skewed':
      return {
        credential: no('clock-skewed', 'OCI refuses its requests: the clock is more than 5 minutes off'),
        reachable: yes,
        delivering,
      };
    case 'not-authorized':
      return {
        credential: no('not-authorized', 'OCI answers 404 NotAuthorizedOrNotFound: no policy lets this instance post metrics'),
        reachable: yes,
        delivering,
      };
    case 'key-refused':
      return { credential: no('key-refused', 'OCI answers that the instance is not authenticated'), reachable: yes, delivering };
    case 'refused':
      return { credential: yes, reachable: yes, delivering };
  }
}
