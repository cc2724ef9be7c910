// What an operator tells the protection-groups probe.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { durationPattern, parseDurationMs } from '../../contract/duration.ts';
import { scopeSetting } from '../../contract/region.ts';

const maxAge = (value: string, description: string, pattern = durationPattern) => Type.String({ pattern, default: value, description });

export const SettingsSchema = Type.Object(
  {
    ...scopeSetting,
    groups: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description:
        'Display names of the protection groups that belong to this fleet’s group, of both sides; all in the compartments when empty',
    }),
    gate: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
      minItems: 1,
      default: ['understudy', 'readiness', 'gate'],
      description:
        'A user-defined step is the readiness gate when one of these words stands in its name or in its command, as a whole word',
    }),
    gateTimeoutMin: maxAge('60s', 'A gate whose step has less time is not waited for'),
    precheckMaxAge: maxAge('30d', 'A plan whose prechecks ran before that is not known to pass'),
    drillMaxAge: maxAge('none', 'A last drill that is older is a warning; `none`: it is only told', `^none$|${durationPattern}`),
  },
  { additionalProperties: false },
);

export type Settings = Static<typeof SettingsSchema>;

export const precheckMaxAgeMs = ({ precheckMaxAge }: Settings): number => parseDurationMs(precheckMaxAge) ?? 30 * 86_400_000;

export const gateTimeoutMinSeconds = ({ gateTimeoutMin }: Settings): number => (parseDurationMs(gateTimeoutMin) ?? 60_000) / 1_000;

/** Null where nobody asked for drills. */
export const drillMaxAgeMs = ({ drillMaxAge }: Settings): number | null => parseDurationMs(drillMaxAge);
