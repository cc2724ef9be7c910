// The form of tenancy.yaml: what one region answered, and what the fleet says of that side.
import type { Static, TObject, TProperties } from 'typebox/type';
import * as Type from 'typebox/type';
import { type Role, roles } from '../contract/node.ts';
import { type OciOperationName, ociOperations } from '../contract/oci-operations.ts';
import { RegionScopeSchema } from '../contract/region.ts';
import type { TenancyFailed } from '../contract/tenancy.ts';

const strict = <const P extends TProperties>(properties: P): TObject<P> => Type.Object(properties, { additionalProperties: false });

const text = (description: string) => Type.Optional(Type.String({ description }));
const textOrNull = (description: string) => Type.Optional(Type.Union([Type.String(), Type.Null()], { description }));

const reasons = ['timeout', 'too-much-output', 'denied', 'unreadable', 'unparsable'] as const satisfies readonly TenancyFailed['reason'][];

const CallSchema = strict({
  operation: Type.Unsafe<OciOperationName>({
    type: 'string',
    enum: Object.keys(ociOperations),
    description: 'As Oracle’s SDKs call it',
  }),
  with: Type.Record(Type.String(), Type.String(), {
    default: {},
    description: 'Parameters that were asked with; what is not said of them may be anything, and the first entry that fits answers',
  }),
  status: Type.Optional(Type.Integer({ minimum: 100, maximum: 599, description: 'HTTP status; 200 when not given' })),
  headers: Type.Optional(Type.Record(Type.String(), Type.String(), { description: '`opc-next-page` leads to a further page' })),
  body: Type.Optional(Type.Unknown({ description: 'As OCI wrote it; a list is one with all of its pages, or one page of it' })),
  bodyFile: text('File in this folder that holds the body: JSON where its name ends so, else text'),
  failed: Type.Optional(
    Type.Unsafe<TenancyFailed['reason']>({ type: 'string', enum: [...reasons], description: 'There was no answer to use, and why' }),
  ),
  code: text('OCI’s own code, or the system’s, that goes with `failed`'),
  detail: text('The sentence that goes with `failed`'),
});

export const RecordedTenancySchema = strict({
  now: Type.String({ description: 'When it was recorded, in ISO 8601' }),
  region: strict({ name: Type.String({ minLength: 1 }), key: textOrNull('Its key in service labels, in small letters: phx') }),
  tenancyId: textOrNull('OCID of the tenancy'),
  role: Type.Optional(Type.Unsafe<Role>({ type: 'string', enum: [...roles] })),
  name: text('What this side is called; the name of the region when not given'),
  group: text('What fails over together'),
  scope: RegionScopeSchema,
  settings: Type.Record(Type.String(), Type.Object({}, { additionalProperties: true }), {
    default: {},
    description: 'Settings by probe, where they are not the defaults; `scope` is added to each',
  }),
  calls: Type.Array(CallSchema),
});

export type RecordedTenancyFile = Static<typeof RecordedTenancySchema>;

export type RecordedCallEntry = RecordedTenancyFile['calls'][number];
