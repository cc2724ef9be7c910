// Oracle's instance metadata: which plugins the Oracle Cloud Agent is asked to run. Desired states, never actual ones.
import type { Machine } from '../../contract/machine.ts';
import type { ProcessSight } from './agent-kind.ts';
import type { InstanceFacts, PluginFacts } from './facts.ts';
import type { LogTail } from './log-tail.ts';

/** Link-local: it answers in 10 ms, or a host firewall drops the packets. */
const metadataTimeoutMs = 2_000;

const bodyBytesMax = 256 * 1_024;

const pluginsMax = 64;

/** Where the metadata do not answer, the agent's log still names the plugins that it was last asked for. */
export async function lookAtInstance(machine: Machine, processes: ProcessSight, agentLog: LogTail): Promise<InstanceFacts> {
  const seen = await askMetadata(machine, processes, agentLog);
  const plugins = seen.state === 'unseen' && agentLog.kind === 'lines' ? pluginsInLog(agentLog.lines) : [];
  return seen.state === 'unseen' && plugins.length > 0 ? { ...seen, plugins } : seen;
}

async function askMetadata(machine: Machine, processes: ProcessSight, agentLog: LogTail): Promise<InstanceFacts> {
  const answer = await machine.dial({
    address: '169.254.169.254',
    port: 80,
    timeoutMs: metadataTimeoutMs,
    http: { method: 'GET', path: '/opc/v2/instance/', host: '169.254.169.254', headers: { authorization: 'Bearer Oracle' }, bodyBytesMax },
  });
  if (answer.result !== 'completed' || answer.http === undefined) {
    return { state: 'unseen', reason: answer.result === 'timeout' ? 'timeout' : 'unreadable', detail: 'instance metadata does not answer' };
  }
  if (answer.http.status !== 200)
    return { state: 'unseen', reason: 'unreadable', detail: `instance metadata answers with status ${answer.http.status}` };
  return parseInstance(answer.http.body, actualStates(processes, agentLog)) ?? notMetadata;
}

const notMetadata: InstanceFacts = { state: 'unseen', reason: 'unparsable', detail: 'instance metadata has no agentConfig' };

/** Takes agentConfig and the compartment; user data and keys, which the answer also holds, are left where they are. */
export function parseInstance(text: string, actual: (plugin: string) => PluginFacts['actual']): InstanceFacts | null {
  const instance = parsed(text);
  const config = asObject(instance?.agentConfig);
  if (config === null) return null;
  const listed = Array.isArray(config.pluginsConfig) ? config.pluginsConfig : [];
  return {
    state: 'seen',
    compartment: textOf(instance?.compartmentId),
    allPluginsDisabled: config.allPluginsDisabled === true,
    monitoringDisabled: config.monitoringDisabled === true,
    plugins: listed
      .slice(0, pluginsMax)
      .map(asObject)
      .map((plugin) => ({ name: textOf(plugin?.name), desired: textOf(plugin?.desiredState) }))
      .filter(({ name, desired }) => name !== '' && desired !== '')
      .map(({ name, desired }) => ({ name, desired, actual: actual(name) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}

const asObject = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : null;

const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 255) : '');

/** OCI's name of a plugin to the name of its folder and process, as far as they are known. */
const folders: Readonly<Record<string, string>> = {
  'Compute Instance Monitoring': 'gomon',
  'Compute Instance Run Command': 'runcommand',
  'Custom Logs Monitoring': 'unifiedmonitoring',
  'Block Volume Management': 'oci-blockautoconfig',
  Bastion: 'bastions',
  'OS Management Hub Agent': 'oci-osmh',
};

function actualStates(processes: ProcessSight, agentLog: LogTail): (plugin: string) => PluginFacts['actual'] {
  const words = agentLog.kind === 'lines' ? parsePluginStates(agentLog.lines) : new Map<string, PluginFacts['actual']>();
  const isRunning = (folder: string): boolean =>
    processes.kind === 'seen' &&
    processes.processes.some(({ argv }) => new RegExp(`oracle-cloud-agent/.*\\b${folder}(?:/|$)`).test(argv[0] ?? ''));
  return (plugin) => {
    const folder = Object.hasOwn(folders, plugin) ? folders[plugin]! : null;
    if (folder === null) return 'unseen';
    return isRunning(folder) ? 'running' : (words.get(folder) ?? 'unseen');
  };
}

/** Plugins as agent.log names them, with what was desired of them (`Enable`); of other words only their first letters are sure. */
export function pluginsInLog(lines: readonly string[]): PluginFacts[] {
  const desired = new Map<string, string>();
  for (const line of lines) {
    const checked = /health check of plugin:\[([\w.-]+)\], desiredState:\[(Enable|Disable)\w*\]/i.exec(line);
    if (checked !== null) desired.set(checked[1]!, checked[2]!.toLowerCase() === 'enable' ? 'ENABLED' : 'DISABLED');
  }
  const actual = parsePluginStates(lines);
  return [...desired]
    .slice(0, pluginsMax)
    .map(([folder, wanted]) => ({ name: nameOf(folder), desired: wanted, actual: actual.get(folder) ?? ('unseen' as const) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const nameOf = (folder: string): string => Object.keys(folders).find((name) => folders[name] === folder) ?? folder;

/** The last word of agent.log about each plugin. Of its states only `notStarted` and the line `started plugin` are known. */
export function parsePluginStates(lines: readonly string[]): ReadonlyMap<string, PluginFacts['actual']> {
  const states = new Map<string, PluginFacts['actual']>();
  for (const line of lines) {
    const checked = /health check of plugin:\[([\w.-]+)\].*currentState:\[(\w+)\]/.exec(line);
    if (checked !== null && checked[2] === 'notStarted') states.set(checked[1]!, 'not-running');
    const started = /\bstarted plugin:\[([\w.-]+)\]/.exec(line);
    if (started !== null) states.set(started[1]!, 'running');
  }
  return states;
}
