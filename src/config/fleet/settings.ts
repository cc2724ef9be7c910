// A fleet file that was checked, as the collector's settings: with defaults, and what is said for many said for each.
import { parseDurationMs } from '../../contract/duration.ts';
import type {
  ChannelConfig,
  Contact,
  DiscoveryConfig,
  FleetConfig,
  FleetRight,
  GroupConfig,
  MemberConfig,
  OciAccess,
  PairConfig,
  ProtectionGroupConfig,
  RegionConfig,
  Thresholds,
} from '../fleet-config.ts';
import type { FleetPlaces } from '../places.ts';
import { type ServedDefaults, servedSettings } from '../served-settings.ts';
import { readAgentAddress } from './addresses.ts';
import { type WrittenGroup, type WrittenMember, type WrittenPair, writtenAddress, writtenGroups } from './pairs.ts';
import { memberPort, ociDefaults } from './regions-schema.ts';
import {
  type ContactFile,
  type DiscoverFile,
  type FleetFile,
  type LawfulFile,
  type MemberAgentsFile,
  type OciFile,
  pollDefaults,
  type TellFile,
  type ThresholdsFile,
} from './schema.ts';
import { parseUntil } from './until.ts';

export function fleetSettings(
  file: FleetFile,
  regions: ReadonlyMap<string, readonly RegionConfig[]>,
  places: FleetPlaces,
): Omit<FleetConfig, 'file'> {
  const { poll = {}, receipts = {} } = file;
  const everyMs = ms(poll.every ?? pollDefaults.every);
  const usual = thresholdsOf(file.thresholds, defaultThresholds(everyMs));
  return {
    name: file.name ?? null,
    sites: file.sites ?? {},
    groups: writtenGroups(file).map((group) => ({
      ...groupOf(group, contactOf(file.agents), usual),
      regions: regions.get(group.name) ?? [],
    })),
    discover: (file.discover ?? []).map((source) => discoveryOf(source, contactOf(file.agents))),
    poll: { everyMs, timeoutMs: ms(poll.timeout ?? pollDefaults.timeout), concurrency: poll.concurrency ?? pollDefaults.concurrency },
    oci: ociOf(file.oci),
    thresholds: usual,
    ...servedSettings(file, servedDefaults(places)),
    receipts: { keyFile: receipts.key ?? places.receiptKeyFile, keepMs: ms(receipts.keep ?? '800d') },
    tell: (file.tell ?? []).map(channelOf),
  };
}

const ms = (text: string): number => parseDurationMs(text)!;

/** Two polls may fail before a node is silent, however seldom it is asked. */
const defaultThresholds = (everyMs: number): Thresholds => ({
  silentAfterMs: Math.max(5 * 60_000, 3 * everyMs),
  primaryMaxAgeMs: 7 * 24 * 3_600_000,
  clockOffsetMaxMs: 10_000,
});

const servedDefaults = ({ socket, storeFile }: FleetPlaces): ServedDefaults<FleetRight> => ({
  socket,
  storeFile,
  port: 7808,
  // To accept a finding opens the gate: a right to be given, not one to be found.
  localRights: ['read'],
  keep: '400d',
  size: '8GiB',
});

function thresholdsOf({ silentAfter, primaryMaxAge, clockOffsetMax }: ThresholdsFile = {}, usual: Thresholds): Thresholds {
  return {
    silentAfterMs: silentAfter === undefined ? usual.silentAfterMs : ms(silentAfter),
    primaryMaxAgeMs: primaryMaxAge === undefined ? usual.primaryMaxAgeMs : ms(primaryMaxAge),
    clockOffsetMaxMs: clockOffsetMax === undefined ? usual.clockOffsetMaxMs : ms(clockOffsetMax),
  };
}

const ociOf = (given: OciFile = {}): OciAccess => ({
  auth: given.auth ?? ociDefaults.auth,
  configFile: given.configFile ?? null,
  profile: given.profile ?? ociDefaults.profile,
  endpoints: given.endpoints ?? {},
  concurrency: given.concurrency ?? ociDefaults.concurrency,
  callTimeoutMs: ms(given.callTimeout ?? ociDefaults.callTimeout),
});

type Way = Omit<Contact, 'address'>;

const contactOf = ({ tokenFile, authorities, certificate, key, serverName }: ContactFile = {}): Way => ({
  tokenFile: tokenFile ?? null,
  authoritiesFile: authorities ?? null,
  certificateFile: certificate ?? null,
  keyFile: key ?? null,
  serverName: serverName ?? null,
});

/** What is given nearer counts; certificate and key go together. */
function nearerContact(given: ContactFile | undefined, usual: Way): Way {
  const own = contactOf(given);
  return {
    tokenFile: own.tokenFile ?? usual.tokenFile,
    authoritiesFile: own.authoritiesFile ?? usual.authoritiesFile,
    certificateFile: own.certificateFile ?? usual.certificateFile,
    keyFile: own.keyFile ?? usual.keyFile,
    serverName: own.serverName ?? usual.serverName,
  };
}

function groupOf({ name, group, pairs }: WrittenGroup, contact: Way, usual: Thresholds): Omit<GroupConfig, 'regions'> {
  const thresholds = thresholdsOf(group.thresholds as ThresholdsFile | undefined, usual);
  return {
    name,
    primarySite: group.primary ?? null,
    pairs: pairs.map((pair) => pairOf(pair, contact, thresholds)),
    expectedChecks: (group.expect?.checks ?? []) as readonly string[],
    lawful: ((group.lawful ?? []) as readonly LawfulFile[]).map(lawfulOf),
    protectionGroup:
      group.protectionGroup === undefined
        ? null
        : { agents: memberAgents(group.protectionGroup.agents as MemberAgentsFile | undefined, contact) },
    thresholds,
  };
}

const memberAgents = (given: MemberAgentsFile | undefined, usual: Way): ProtectionGroupConfig['agents'] =>
  given === undefined ? null : { port: given.port ?? memberPort, ...nearerContact(given, usual) };

const pairOf = ({ name, pair, members }: WrittenPair, contact: Way, usual: Thresholds): PairConfig => ({
  name,
  members: members.map((member) => memberOf(member, contact)),
  thresholds: thresholdsOf(pair?.thresholds as ThresholdsFile | undefined, usual),
});

function memberOf(written: WrittenMember, usual: Way): MemberConfig {
  const { site, member } = written;
  const way = typeof member === 'object' ? nearerContact(member as ContactFile, usual) : usual;
  return { site, contact: { address: checkedAddress(writtenAddress(written).address!), ...way } };
}

function checkedAddress(text: string): string {
  const read = readAgentAddress(text);
  if (read.kind === 'wrong') throw new Error(`an address that was checked is wrong: ${read.message}`);
  return read.address;
}

function lawfulOf({ check, field, pairs = [], reason, until }: LawfulFile): GroupConfig['lawful'][number] {
  const end = until === undefined ? null : parseUntil(until);
  return { check, field, pairs: [...pairs], reason, until: typeof end === 'number' ? end : null };
}

function discoveryOf(source: DiscoverFile, usual: Way): DiscoveryConfig {
  const common = { everyMs: ms(source.every ?? '1m'), agents: nearerContact(source.agents, usual) };
  if (source.http === undefined) return { kind: 'files', patterns: source.files ?? [], ...common };
  // Never with the agents' credentials: it is another service.
  return { kind: 'http', url: source.http, contact: { address: new URL(source.http).origin, ...contactOf(source) }, ...common };
}

function channelOf(channel: TellFile): ChannelConfig {
  const { name, severity = 'warning', groups = [], perMinute = 60 } = channel;
  const common = {
    name,
    severity,
    groups,
    perMinuteMax: perMinute,
    tokenFile: channel.tokenFile ?? null,
    authoritiesFile: channel.authorities ?? null,
  };
  if (channel.webhook !== undefined) return { kind: 'webhook', url: channel.webhook, secretFile: channel.secretFile ?? null, ...common };
  return {
    kind: 'alertmanager',
    urls: (channel.alertmanager ?? []).map(withoutSlash),
    externalUrl: channel.externalUrl === undefined ? null : withoutSlash(channel.externalUrl),
    ...common,
  };
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');
