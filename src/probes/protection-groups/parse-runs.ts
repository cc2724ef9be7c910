// Runs of plans as listDrPlanExecutions and getDrPlanExecution tell them (API 20220125), and which of them still say something.
import type { UnseenPart } from '../../contract/region.ts';
import { field, flagIn, listIn, numberIn, textIn, timeIn } from '../../formats/oci.ts';
import type { Run, RunStep } from './facts.ts';
import { hasWord } from './words.ts';

export type RunEntry = Omit<Run, 'detail'>;

/** Null for an entry without OCID or state. */
export function parseRunEntry(entry: unknown): RunEntry | null {
  const id = textIn(entry, 'id');
  const state = textIn(entry, 'lifecycleState');
  if (id === null || state === null) return null;
  return {
    id,
    name: textIn(entry, 'displayName') ?? id,
    type: textIn(entry, 'planExecutionType') ?? textIn(field(entry, 'executionOptions'), 'planExecutionType') ?? '',
    planId: textIn(entry, 'planId'),
    state,
    at: timeIn(entry, 'timeEnded') ?? timeIn(entry, 'timeStarted') ?? timeIn(entry, 'timeCreated'),
  };
}

/** `gateSteps`: OCIDs of the steps that are gates by their plan. */
export function parseRun(entry: RunEntry, body: unknown, gate: readonly string[], gateSteps: ReadonlySet<string>): Run {
  const own = { ...(parseRunEntry(body) ?? entry), id: entry.id };
  const options = field(body, 'executionOptions');
  const groups = listIn(body, 'groupExecutions');
  const steps = (groups ?? []).flatMap((group) =>
    (listIn(group, 'stepExecutions') ?? []).map((step) => parseRunStep(step, gate, gateSteps)),
  );
  // One that has ended and shows no steps may have passed over any.
  if (typeof body !== 'object' || body === null || (groups === null && isEnded(own))) return { ...entry, detail: unreadableRun };
  return {
    ...own,
    detail: {
      kind: 'seen',
      arePrechecksEnabled: flagIn(options, 'arePrechecksEnabled'),
      areWarningsIgnored: flagIn(options, 'areWarningsIgnored'),
      warningCount: Math.max(
        steps.filter(({ status }) => status === 'SUCCEEDED_WITH_WARNING').length,
        Math.trunc(numberIn(field(field(body, 'stepStatusCounts'), 'warningSteps'), 'warningsIgnored') ?? 0),
      ),
      hasBegunChanging: groups === null ? null : groups.some(hasBegunChanging),
      steps: isUnderWay(own) ? [] : steps.filter(isTelling).slice(0, stepsMax),
    },
  };
}

const unreadableRun: UnseenPart = {
  kind: 'unseen',
  reason: 'unparsable',
  detail: 'getDrPlanExecution: what came back is no run of a plan',
};

/** A plan has a step per member; more failures than these say nothing more. */
const stepsMax = 50;

/** The test that a gate's script is there bears its name. */
const parseRunStep = (step: unknown, gate: readonly string[], gateSteps: ReadonlySet<string>): RunStep => {
  const name = textIn(step, 'displayName') ?? '';
  const type = textIn(step, 'type') ?? '';
  const isUserDefined = type === 'USER_DEFINED' || type === 'USER_DEFINED_CUSTOM_PRECHECK';
  return {
    name,
    status: textIn(step, 'status') ?? '',
    isGate: gateSteps.has(textIn(step, 'stepId') ?? '') || (isUserDefined && hasWord(name, gate)),
  };
};

const isTelling = ({ isGate, status }: RunStep): boolean => isGate || isFailure(status);

export const isTimeout = (status: string): boolean => status === 'TIMED_OUT' || status === 'TIMED_OUT_IGNORED';
export const isFailure = (status: string): boolean => status === 'FAILED' || status === 'FAILED_IGNORED' || isTimeout(status);

/** Prechecks change nothing, and user-defined groups before the first built-in one hold gates. */
function hasBegunChanging(group: unknown): boolean {
  const type = textIn(group, 'type') ?? '';
  if (['BUILT_IN_PRECHECK', 'USER_DEFINED', 'USER_DEFINED_PAUSE'].includes(type)) return false;
  const states = [textIn(group, 'status'), ...(listIn(group, 'stepExecutions') ?? []).map((step) => textIn(step, 'status'))];
  return states.some((status) => status !== null && !['QUEUED', 'DISABLED', 'CANCELED'].includes(status));
}

const underWay = ['IN_PROGRESS', 'WAITING', 'CANCELING', 'PAUSING', 'PAUSED', 'RESUMING'];

export const isUnderWay = ({ state }: { readonly state: string }): boolean => underWay.includes(state);
export const isEnded = ({ state }: { readonly state: string }): boolean => state === 'SUCCEEDED' || state === 'FAILED';
export const isPrecheck = ({ type }: { readonly type: string }): boolean => type.endsWith('_PRECHECK');

/** Of two that ended together, what failed speaks. */
export const newestFirst = (a: RunEntry, b: RunEntry): number =>
  (b.at ?? 0) - (a.at ?? 0) || Number(b.state === 'FAILED') - Number(a.state === 'FAILED') || (a.id < b.id ? -1 : 1);

/** Runs that still say something: what is under way, of each plan the two newest and the newest precheck, and the newest drills. */
export function tellingRuns(entries: readonly RunEntry[]): readonly RunEntry[] {
  const sorted = [...entries].sort(newestFirst);
  const ended = sorted.filter(isEnded);
  const drills = ['START_DRILL', 'STOP_DRILL'].flatMap((type) =>
    ended.filter((one) => one.type === type && one.state === 'SUCCEEDED').slice(0, 1),
  );
  const ofPlans = [...new Set(ended.map(({ planId }) => planId))].flatMap((planId) => {
    const own = ended.filter((one) => one.planId === planId);
    return [...own.slice(0, 2), ...own.filter(isPrecheck).slice(0, 1)];
  });
  const telling = new Set([...sorted.filter(isUnderWay).slice(0, runsMax), ...drills, ...ofPlans.slice(0, runsMax)]);
  return sorted.filter((one) => telling.has(one));
}

/** Of plans that were deleted long ago, runs are listed still. */
const runsMax = 60;
