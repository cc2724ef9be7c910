// What is known about the settings of one machine, in the form in which two machines are compared. No value is among it.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { type UnseenReason, unseenReasons } from '../../contract/outcome.ts';
import { shapes } from './hint.ts';

const closed = { additionalProperties: false } as const;

const oneOf = <const T extends string>(values: readonly T[], description?: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], ...(description === undefined ? {} : { description }) });

const UnseenSchema = Type.Object(
  { kind: Type.Literal('unseen'), reason: Type.Unsafe<UnseenReason>({ type: 'string', enum: [...unseenReasons] }), detail: Type.String() },
  closed,
);

export type Unseen = Static<typeof UnseenSchema>;

const shape = oneOf(shapes, 'What kind of text it is, and no more than that');

const ValueSchema = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('fingerprint'),
      of: Type.String({ description: 'HMAC of key and value under the fleet key, with this site’s words replaced before' }),
      asIs: Type.Optional(Type.String({ description: 'The same without replacing anything, where that is another one' })),
      shape,
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('no-fleet-key'), shape }, closed),
  Type.Object({ kind: Type.Literal('dangling') }, closed),
  UnseenSchema,
]);

export const traits = [
  'secret-like',
  'unresolved',
  'names-other-site',
  'required',
  'may-differ',
  'may-be-missing',
  'may-name-other-site',
] as const;

export type Trait = (typeof traits)[number];

const KeySchema = Type.Object(
  {
    name: Type.String({ description: 'The key, with this site’s words replaced; a fingerprint where its name is hidden' }),
    from: Type.Optional(Type.String({ description: 'The environment file that sets it, where a unit gets it from one' })),
    value: ValueSchema,
    traits: Type.Array(Type.Unsafe<Trait>({ type: 'string', enum: [...traits] }), {
      description: 'What its value is (the first three) and what the settings say of it (the others), in this order',
    }),
  },
  closed,
);

export type Key = Static<typeof KeySchema>;

const ServiceSchema = Type.Union([
  Type.Object({ kind: Type.Literal('none-named') }, closed),
  Type.Object({ kind: Type.Literal('not-running') }, closed),
  Type.Object({ kind: Type.Literal('failed') }, closed),
  Type.Object({ kind: Type.Literal('started-after') }, closed),
  Type.Object(
    {
      kind: Type.Literal('started-before'),
      changed: Type.Array(Type.String(), { description: 'Files that were written after the process had started; sorted' }),
    },
    closed,
  ),
  UnseenSchema,
]);

export type Service = Static<typeof ServiceSchema>;

const SeenSchema = Type.Object(
  {
    kind: Type.Literal('seen'),
    keys: Type.Array(KeySchema, { description: 'Sorted by name' }),
    lacks: Type.Array(Type.String(), { description: 'Required keys that are not there; sorted' }),
    repeated: Type.Array(Type.String(), { description: 'Keys that stand more than once; the last one counts' }),
    strayLines: Type.Array(Type.Integer(), { description: 'Lines that whoever reads the file ignores or refuses' }),
    strayIn: Type.Optional(
      Type.Array(Type.Object({ file: Type.String(), lines: Type.Array(Type.Integer()) }, closed), {
        description: 'The same of the environment files of a unit; sorted',
      }),
    ),
    unnamed: Type.Integer({ description: 'Keys that were left out because their name looks like a secret' }),
    passedOver: Type.Optional(Type.Integer({ description: 'Keys that the settings do not select; where there are any' })),
  },
  closed,
);

export type Seen = Static<typeof SeenSchema>;

export const sourceKinds = ['file', 'flags', 'directory', 'unit', 'environment'] as const;

const SourceSchema = Type.Object(
  {
    name: Type.String({
      description: 'What pairs it with the other side’s: the given name, or where it is with this site’s words replaced',
    }),
    kind: oneOf(sourceKinds, '`unit`: what systemd would start it with now; `environment`: what its process was started with'),
    where: Type.String({ description: 'Path, or name of the unit' }),
    unit: Type.Optional(Type.String({ description: 'The service that reads it' })),
    foundBy: Type.Optional(Type.String({ description: 'The pattern that it fits, with this site’s words replaced' })),
    isOptional: Type.Boolean(),
    content: Type.Union([
      SeenSchema,
      Type.Object({ kind: Type.Literal('missing'), detail: Type.String() }, closed),
      Type.Object({ kind: Type.Literal('not-running') }, closed),
      Type.Object(
        { kind: Type.Literal('unparsable'), detail: Type.String({ description: 'A place in it, and none of its text' }) },
        closed,
      ),
      UnseenSchema,
    ]),
    missingFiles: Type.Array(Type.String(), { description: 'Environment files without which systemd does not start the unit' }),
    isReloadDue: Type.Boolean({ description: 'Its unit file changed, and systemd goes on with the one before' }),
    service: ServiceSchema,
  },
  closed,
);

export type Source = Static<typeof SourceSchema>;

const FleetKeySchema = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('usable'),
      id: Type.String({ description: 'Which key it is' }),
      isOpen: Type.Boolean({ description: 'Everybody on this machine may read it' }),
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('missing') }, closed),
  Type.Object({ kind: Type.Literal('weak'), detail: Type.String() }, closed),
  UnseenSchema,
]);

export type FleetKeyFacts = Static<typeof FleetKeySchema>;

export const FactsSchema = Type.Object(
  {
    fleetKey: FleetKeySchema,
    replaced: Type.Array(Type.String(), {
      description: 'The placeholders that this site’s words give way to before fingerprinting; sorted',
    }),
    otherSite: oneOf(['told', 'not-told'], 'Whether the settings say by which words the other site is known'),
    sources: Type.Array(SourceSchema, { description: 'Sorted by name' }),
    unsearched: Type.Array(Type.Object({ place: Type.String(), detail: Type.String() }, closed), {
      description: 'Patterns and directories of which not everything was seen',
    }),
  },
  closed,
);

export type Facts = Static<typeof FactsSchema>;
