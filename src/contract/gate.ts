// What can be asked of a gate, of an agent's and of a collector's alike.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { type FailOn, failOns } from './receipt.ts';

/** A receipt is kept for years and read by people: a reason is a sentence. */
export const reasonLengthMax = 500;
export const byLengthMax = 100;

export const GateQuerySchema = Type.Object(
  {
    maxAge: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Milliseconds: a required look of the standby that is older makes the verdict unknown' }),
    ),
    failOn: Type.Optional(
      Type.Unsafe<FailOn>({ type: 'string', enum: [...failOns], description: 'The gate is closed at this verdict and at any worse one' }),
    ),
    override: Type.Optional(
      Type.String({ minLength: 1, maxLength: reasonLengthMax, description: 'Let pass whatever the verdict, for this reason; with `by`' }),
    ),
    by: Type.Optional(Type.String({ minLength: 1, maxLength: byLengthMax, description: 'Who overrides, in their own words' })),
  },
  { additionalProperties: false },
);

export type GateQuery = Static<typeof GateQuerySchema>;
