// What is looked at: this machine, or a folder that stands in for one, with the configuration that belongs to it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nodeIdentity } from '../agent/identity.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import { discoveredConfig } from '../config/parse.ts';
import { defaultConfigFile } from '../config/places.ts';
import type { NodeIdentity } from '../contract/node.ts';
import type { Snapshot } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { machineLooks } from '../machine/recording.ts';
import type { MachineSource } from '../machine/source.ts';
import { CannotError } from './command.ts';
import { type Looks, lookThrough } from './looks.ts';
import { programVersion } from './program-version.ts';
import { settingsFrom } from './settings.ts';
import type { Terminal } from './terminal.ts';

export interface Subject {
  readonly source: MachineSource;
  readonly config: AgentConfig;
}

type Probes = ReadonlyMap<string, AnyProbe>;

/** `folder` null is this machine. */
export async function openSubject(folder: string | null, configFile: string | null, probes: Probes): Promise<Subject> {
  if (folder === null) {
    const config = await settingsFrom(configFile, probes);
    const { localMachine } = await import('../machine/local.ts');
    return { source: localMachine(), config };
  }
  const source = await openFolder(folder);
  return { source, config: await recordedConfig(folder, configFile, probes) };
}

export async function openFolder(folder: string): Promise<MachineSource> {
  const [{ openRecorded }, { RecordedMachineError }] = await Promise.all([
    import('../machine/recorded.ts'),
    import('../machine/recorded-file.ts'),
  ]);
  if (!existsSync(join(folder, 'machine.yaml')))
    throw new CannotError(`${folder} is no recorded machine: there is no machine.yaml in it; \`understudy record DIR\` writes one`);
  try {
    return await openRecorded(folder);
  } catch (error) {
    if (error instanceof RecordedMachineError) throw new CannotError(error.message);
    throw error;
  }
}

/** A recorded machine brings its own configuration along. That of the machine where the command runs is none of its business. */
async function recordedConfig(folder: string, configFile: string | null, probes: Probes): Promise<AgentConfig> {
  const own = join(folder, 'files', defaultConfigFile);
  if (configFile === null && !existsSync(own)) return discoveredConfig(probes);
  return settingsFrom(configFile ?? own, probes);
}

export const identityOf = ({ source, config }: Subject): Promise<NodeIdentity> => nodeIdentity(source, config.node, programVersion());

/** This machine, or the recorded one, as something to look at. */
export async function looksOf(subject: Subject, identity?: NodeIdentity): Promise<Looks> {
  const { source, config } = subject;
  const { checks, notTold } = config;
  const node = identity ?? (await identityOf(subject));
  return { looksAt: 'machine', node, source: machineLooks(source), checks, notTold, close: () => {} };
}

export const look = async (subject: Subject, probes: Probes, terminal: Terminal, identity?: NodeIdentity): Promise<Snapshot> =>
  lookThrough(await looksOf(subject, identity), probes, terminal);
