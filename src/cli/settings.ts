// The configuration that a command goes by, or one message with everything that is wrong with it.
import type { AgentConfig } from '../config/agent-config.ts';
import { formatConfigError } from '../config/config-error.ts';
import { type ConfigRead, loadAgentConfig } from '../config/load.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { CannotError, type Option } from './command.ts';

export const configOption: Option = {
  value: 'FILE',
  describes: 'the configuration; /etc/understudy/agent.yaml if there is one, else whatever can be discovered',
};

export async function settingsFrom(file: string | null, probes: ReadonlyMap<string, AnyProbe>): Promise<AgentConfig> {
  return loadedOrThrow(await loadAgentConfig(file, probes));
}

/** More would scroll the first, which often causes the rest, out of sight. */
const errorsShownMax = 50;

export function loadedOrThrow<C>(read: ConfigRead<C>): C {
  if (read.kind === 'loaded') return read.config;
  const { errors } = read;
  const more = errors.length > errorsShownMax ? [`and ${errors.length - errorsShownMax} more`] : [];
  const count = errors.length === 1 ? 'one thing is' : `${errors.length} things are`;
  throw new CannotError(
    [`${count} wrong with the configuration`, ...errors.slice(0, errorsShownMax).map(formatConfigError), ...more].join('\n'),
  );
}
