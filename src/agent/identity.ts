// Who this node is, without giving away the machine id that it is known by.
import { createHmac } from 'node:crypto';
import type { AgentConfig } from '../config/agent-config.ts';
import type { NodeIdentity } from '../contract/node.ts';
import type { MachineSource } from '../machine/source.ts';

/** machine-id(5): it should be hashed with a fixed key of the application, and not be exposed. */
const applicationKey = 'understudy node identity';
const askMsMax = 5_000;

export async function nodeIdentity(source: MachineSource, config: AgentConfig['node'], version: string): Promise<NodeIdentity> {
  const machine = source.forLook(AbortSignal.timeout(askMsMax));
  const [uname, file] = await Promise.all([machine.uname(), machine.readFile('/etc/machine-id', { bytesMax: 256 })]);
  const hostName = uname.kind === 'uname' ? uname.nodename : 'unnamed';
  const machineId = file.kind === 'file' ? file.text.trim() : '';
  // Without a machine id, as in a container, the host name is the best there is.
  const basis = machineId === '' || machineId === 'uninitialized' ? `host ${hostName}` : machineId;
  return {
    id: createHmac('sha256', applicationKey).update(basis).digest('hex').slice(0, 32),
    name: config.name ?? hostName,
    role: config.role,
    group: config.group,
    twin: config.twin,
    site: config.site,
    version,
  };
}
