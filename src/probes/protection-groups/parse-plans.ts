// Plans as listDrPlans and getDrPlan tell them (API 20220125). Only user-defined steps are kept one by one.
import type { UnseenPart } from '../../contract/region.ts';
import { field, flagIn, listIn, numberIn, textIn } from '../../formats/oci.ts';
import { whatHides } from './exit-status.ts';
import type { Plan, PlanGroup, Step } from './facts.ts';
import { hasWord } from './words.ts';

/** What the list says of a plan; null for an entry without an OCID, of which nothing more can be asked. */
export function parsePlanEntry(entry: unknown): Omit<Plan, 'groups'> | null {
  const id = textIn(entry, 'id');
  if (id === null) return null;
  return {
    id,
    name: textIn(entry, 'displayName') ?? id,
    type: textIn(entry, 'type') ?? '',
    state: textIn(entry, 'lifecycleState'),
    subState: textIn(entry, 'lifecycleSubState'),
  };
}

/** The plan itself says it better than the list, which may be older. */
export function parsePlan(entry: Omit<Plan, 'groups'>, body: unknown, gate: readonly string[]): Plan {
  const own = parsePlanEntry(body) ?? entry;
  const groups = listIn(body, 'planGroups');
  return {
    ...own,
    id: entry.id,
    groups:
      groups === null || groups.some(isWithoutSteps)
        ? ({
            kind: 'unseen',
            reason: 'unparsable',
            detail: 'getDrPlan: the plan came without its groups or their steps',
          } satisfies UnseenPart)
        : { kind: 'seen', list: groups.map((group) => parsePlanGroup(group, gate)) },
  };
}

/** Of these the steps are what a plan is looked at for. */
const isWithoutSteps = (group: unknown): boolean =>
  ['BUILT_IN_PRECHECK', 'USER_DEFINED'].includes(textIn(group, 'type') ?? '') && listIn(group, 'steps') === null;

function parsePlanGroup(group: unknown, gate: readonly string[]): PlanGroup {
  const name = textIn(group, 'displayName') ?? '';
  const type = textIn(group, 'type') ?? '';
  const steps = listIn(group, 'steps') ?? [];
  const isPrecheck = type === 'BUILT_IN_PRECHECK';
  const own = ['USER_DEFINED', 'USER_DEFINED_PAUSE'].includes(type);
  return {
    name,
    type,
    isChanging: !isPrecheck && !own && steps.some((step) => flagIn(step, 'isEnabled') !== false),
    steps: steps.flatMap((step) => parseStep(step, { name, isPrecheck }, gate)),
  };
}

/** Empty for steps that are Full Stack DR's own, such as its test that a script is there (USER_DEFINED_PRECHECK). */
function parseStep(
  step: unknown,
  group: { readonly name: string; readonly isPrecheck: boolean },
  gate: readonly string[],
): readonly Step[] {
  const type = textIn(step, 'type') ?? '';
  const script = field(step, 'userDefinedStep');
  const stepType = textIn(script, 'stepType') ?? '';
  const isCustomPrecheck = type === 'USER_DEFINED_CUSTOM_PRECHECK' || stepType.endsWith('_USER_DEFINED_CUSTOM_PRECHECK');
  if (!isCustomPrecheck && type !== 'USER_DEFINED') return [];
  const name = textIn(step, 'displayName') ?? '';
  const command = textIn(script, 'scriptCommand');
  // The name of its own group speaks for a step; that of the built-in prechecks does not.
  const told = [
    name,
    command ?? '',
    textIn(field(script, 'objectStorageScriptLocation'), 'object') ?? '',
    group.isPrecheck ? '' : group.name,
  ];
  const isGate = told.some((text) => hasWord(text, gate));
  return [
    {
      id: textIn(step, 'id') ?? '',
      name: name === '' ? group.name : name,
      type,
      isCustomPrecheck,
      isGate,
      isEnabled: flagIn(step, 'isEnabled'),
      errorMode: textIn(step, 'errorMode'),
      timeoutSeconds: numberIn(step, 'timeout'),
      instanceId: textIn(script, 'runOnInstanceId'),
      functionId: textIn(script, 'functionId'),
      runsInRegion: textIn(script, 'runOnInstanceRegion') ?? textIn(script, 'functionRegion'),
      hides: command === null || !isGate ? null : hiddenIn(command, name, gate),
    },
  ];
}

/** Where only the step's name says that it is the gate, its first command is. */
function hiddenIn(command: string, name: string, gate: readonly string[]): string | null {
  if (hasWord(command, gate)) return whatHides(command, gate);
  const [program = ''] = command.trim().split(/\s+/);
  return hasWord(name, gate) && program !== '' ? whatHides(command, [program]) : null;
}

/** What steps call the members they move: names for OCIDs. */
export const memberNames = (body: unknown): readonly (readonly [string, string])[] =>
  (listIn(body, 'planGroups') ?? [])
    .filter((group) => textIn(group, 'type') === 'BUILT_IN')
    .flatMap((group) => listIn(group, 'steps') ?? [])
    .flatMap((step) => {
      const id = textIn(step, 'memberId');
      const name = textIn(step, 'displayName');
      return id === null || name === null ? [] : [[id, name] as const];
    });
