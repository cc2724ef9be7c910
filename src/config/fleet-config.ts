// The collector's settings as the rest of the program sees them: read, checked, defaulted and frozen.
import type { Check } from '../contract/check.ts';
import type { LawfulDifference } from '../contract/lawful.ts';
import type { Site } from '../contract/node.ts';
import type { RegionScope } from '../contract/region.ts';
import type { Severity } from '../contract/rule.ts';
import type { AccessConfig, ListenConfig, StoreConfig } from './agent-config.ts';

export interface FleetConfig {
  /** Where it was read from; null for the fleet of `understudy up`: the agent of this machine. */
  readonly file: string | null;
  /** What the collector is called in receipts; null for the host name. */
  readonly name: string | null;
  readonly sites: Readonly<Record<string, Site>>;
  readonly groups: readonly GroupConfig[];
  readonly discover: readonly DiscoveryConfig[];
  /** The agent of this machine, for `understudy up`: asked beside everybody else. */
  readonly local?: Contact;
  readonly poll: PollConfig;
  readonly oci: OciAccess;
  /** Of pairs that belong to no configured group. */
  readonly thresholds: Thresholds;
  readonly listen: ListenConfig;
  readonly access: AccessConfig<FleetRight>;
  readonly store: StoreConfig;
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error' };
  readonly receipts: { readonly keyFile: string; readonly keepMs: number };
  readonly tell: readonly ChannelConfig[];
}

/** `waive` is the right to accept a finding, and to take that back. */
export const fleetRights = ['read', 'waive'] as const;

export type FleetRight = (typeof fleetRights)[number];

export interface GroupConfig {
  readonly name: string;
  /** Name of the site that is the primary now; null where the agents say it themselves. */
  readonly primarySite: string | null;
  readonly pairs: readonly PairConfig[];
  /** Checks that each pair has to be watched by, on both sides: a check that goes missing is unknown, not forgotten. */
  readonly expectedChecks: readonly string[];
  readonly lawful: readonly LawfulDifference[];
  /** Where its sides lie in OCI: two, or none where only machines are looked at. */
  readonly regions: readonly RegionConfig[];
  /** Roles follow the protection groups of its regions; null where `primarySite` says them. */
  readonly protectionGroup: ProtectionGroupConfig | null;
  /** Of pairs without thresholds of their own, discovered ones too. */
  readonly thresholds: Thresholds;
}

export interface ProtectionGroupConfig {
  /** How the agents of its compute members are reached; null where members do not become nodes. */
  readonly agents: (Omit<Contact, 'address'> & { readonly port: number }) | null;
}

export interface RegionConfig {
  /** Name of its site. */
  readonly site: string;
  /** As OCI names it: `us-phoenix-1`. */
  readonly region: string;
  readonly scope: RegionScope;
  /** OCID of the tenancy; null where the collector's own counts. */
  readonly tenancyId: string | null;
  /** Their settings hold the scope. */
  readonly checks: readonly Check[];
}

/** How OCI is asked (tenancy/open.ts). */
export interface OciAccess {
  readonly auth: 'instance-principal' | 'config-file' | 'security-token';
  /** Null for the user's own. */
  readonly configFile: string | null;
  readonly profile: string;
  /** Base URL of all services by region, where it is not Oracle's own. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Calls under way at once, in each region. */
  readonly concurrency: number;
  readonly callTimeoutMs: number;
}

export interface PairConfig {
  readonly name: string;
  /** One for each site. */
  readonly members: readonly MemberConfig[];
  readonly thresholds: Thresholds;
}

export interface MemberConfig {
  /** Name of its site. */
  readonly site: string;
  readonly contact: Contact;
}

/** How an agent is reached. Files are read when a connection is made, so that a renewed one is used. */
export interface Contact {
  /** `https://host:port`, `http://…` for loopback, or `unix:/path/agent.sock`; without a path or a slash at the end. */
  readonly address: string;
  readonly tokenFile: string | null;
  /** PEM: authorities that the agent's certificate is checked against; null for the system's. */
  readonly authoritiesFile: string | null;
  /** Client certificate; both or neither. */
  readonly certificateFile: string | null;
  readonly keyFile: string | null;
  /** Name that the agent's certificate has to be for, where it is not the host of the address. */
  readonly serverName: string | null;
}

export interface Thresholds {
  /** A node not heard for so long is silent. */
  readonly silentAfterMs: number;
  /** How old the primary's last look may be before it is no reference any more. */
  readonly primaryMaxAgeMs: number;
  /** A clock further off than this is said. */
  readonly clockOffsetMaxMs: number;
}

export interface PollConfig {
  readonly everyMs: number;
  /** Of one request. */
  readonly timeoutMs: number;
  /** Requests under way at once. */
  readonly concurrency: number;
}

/** Prometheus' file_sd and http_sd. `contact` is how the agents it finds are reached; its address is a placeholder. */
export type DiscoveryConfig = (
  | { readonly kind: 'files'; readonly patterns: readonly string[] }
  | { readonly kind: 'http'; readonly contact: Contact /** Of the service itself, with its path. */; readonly url: string }
) & {
  readonly everyMs: number;
  readonly agents: Omit<Contact, 'address'>;
};

export type ChannelConfig = {
  readonly name: string;
  /** Least severity that is told; verdicts are always told. */
  readonly severity: Severity;
  /** Names of groups; empty for all. */
  readonly groups: readonly string[];
  readonly perMinuteMax: number;
} & (
  | {
      readonly kind: 'webhook';
      readonly url: string;
      /** HMAC-SHA-256 key; null to send unsigned. */
      readonly secretFile: string | null;
      readonly tokenFile: string | null;
      readonly authoritiesFile: string | null;
    }
  | {
      readonly kind: 'alertmanager';
      /** Base addresses, each of which is told (a cluster's members). */
      readonly urls: readonly string[];
      readonly tokenFile: string | null;
      readonly authoritiesFile: string | null;
      /** Where alerts link to: the collector's own address as people reach it; null for none. */
      readonly externalUrl: string | null;
    }
);
