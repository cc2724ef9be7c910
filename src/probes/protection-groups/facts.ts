// What the protection-groups probe knows of one region after a look, in that region's own words.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import type { ProtectionGroupsSeen } from '../../contract/protection-groups.ts';
import { UnseenPartSchema } from '../../contract/region.ts';

const strict = { additionalProperties: false } as const;
const textOrNull = (description?: string) => Type.Union([Type.String(), Type.Null()], description === undefined ? {} : { description });
const numberOrNull = (description: string) => Type.Union([Type.Number(), Type.Null()], { description });
const flagOrNull = (description: string) => Type.Union([Type.Boolean(), Type.Null()], { description });
const seenOr = <T extends Type.TProperties>(properties: T) =>
  Type.Union([Type.Object({ kind: Type.Literal('seen'), ...properties }, strict), UnseenPartSchema]);

const MemberSchema = Type.Object(
  {
    type: Type.String({ description: 'As OCI has it; COMPUTE_INSTANCE with isMovable is told as one of the two later types' }),
    id: Type.String(),
    name: textOrNull('Display name; null where nobody told it'),
    peerId: textOrNull('OCID of what stands for it at the other side, where the member itself names it'),
  },
  strict,
);

export type Member = Static<typeof MemberSchema>;

const StepSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    type: Type.String(),
    isCustomPrecheck: Type.Boolean({ description: 'Runs with the built-in prechecks, and when only those are run' }),
    isGate: Type.Boolean({ description: 'By the words of the settings' }),
    isEnabled: flagOrNull('Null where it is not said'),
    errorMode: textOrNull('STOP_ON_ERROR, CONTINUE_ON_ERROR'),
    timeoutSeconds: numberOrNull('Null where it is not said'),
    instanceId: textOrNull('Where its script runs; null for functions'),
    functionId: textOrNull('Null for scripts'),
    runsInRegion: textOrNull('As the step has it; null where it is not said'),
    hides: textOrNull('What in its command takes the place of the exit status; null for nothing. The command itself is not kept'),
  },
  strict,
);

export type Step = Static<typeof StepSchema>;

const PlanGroupSchema = Type.Object(
  {
    name: Type.String(),
    type: Type.String(),
    isChanging: Type.Boolean({ description: 'Built in, no precheck, and one of its steps is enabled' }),
    steps: Type.Array(StepSchema, { description: 'User-defined ones only' }),
  },
  strict,
);

export type PlanGroup = Static<typeof PlanGroupSchema>;

const PlanSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    type: Type.String(),
    state: textOrNull(),
    subState: textOrNull(),
    groups: seenOr({ list: Type.Array(PlanGroupSchema, { description: 'In the order in which they run' }) }),
  },
  strict,
);

export type Plan = Static<typeof PlanSchema>;

const RunStepSchema = Type.Object({ name: Type.String(), status: Type.String(), isGate: Type.Boolean() }, strict);

export type RunStep = Static<typeof RunStepSchema>;

const RunSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    type: Type.String({ description: 'SWITCHOVER, SWITCHOVER_PRECHECK, FAILOVER, … START_DRILL, STOP_DRILL' }),
    planId: textOrNull(),
    state: Type.String(),
    at: numberOrNull('Epoch milliseconds at which it ended or, while it runs, began'),
    detail: seenOr({
      arePrechecksEnabled: flagOrNull('Null where the kind of run has no such choice'),
      areWarningsIgnored: flagOrNull('Null where it is not said'),
      warningCount: Type.Integer({ description: 'Steps that ended with a warning, passed over or not' }),
      hasBegunChanging: flagOrNull('Whether it is past its prechecks; null where its groups are not shown'),
      steps: Type.Array(RunStepSchema, { description: 'Gates, and what did not end well; none while it runs' }),
    }),
  },
  strict,
);

export type Run = Static<typeof RunSchema>;

const GroupSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    compartment: Type.String({ description: 'By its shared name' }),
    role: textOrNull('PRIMARY, STANDBY, UNCONFIGURED'),
    peerId: textOrNull(),
    peerRegion: textOrNull(),
    state: textOrNull(),
    subState: textOrNull(),
    detail: seenOr({ logBucket: textOrNull(), members: Type.Array(MemberSchema) }),
    plans: Type.Union([
      seenOr({ list: Type.Array(PlanSchema) }),
      Type.Object(
        { kind: Type.Literal('not-asked') },
        { ...strict, description: 'Plans can be run from the STANDBY group only, and those of a PRIMARY are not looked at' },
      ),
    ]),
    runs: seenOr({ list: Type.Array(RunSchema, { description: 'Newest first; those that say something still' }) }),
  },
  strict,
);

export type Group = Static<typeof GroupSchema>;

const InstanceSchema = Type.Object(
  {
    id: Type.String(),
    name: textOrNull(),
    state: textOrNull(),
    address: Type.Union([
      Type.Object({ kind: Type.Literal('seen'), text: Type.String({ description: 'Private address of its primary VNIC' }) }, strict),
      Type.Object({ kind: Type.Literal('none'), detail: Type.String() }, strict),
      UnseenPartSchema,
    ]),
    runCommand: Type.Union([
      Type.Object({ kind: Type.Literal('seen'), status: Type.String() }, strict),
      Type.Object({ kind: Type.Literal('not-asked') }, { ...strict, description: 'No step runs on it' }),
      Type.Object({ kind: Type.Literal('not-listed') }, { ...strict, description: 'Its agent tells of no such plugin' }),
      UnseenPartSchema,
    ]),
  },
  strict,
);

export type Instance = Static<typeof InstanceSchema>;

export const FactsSchema = Type.Object(
  {
    region: Type.Object({ name: Type.String(), key: textOrNull() }, strict),
    unseenCompartments: Type.Array(
      Type.Object({ name: Type.String(), ...UnseenPartSchema.properties }, { ...strict, description: 'By their shared names' }),
    ),
    groups: Type.Array(GroupSchema),
    instances: Type.Array(InstanceSchema, { description: 'Members, and those that steps run on' }),
    instanceLists: Type.Union([
      Type.Object(
        { kind: Type.Literal('seen') },
        { ...strict, description: 'Those of all compartments: what is not in them is not there' },
      ),
      UnseenPartSchema,
    ]),
  },
  strict,
);

export type Facts = Static<typeof FactsSchema>;

/** What the collector reads of them, without knowing this probe. */
export const asSeen = (facts: Facts): ProtectionGroupsSeen => facts;

/** Empty where the part was not seen, or not asked for. */
export const plansOf = ({ plans }: Group): readonly Plan[] => (plans.kind === 'seen' ? plans.list.filter(isThere) : []);
export const runsOf = ({ runs }: Group): readonly Run[] => (runs.kind === 'seen' ? runs.list : []);
export const membersOf = ({ detail }: Group): readonly Member[] => (detail.kind === 'seen' ? detail.members : []);
export const stepsOf = ({ groups }: Plan): readonly Step[] => (groups.kind === 'seen' ? groups.list.flatMap(({ steps }) => steps) : []);

/** Deleted things stand in lists for a while. */
export const isThere = ({ state }: { readonly state: string | null }): boolean => state !== 'DELETED' && state !== 'DELETING';
