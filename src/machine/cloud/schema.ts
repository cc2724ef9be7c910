// The form of what the process that tries calls prints. It is checked, since what it was told by others went through it.
import * as Type from 'typebox/type';
import type { CloudTried } from '../../contract/cloud.ts';
import { schemaProblems } from '../../contract/schema.ts';

const closed = { additionalProperties: false } as const;
const textOrNull = Type.Union([Type.String({ maxLength: 300 }), Type.Null()]);
const tookMs = Type.Number({ minimum: 0 });

const failure = Type.Object(
  {
    status: Type.Union([Type.Integer(), Type.Null()]),
    code: Type.String({ maxLength: 80 }),
    message: Type.String({ maxLength: 300 }),
    requestId: textOrNull,
    host: textOrNull,
  },
  closed,
);

const principal = Type.Object(
  {
    stage: Type.Union([Type.Literal('metadata'), Type.Literal('federation'), Type.Literal('token')]),
    failure: Type.Union([failure, Type.Null()]),
    region: textOrNull,
    instanceId: textOrNull,
    compartmentId: textOrNull,
    tenancyId: textOrNull,
    certificate: Type.Union([Type.Object({ notBeforeMs: Type.Number(), notAfterMs: Type.Number() }, closed), Type.Null()]),
    clockAheadSeconds: Type.Union([Type.Integer(), Type.Null()]),
  },
  closed,
);

const call = Type.Union([
  Type.Object({ kind: Type.Literal('answered'), status: Type.Integer(), isMissing: Type.Boolean(), tookMs }, closed),
  Type.Object({ kind: Type.Literal('refused'), failure, tookMs }, closed),
]);

const cloudTriedSchema = Type.Object(
  {
    kind: Type.Literal('cloud-tried'),
    principal,
    calls: Type.Array(call),
    tookMs,
    peakRssBytes: Type.Union([Type.Integer(), Type.Null()]),
  },
  closed,
);

/** Null for everything else. */
export function asCloudTried(value: unknown): CloudTried | null {
  const isOne = (one: unknown): one is Type.Static<typeof cloudTriedSchema> => schemaProblems(cloudTriedSchema, one).length === 0;
  return isOne(value) ? value : null;
}
