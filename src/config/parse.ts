// The text of a configuration file into settings, or into everything that is wrong with it at once.
import type { TSchema } from 'typebox/type';
import { parseDurationMs } from '../contract/duration.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { fillDefaults } from '../contract/schema.ts';
import { accessProblems } from './access-problems.ts';
import type { AgentConfig } from './agent-config.ts';
import { readChecks } from './checks.ts';
import { type ConfigError, inFileOrder } from './config-error.ts';
import { type ConfigFile, FileSchema } from './file-schema.ts';
import { freeze } from './freeze.ts';
import { networkProblem } from './networks.ts';
import { hostPlaces, type Places } from './places.ts';
import { isRecord, schemaErrors, show } from './schema-messages.ts';
import { parseSizeBytes } from './sizes.ts';
import { type ConfigText, readYaml } from './yaml-text.ts';

export type ConfigRead =
  | { readonly kind: 'loaded'; readonly config: AgentConfig }
  | { readonly kind: 'invalid'; readonly errors: readonly ConfigError[] };

export type Probes = ReadonlyMap<string, AnyProbe>;

/** `file` only names the text in errors and in the result; nothing is read but `text`. */
export async function parseAgentConfig(text: string, file: string, probes: Probes, places: Places = hostPlaces()): Promise<ConfigRead> {
  const read = await readYaml(text, file);
  if (read.kind === 'invalid') return { kind: 'invalid', errors: inFileOrder(read.errors) };
  const { value } = read.text;
  if (value === null) return invalid(read.text, 'the file is empty; `understudy config example` prints one to begin with');
  if (!isRecord(value)) return invalid(read.text, `${show(value)}; expected a map with ${Object.keys(FileSchema.properties).join(', ')}`);
  return build(read.text, value, file, probes, places);
}

const invalid = (text: ConfigText, message: string): ConfigRead => ({ kind: 'invalid', errors: [text.error('', 'value', message)] });

async function build(text: ConfigText, value: Record<string, unknown>, file: string, probes: Probes, places: Places): Promise<ConfigRead> {
  for (const [key, section] of [...sectionsOf(value), ...sectionsOf(value.checks)]) section[key] ??= {};
  const shape = schemaErrors(fillDefaults(FileSchema as TSchema, value), { text, base: '', value, schema: FileSchema });
  const { checks, notTold, errors } = await readChecks(value, text, probes);
  const problems = [
    ...shape,
    ...errors,
    ...(await siteProblems(value, text)),
    ...storeProblems(value, text),
    ...accessProblems(value, text),
  ];
  if (problems.length > 0) return { kind: 'invalid', errors: inFileOrder(problems) };
  // Everything was checked by the schema above.
  return { kind: 'loaded', config: freeze({ ...settings(value as ConfigFile, places), file, checks, notTold }) };
}

/** `store:` with everything under it commented out is an empty section, and `checks: {kernel:}` a check as it comes. */
const sectionsOf = (value: unknown): readonly (readonly [string, Record<string, unknown>])[] =>
  isRecord(value) ? Object.keys(value).map((key) => [key, value] as const) : [];

/** A configuration of discovery alone. */
export async function discoveredConfig(probes: Probes, places: Places = hostPlaces()): Promise<AgentConfig> {
  const { checks, notTold } = await readChecks({}, null, probes);
  return freeze({ ...settings({}, places), file: null, checks, notTold });
}

function settings(file: ConfigFile, places: Places): Omit<AgentConfig, 'file' | 'checks' | 'notTold'> {
  const { node = {}, listen = {}, access = {}, store = {} } = file;
  const address = listen.address === undefined ? '127.0.0.1' : listen.address;
  const { tls } = listen;
  return {
    node: { name: node.name ?? null, role: node.role ?? null, group: node.group ?? null, twin: node.twin ?? null, site: node.site ?? {} },
    listen: {
      socket: listen.socket === undefined ? places.socket : listen.socket,
      tcp: address === null ? null : { address, port: listen.port ?? 7807 },
      tls:
        tls === undefined
          ? null
          : { certificateFile: tls.certificate, keyFile: tls.key, clientAuthoritiesFile: tls.clientAuthorities ?? null },
    },
    access: {
      tokens: (access.tokens ?? []).map((token) => ({ ...token, sha256: token.sha256.toLowerCase() })),
      clients: access.clients ?? [],
      localRights: access.localRights ?? ['read', 'run'],
      requestsPerMinute: access.requestsPerMinute ?? 600,
    },
    store: {
      file: store.file ?? places.storeFile,
      keepMs: parseDurationMs(store.keep ?? '400d')!,
      bytesMax: parseSizeBytes(store.size ?? '1GiB')!,
    },
    log: { level: file.log?.level ?? 'info' },
    captureFolder: file.captures ?? places.captureFolder,
  };
}

async function siteProblems(file: Record<string, unknown>, text: ConfigText): Promise<readonly ConfigError[]> {
  const site = isRecord(file.node) ? file.node.site : undefined;
  const networks = isRecord(site) && Array.isArray(site.networks) ? site.networks : [];
  const problems = await Promise.all(networks.map(async (network) => (typeof network === 'string' ? networkProblem(network) : null)));
  return problems.flatMap((problem, index) =>
    problem === null ? [] : [text.error(`/node/site/networks/${index}`, 'value', `node.site.networks[${index}]: ${problem}`)],
  );
}

/** Less than this holds no day of looks, and would be all retention and no history. */
const storeBytesMin = 16 * 1024 ** 2;
const keepMsMin = 3_600_000;

function storeProblems(file: Record<string, unknown>, text: ConfigText): readonly ConfigError[] {
  const store = isRecord(file.store) ? file.store : {};
  const bytes = typeof store.size === 'string' ? parseSizeBytes(store.size) : null;
  const keepMs = typeof store.keep === 'string' ? parseDurationMs(store.keep) : null;
  return [
    ...(bytes !== null && bytes < storeBytesMin
      ? [text.error('/store/size', 'value', `store.size: ${show(store.size)} is too small; expected at least 16MiB`)]
      : []),
    ...(keepMs !== null && keepMs < keepMsMin
      ? [text.error('/store/keep', 'value', `store.keep: ${show(store.keep)} is too short; expected at least 1h`)]
      : []),
  ];
}
