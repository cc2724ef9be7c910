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
import { type LookProgress, lookOnce } from '../look/look-once.ts';
import { machineLooks } from '../machine/recording.ts';
import type { MachineSource } from '../machine/source.ts';
import { CannotError } from './command.ts';
import { programVersion } from './program-version.ts';
import { settingsFrom } from './settings.ts';
import type { Terminal } from './terminal.ts';
import { tookWords } from './words.ts';

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

/** Looks through the given checks, with a line of progress on a terminal. */
export async function look(subject: Subject, probes: Probes, terminal: Terminal, identity?: NodeIdentity): Promise<Snapshot> {
  const { source, config } = subject;
  const node = identity ?? (await identityOf(subject));
  const began = performance.now();
  let latest: LookProgress = { done: 0, total: config.checks.length, underWay: [] };
  const show = (): void =>
    terminal.progress(`looking: ${latest.done} of ${latest.total}, ${tookWords(performance.now() - began)}  ${latest.underWay.join(', ')}`);
  const ticking = setInterval(show, progressEveryMs);
  try {
    return await lookOnce({
      checks: config.checks,
      probes,
      source: machineLooks(source),
      node,
      notTold: [...config.notTold],
      onProgress: (progress) => {
        latest = progress;
        show();
      },
    });
  } finally {
    clearInterval(ticking);
    terminal.progress(null);
  }
}

const progressEveryMs = 200;
