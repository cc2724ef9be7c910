// What this machine is set up to ask: resolv.conf, what lies behind systemd-resolved's stub, and the hosts file.
import type { FileRead, Machine } from '../../contract/machine.ts';
import type { ResolverFact, SystemConfig, Unseen } from './facts.ts';
import { isResolvedStub, parseHosts, parseResolvConf, parseServer, type Server, serverText } from './parse.ts';

const resolvConf = '/etc/resolv.conf';
const uplinkConf = '/run/systemd/resolve/resolv.conf';
const hostsFile = '/etc/hosts';

/** resolv.conf is a few lines; blocking lists in hosts files reach some megabytes. */
const resolvConfBytesMax = 65_536;
const hostsBytesMax = 8 * 1_048_576;

/** The C library asks 127.0.0.1 when it finds no name server (resolv.conf(5)). */
const implied = '127.0.0.1';

export interface Known extends Server {
  readonly from: ResolverFact['from'];
}

export interface SystemSeen {
  readonly config: SystemConfig;
  /** In the order in which they are asked. */
  readonly servers: readonly Known[];
}

export async function readSystem(machine: Machine): Promise<SystemSeen> {
  const file = await wholeFile(machine, resolvConf, resolvConfBytesMax);
  if (file !== null && file.kind === 'unseen') return { config: file, servers: [] };
  const parsed = parseResolvConf(file?.text ?? '');
  if (parsed === null)
    return { config: { kind: 'unseen', reason: 'unparsable', detail: `${resolvConf} is no resolver configuration` }, servers: [] };
  const uplinks = parsed.servers.some(isResolvedStub) ? await readUplinks(machine) : [];
  const config: SystemConfig = { kind: 'read', hasFile: file !== null, ...parsed, uplinks };
  const behind = 'kind' in uplinks ? [] : uplinks;
  const first = parsed.servers.length === 0 ? known([implied], 'implied') : known(parsed.servers, 'resolv.conf');
  const more = known(behind, 'resolved').filter((server) => !first.some((one) => serverText(one) === serverText(server)));
  return { config, servers: [...first, ...more].slice(0, serversMax) };
}

/** The C library uses three; systemd-resolved takes more. */
const serversMax = 16;

const known = (servers: readonly string[], from: ResolverFact['from']): Known[] =>
  servers.flatMap((text) => {
    const server = parseServer(text);
    return server === null ? [] : [{ ...server, from }];
  });

async function readUplinks(machine: Machine): Promise<string[] | Unseen> {
  const file = await wholeFile(machine, uplinkConf, resolvConfBytesMax);
  // Another daemon may listen on that address; then there is nothing to look behind.
  if (file === null) return [];
  if (file.kind === 'unseen') return file;
  return (
    parseResolvConf(file.text)?.servers ?? { kind: 'unseen', reason: 'unparsable', detail: `${uplinkConf} is no resolver configuration` }
  );
}

/** Addresses by name, as the hosts file fixes them. */
export async function readHosts(machine: Machine): Promise<ReadonlyMap<string, readonly string[]> | Unseen> {
  const file = await wholeFile(machine, hostsFile, hostsBytesMax);
  if (file === null) return new Map();
  return file.kind === 'unseen' ? file : hostsIn(file);
}

/** The port gives the same answer again while a file stays the same. */
const parsedHosts = new WeakMap<FileRead, ReadonlyMap<string, readonly string[]>>();

function hostsIn(file: FileRead): ReadonlyMap<string, readonly string[]> {
  const hosts = parsedHosts.get(file) ?? parseHosts(file.text);
  parsedHosts.set(file, hosts);
  return hosts;
}

/** Null where there is no such file. A cut one is not seen: what was cut off may hold the line that matters. */
async function wholeFile(machine: Machine, path: string, bytesMax: number): Promise<FileRead | Unseen | null> {
  const file = await machine.readFile(path, { bytesMax });
  switch (file.kind) {
    case 'missing':
      return null;
    case 'failed':
      return { kind: 'unseen', reason: file.reason, detail: `${path} cannot be read` };
    case 'file':
      return file.isCut ? { kind: 'unseen', reason: 'too-much-output', detail: `${path} is longer than ${bytesMax} bytes` } : file;
  }
}
