// Where an agent serves by its configuration, as addresses that a client takes.
import type { AgentConfig } from '../config/agent-config.ts';

/** The socket first: it needs no credential. */
export function agentAddresses({ socket, tcp, tls }: AgentConfig['listen']): readonly string[] {
  const web =
    tcp === null
      ? null
      : `${tls === null ? 'http' : 'https'}://${tcp.address.includes(':') ? `[${tcp.address}]` : tcp.address}:${tcp.port}`;
  return [socket, web].filter((one) => one !== null);
}
