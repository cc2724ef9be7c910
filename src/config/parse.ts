// The text of a configuration file into settings, or into everything that is wrong with it at once.
import type { TSchema } from 'typebox/type';
import type { AnyProbe } from '../contract/probe.ts';
import { fillDefaults } from '../contract/schema.ts';
import { accessProblems } from './access-problems.ts';
import type { AgentConfig, Right } from './agent-config.ts';
import { readChecks } from './checks.ts';
import { inFileOrder } from './config-error.ts';
import { type ConfigMap, type ConfigRead, readConfigMap } from './config-read.ts';
import { type ConfigFile, FileSchema } from './file-schema.ts';
import { freeze } from './freeze.ts';
import { networkErrors } from './networks.ts';
import { hostPlaces, type Places } from './places.ts';
import { isRecord, schemaErrors } from './schema-messages.ts';
import { type ServedDefaults, servedSettings } from './served-settings.ts';
import { storeProblems } from './store-problems.ts';

export type { ConfigRead } from './config-read.ts';

export type Probes = ReadonlyMap<string, AnyProbe>;

/** `file` only names the text in errors and in the result; nothing is read but `text`. */
export async function parseAgentConfig(text: string, file: string, probes: Probes, places: Places = hostPlaces()): Promise<ConfigRead> {
  const read = await readConfigMap(text, file, FileSchema, 'understudy config example');
  return read.kind === 'invalid' ? read : build(read, file, probes, places);
}

async function build({ text, value }: ConfigMap, file: string, probes: Probes, places: Places): Promise<ConfigRead> {
  const shape = schemaErrors(fillDefaults(FileSchema as TSchema, value), { text, base: '', value, schema: FileSchema });
  const { checks, notTold, errors } = await readChecks(value, text, probes);
  const site = isRecord(value.node) && isRecord(value.node.site) ? value.node.site : {};
  const problems = [
    ...shape,
    ...errors,
    ...(await networkErrors(site.networks, '/node/site/networks', text)),
    ...storeProblems(value, text),
    ...accessProblems(value, text, 'agent'),
  ];
  if (problems.length > 0) return { kind: 'invalid', errors: inFileOrder(problems) };
  // Everything was checked by the schema above.
  return { kind: 'loaded', config: freeze({ ...settings(value as ConfigFile, places), file, checks, notTold }) };
}

/** A configuration of discovery alone. */
export async function discoveredConfig(probes: Probes, places: Places = hostPlaces()): Promise<AgentConfig> {
  const { checks, notTold } = await readChecks({}, null, probes);
  return freeze({ ...settings({}, places), file: null, checks, notTold });
}

function settings(file: ConfigFile, places: Places): Omit<AgentConfig, 'file' | 'checks' | 'notTold'> {
  const { node = {} } = file;
  return {
    node: { name: node.name ?? null, role: node.role ?? null, group: node.group ?? null, twin: node.twin ?? null, site: node.site ?? {} },
    ...servedSettings(file, defaults(places)),
    captureFolder: file.captures ?? places.captureFolder,
  };
}

const defaults = ({ socket, storeFile }: Places): ServedDefaults<Right> => ({
  socket,
  storeFile,
  port: 7807,
  localRights: ['read', 'run'],
  keep: '400d',
  size: '1GiB',
});
