// What this probe says about each monitoring agent: seven stages, each proven, disproven or honestly not seen.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { type UnseenReason, unseenReasons } from '../../contract/outcome.ts';

/** In the order in which an agent has to pass them. Running is the third of seven: it is not health. */
export const stageNames = ['installed', 'enabled', 'running', 'configured', 'credential', 'reachable', 'delivering'] as const;

export type StageName = (typeof stageNames)[number];

/** Why a stage is not passed. A finding's code and remedy follow from this word. */
export const whys = [
  'missing',
  'disabled',
  'masked',
  'no-unit',
  'stopped',
  'starting',
  'failed',
  'crash-looping',
  'worker-missing',
  'not-answering',
  'port-closed',
  'no-config',
  'no-key',
  'no-destination',
  'plugin-disabled',
  'key-refused',
  'not-authorized',
  'clock-skewed',
  'no-connection',
  'blocked',
  'stalled',
  'stale',
  'flush-failing',
  'http-status',
] as const;

export type Why = (typeof whys)[number];

const closed = { additionalProperties: false } as const;

const Reason = Type.Unsafe<UnseenReason>({ type: 'string', enum: [...unseenReasons] });

const Unseen = Type.Object({ state: Type.Literal('unseen'), reason: Reason, detail: Type.String() }, closed);

export const StageSchema = Type.Union([
  Type.Object({ state: Type.Literal('yes') }, closed),
  Type.Object({ state: Type.Literal('no'), why: Type.Unsafe<Why>({ type: 'string', enum: [...whys] }), detail: Type.String() }, closed),
  Unseen,
  Type.Object({ state: Type.Literal('not-applicable'), detail: Type.String() }, closed),
]);

export type Stage = Static<typeof StageSchema>;

export type Stages = { readonly [name in StageName]: Stage };

/** systemd's many words as the few that call for something different. `resting`: a oneshot that did its work and waits for its timer. */
export const unitStates = [
  'not-found',
  'masked',
  'bad',
  'running',
  'exited',
  'resting',
  'starting',
  'stopping',
  'stopped',
  'failed',
  'crash-looping',
] as const;

export type UnitState = (typeof unitStates)[number];

export const UnitSchema = Type.Object(
  {
    name: Type.String(),
    state: Type.Unsafe<UnitState>({ type: 'string', enum: [...unitStates] }),
    /** systemd's UnitFileState (`enabled`, `disabled`, `static`, …); empty where systemd gives none. */
    unitFile: Type.String(),
    /** systemd's Result: why it failed, where it did. */
    result: Type.String(),
  },
  closed,
);

export type UnitFacts = Static<typeof UnitSchema>;

const VersionSchema = Type.Union([
  Type.Object({ state: Type.Literal('known'), version: Type.String() }, closed),
  /** The package manager was asked and does not own it: installed by hand, or in a container. */
  Type.Object({ state: Type.Literal('unpackaged') }, closed),
  Type.Object({ state: Type.Literal('not-applicable') }, closed),
  Unseen,
]);

export type VersionFacts = Static<typeof VersionSchema>;

/** `held`: something waits, and was not seen to grow. `not-measured`: this agent keeps no such number. */
export const amounts = ['none', 'held', 'growing', 'unseen', 'not-measured'] as const;

export type Amount = (typeof amounts)[number];

const AmountSchema = Type.Unsafe<Amount>({ type: 'string', enum: [...amounts] });

/** What is wrong beside the seven stages. */
export const complaintCodes = [
  'undated-entries',
  'logs-off',
  'logs-stalled',
  'check-failing',
  'component-unhealthy',
  'companion-off',
] as const;

export type ComplaintCode = (typeof complaintCodes)[number];

export const ComplaintSchema = Type.Object(
  { code: Type.Unsafe<ComplaintCode>({ type: 'string', enum: [...complaintCodes] }), detail: Type.String() },
  closed,
);

export type Complaint = Static<typeof ComplaintSchema>;

export const AgentSchema = Type.Object(
  {
    name: Type.String(),
    title: Type.String(),
    /** The unit that runs it: the one found, else the usual one; empty where it has none. */
    unit: Type.String(),
    version: VersionSchema,
    units: Type.Array(UnitSchema),
    stages: Type.Object(
      {
        installed: StageSchema,
        enabled: StageSchema,
        running: StageSchema,
        configured: StageSchema,
        credential: StageSchema,
        reachable: StageSchema,
        delivering: StageSchema,
      },
      closed,
    ),
    /** What waits to be sent. */
    backlog: AmountSchema,
    /** What the agent threw away. */
    losses: AmountSchema,
    complaints: Type.Array(ComplaintSchema),
  },
  closed,
);

export type AgentFacts = Static<typeof AgentSchema>;

const PluginSchema = Type.Object(
  {
    /** As OCI names it (`Compute Instance Monitoring`). */
    name: Type.String(),
    /** What OCI asks of it (`ENABLED`, `DISABLED`); never proof that it runs. */
    desired: Type.String(),
    /** By its own process, else by the last word of the agent's log; `unseen` where neither tells. */
    actual: Type.Unsafe<'running' | 'not-running' | 'unseen'>({ type: 'string', enum: ['running', 'not-running', 'unseen'] }),
  },
  closed,
);

export type PluginFacts = Static<typeof PluginSchema>;

const InstanceSchema = Type.Union([
  /** Oracle Cloud Agent is not installed, or the settings forbid asking. */
  Type.Object({ state: Type.Literal('not-asked') }, closed),
  Type.Object(
    {
      state: Type.Literal('seen'),
      compartment: Type.String(),
      allPluginsDisabled: Type.Boolean(),
      monitoringDisabled: Type.Boolean(),
      plugins: Type.Array(PluginSchema),
    },
    closed,
  ),
  Type.Object(
    {
      state: Type.Literal('unseen'),
      reason: Reason,
      detail: Type.String(),
      /** Those that the Oracle Cloud Agent's own log names, where it names any. */
      plugins: Type.Optional(Type.Array(PluginSchema)),
    },
    closed,
  ),
]);

export type InstanceFacts = Static<typeof InstanceSchema>;

export const MonitoringFactsSchema = Type.Object(
  {
    /** Whether systemd could be asked about units. */
    systemd: Type.Union([Type.Object({ state: Type.Literal('seen') }, closed), Unseen]),
    /** By which tool this system installs packages. */
    packaging: Type.Unsafe<'rpm' | 'deb' | 'unseen'>({ type: 'string', enum: ['rpm', 'deb', 'unseen'] }),
    /** Every agent that was looked for, installed or not, by name. */
    agents: Type.Array(AgentSchema),
    /** Oracle's instance metadata: what the Oracle Cloud Agent is asked to do. */
    instance: InstanceSchema,
  },
  closed,
);

export type MonitoringFacts = Static<typeof MonitoringFactsSchema>;
