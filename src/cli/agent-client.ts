// Where an agent is found: at the address that was given, or where the configuration of this machine says.
import type { AgentConfig } from '../config/agent-config.ts';
import { loadAgentConfig } from '../config/load.ts';
import { hostPlaces } from '../config/places.ts';
import { agentAddresses } from './addresses.ts';
import { CannotError, type Option } from './command.ts';
import { type Credentials, credentialOptions, credentialsIn, type Daemon, type DaemonKind, daemonAt, firstThere } from './daemon-client.ts';
import { settingsFrom } from './settings.ts';

export type Agent = Daemon;

export const agentKind: DaemonKind = {
  noun: 'agent',
  port: 7807,
  start: '`systemctl start understudy-agent` or `understudy agent`',
};

export const agentOptions = {
  agent: { value: 'ADDRESS', describes: 'the agent: http://…, https://… or its Unix socket; the one of this machine unless given' },
  ...credentialOptions,
} as const satisfies Record<string, Option>;

export const agentAt = (address: string, credentials: Credentials): Promise<Agent> => daemonAt(agentKind, address, credentials);

/** Where the agent of this machine should be, by the same configuration. */
export async function localAgent({ listen }: AgentConfig, credentials: Credentials): Promise<Agent> {
  const addresses = agentAddresses(listen);
  if (addresses.length === 0) throw new CannotError('the configuration gives the agent no address; say where it is with --agent');
  return firstThere(agentKind, await Promise.all(addresses.map((address) => agentAt(address, credentials))));
}

const usualSocket = '/run/understudy/agent.sock';
const usualWeb = `http://127.0.0.1:${agentKind.port}`;

/**
 * The agent of this machine for a user who may know nothing of it: whose configuration cannot be read, or is wrong, has an agent all the
 * same, most likely where agents usually are.
 */
export async function agentHere(values: Readonly<Record<string, string>>): Promise<Agent> {
  const credentials = credentialsIn(values);
  if (values.agent !== undefined) return agentAt(values.agent, credentials);
  const { probes } = await import('../probes/machines.generated.ts');
  if (values.config !== undefined) return localAgent(await settingsFrom(values.config, probes), credentials);
  const read = await loadAgentConfig(null, probes);
  const told = read.kind === 'loaded' ? agentAddresses(read.config.listen) : [];
  const usual = [hostPlaces().socket, usualSocket, usualWeb].filter((one) => one !== null);
  const addresses = [...new Set([...told, ...usual])];
  return firstThere(agentKind, await Promise.all(addresses.map((address) => agentAt(address, credentials))));
}
