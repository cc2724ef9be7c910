// An agent that only the settings know: each stage is proven by what the operator named for it, and by nothing else.
import { formatDuration, parseDurationMs } from '../../../contract/duration.ts';
import type { DialAnswer, Machine } from '../../../contract/machine.ts';
import type { AgentKind, Inside, Sight } from '../agent-kind.ts';
import type { Stage, VersionFacts } from '../facts.ts';
import type { DescribedAgent } from '../settings.ts';
import { failedStage, failureWords, no, notApplicable, unseenStage, yes } from '../stages.ts';

export const described = (agent: DescribedAgent): AgentKind => ({
  name: agent.name,
  title: agent.name,
  mainUnits: agent.unit === undefined ? [] : [agent.unit],
  companions: [],
  paths: [],
  packages: [],
  hasProcess: agent.process !== undefined,
  isProcess: ({ command, argv }) =>
    agent.process !== undefined &&
    (command === agent.process.slice(0, kernelNameCharacters) || argv[0]?.split('/').at(-1) === agent.process),
  look: (sight) => look(sight, agent),
});

/** The kernel keeps 15 characters of a program's name. */
const kernelNameCharacters = 15;

async function look(sight: Sight, agent: DescribedAgent): Promise<Inside> {
  const { machine } = sight;
  const port = agent.port === undefined ? null : await listeningStage(machine, agent.port);
  const log = agent.log === undefined ? null : await logStage(machine, agent.log);
  const http = agent.http === undefined ? null : await httpStages(machine, agent.http);
  return {
    ...(port === null || sight.running.state === 'no' ? {} : { running: port }),
    configured: notDescribed,
    credential: notDescribed,
    reachable: http?.reachable ?? notDescribed,
    delivering: worse(log?.stage ?? null, http?.delivering ?? null),
    backlog: 'not-measured',
    losses: 'not-measured',
    complaints: [],
    readings: log?.ageSeconds === undefined ? {} : { logAgeSeconds: log.ageSeconds },
    ...(agent.version === undefined ? {} : { version: await askVersion(machine, agent.version.command) }),
  };
}

const notDescribed = notApplicable('nothing in its description proves this');

/** Both proofs have to hold; what could not be seen is not outweighed by the other. */
function worse(log: Stage | null, http: Stage | null): Stage {
  const stages = [log, http].filter((stage) => stage !== null);
  return stages.find(({ state }) => state === 'no') ?? stages.find(({ state }) => state === 'unseen') ?? stages[0] ?? notDescribed;
}

async function listeningStage(machine: Machine, port: number): Promise<Stage> {
  const answer = await machine.listeners();
  if (answer.kind === 'failed') return failedStage(answer, 'listening sockets');
  return answer.sockets.some((socket) => socket.port === port) ? yes : no('port-closed', `nothing listens on TCP port ${port}`);
}

interface LogSight {
  readonly stage: Stage;
  readonly ageSeconds?: number;
}

async function logStage(machine: Machine, { path, freshWithin }: NonNullable<DescribedAgent['log']>): Promise<LogSight> {
  const log = await machine.stat(path);
  if (log.kind === 'failed') return { stage: failedStage(log, path) };
  if (log.kind === 'missing') return { stage: no('stale', `${path} does not exist`) };
  const ageMs = machine.now() - log.modifiedMs;
  const limitMs = parseDurationMs(freshWithin) ?? 0;
  const isFresh = ageMs <= limitMs;
  return {
    stage: isFresh ? yes : no('stale', `${path} has not been written for more than ${formatDuration(limitMs)}`),
    ageSeconds: Math.max(0, ageMs / 1_000),
  };
}

interface HttpStages {
  readonly reachable: Stage;
  readonly delivering: Stage;
}

/** A health address answers from memory. */
const httpTimeoutMs = 5_000;

const bodyBytesMax = 4_096;

async function httpStages(machine: Machine, { url, status }: NonNullable<DescribedAgent['http']>): Promise<HttpStages> {
  const target = URL.canParse(url) ? new URL(url) : null;
  if (target === null) return both(unseenStage('unreadable', 'its health address is not a URL'));
  const address = await addressOf(machine, target.hostname.replace(/^\[|\]$/g, ''));
  if (typeof address !== 'string') return both(address);
  const answer = await machine.dial({
    address,
    port: Number(target.port === '' ? (target.protocol === 'https:' ? 443 : 80) : target.port),
    timeoutMs: httpTimeoutMs,
    ...(target.protocol === 'https:' ? { tls: { serverName: target.hostname } } : {}),
    http: { method: 'GET', path: `${target.pathname}${target.search}`, host: target.host, headers: {}, bodyBytesMax },
  });
  return judgeHttp(answer, status);
}

const both = (stage: Stage): HttpStages => ({ reachable: stage, delivering: stage });

async function addressOf(machine: Machine, host: string): Promise<string | Stage> {
  if (/^[0-9.]+$/.test(host) || host.includes(':')) return host;
  const answer = await machine.lookup(host, { family: 0, timeoutMs: httpTimeoutMs });
  switch (answer.kind) {
    case 'addresses':
      return answer.addresses[0] ?? no('no-connection', 'the name in its health address has no address');
    case 'no-such-name':
      return no('no-connection', 'the name in its health address does not exist');
    case 'failed':
      return unseenStage(answer.reason, `the name in its health address: ${failureWords[answer.reason]}`);
  }
}

function judgeHttp(answer: DialAnswer, status: number): HttpStages {
  if (answer.result === 'local-error') return both(unseenStage('unreadable', 'its health address could not be asked from here'));
  if (answer.http === undefined) {
    const stage = no('no-connection', `its health address cannot be asked: ${answer.result} (${answer.stage})`);
    return { reachable: stage, delivering: notApplicable('its health address does not answer') };
  }
  if (answer.http.status === status) return both(yes);
  return { reachable: yes, delivering: no('http-status', `its health address answers ${answer.http.status} instead of ${status}`) };
}

const versionLimits = { timeoutMs: 5_000, bytesMax: 16 * 1_024 } as const;

async function askVersion(machine: Machine, [program, ...rest]: readonly string[]): Promise<VersionFacts> {
  const asked = `its version command ${program}`;
  const answer = await machine.run([program ?? '', ...rest], versionLimits);
  if (answer.kind === 'failed') return { state: 'unseen', reason: answer.reason, detail: `${asked}: ${failureWords[answer.reason]}` };
  const version = answer.code === 0 ? /\d+(?:\.\d+)+[0-9A-Za-z.+~-]*/.exec(answer.stdout)?.[0] : undefined;
  return version === undefined
    ? { state: 'unseen', reason: 'unparsable', detail: `${asked} printed no version` }
    : { state: 'known', version: version.slice(0, 64) };
}
