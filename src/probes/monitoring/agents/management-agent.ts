// OCI Management Agent: only its process and the age of its log are known, so delivery is never claimed.
import type { AgentKind, Inside, Sight } from '../agent-kind.ts';
import { failedStage, neverShown, unseenStage } from '../stages.ts';

const home = '/opt/oracle/mgmt_agent';
const logPath = `${home}/agent_inst/log/mgmt_agent.log`;

export const managementAgent: AgentKind = {
  name: 'management-agent',
  title: 'OCI Management Agent',
  mainUnits: ['mgmt_agent.service'],
  companions: [],
  paths: [`${home}/agent_inst`],
  packages: ['oracle.mgmt_agent'],
  hasProcess: true,
  isProcess: ({ argv }) => argv[0]?.startsWith(`${home}/agent_inst/`) === true,
  look,
};

/** An agent with nothing to do still writes a heartbeat now and then; the format, and so any proof, is not public. */
const quietAfterMs = 3_600_000;

async function look({ machine }: Sight): Promise<Inside> {
  const log = await machine.stat(logPath);
  const unknown = unseenStage('unreadable', neverShown);
  const delivering =
    log.kind === 'failed'
      ? failedStage(log, logPath)
      : log.kind === 'missing'
        ? unseenStage('unreadable', `${logPath} does not exist`)
        : machine.now() - log.modifiedMs > quietAfterMs
          ? unseenStage('unreadable', `${logPath} has not been written for more than an hour`)
          : unknown;
  return {
    configured: unknown,
    credential: unknown,
    reachable: unknown,
    delivering,
    backlog: 'not-measured',
    losses: 'not-measured',
    complaints: [],
    readings: log.kind === 'stat' ? { logAgeSeconds: Math.max(0, (machine.now() - log.modifiedMs) / 1_000) } : {},
  };
}
