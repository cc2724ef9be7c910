// What each agent's own file declares: where its traces lie, and how its inner stages are proven.
import type { Machine, RunningProcess } from '../../contract/machine.ts';
import type { UnseenReason } from '../../contract/outcome.ts';
import type { AgentFacts, Amount, Complaint, InstanceFacts, Stage, VersionFacts } from './facts.ts';
import type { MonitoringSettings } from './settings.ts';
import { notApplicable } from './stages.ts';
import type { ReadonlyUnits } from './units.ts';

export interface AgentKind {
  readonly name: string;
  readonly title: string;
  /** Any of them runs it; the first is the usual one. */
  readonly mainUnits: readonly string[];
  /** Units beside it that matter (a downloader, an updater). */
  readonly companions: readonly string[];
  /** Any of them exists where it is installed. */
  readonly paths: readonly string[];
  /** Names by which a package manager may own it. */
  readonly packages: readonly string[];
  /** Whether a process of it can be told from others; if not, only units and files count. */
  readonly hasProcess: boolean;
  readonly isProcess: (process: RunningProcess) => boolean;
  readonly look: (sight: Sight) => Promise<Inside>;
}

export interface Sight {
  readonly machine: Machine;
  readonly settings: MonitoringSettings;
  readonly units: ReadonlyUnits;
  readonly processes: ProcessSight;
  /** Its processes, empty where none was seen. */
  readonly own: readonly RunningProcess[];
  readonly instance: InstanceFacts;
  /** As units and processes tell it. */
  readonly running: Stage;
  readonly earlier: EarlierAgent | null;
}

export type ProcessSight =
  | { readonly kind: 'seen'; readonly processes: readonly RunningProcess[]; readonly isCut: boolean }
  | { readonly kind: 'unseen'; readonly reason: UnseenReason; readonly detail: string };

/** The same agent at the last look. */
export interface EarlierAgent {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly facts: AgentFacts;
  readonly readings: Readonly<Record<string, number>>;
}

/** The stages that only the agent's own files and answers can prove. */
export interface Inside {
  /** What the agent itself says about running, where that outweighs units and processes. */
  readonly running?: Stage;
  readonly configured: Stage;
  readonly credential: Stage;
  readonly reachable: Stage;
  readonly delivering: Stage;
  readonly backlog: Amount;
  readonly losses: Amount;
  readonly complaints: readonly Complaint[];
  readonly readings: Readonly<Record<string, number>>;
  /** As the agent gives it, for one that no package manager owns. */
  readonly version?: VersionFacts;
}

const notLooked = notApplicable('nothing to look into');

/** An agent that nobody looked into. */
export const nothingInside: Inside = {
  configured: notLooked,
  credential: notLooked,
  reachable: notLooked,
  delivering: notLooked,
  backlog: 'not-measured',
  losses: 'not-measured',
  complaints: [],
  readings: {},
};
