// What OS Management Hub and the instance agent say of the machines of a region. Times of check-ins move and are not kept.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { UnseenPartSchema } from '../../contract/region.ts';
import { MissedSchema } from '../../formats/side-lists.ts';

const closed = { additionalProperties: false } as const;
const textOrNull = Type.Union([Type.String(), Type.Null()]);

const FiguresSchema = Type.Object(
  {
    kind: Type.Literal('seen'),
    /** Release of the kernel that was booted; null where it was not told, as the next four. */
    kernel: textOrNull,
    /** Release that it amounts to with what Ksplice has patched; null without Ksplice, too. */
    effective: textOrNull,
    /** The hub tells no kernel of these. */
    isWindows: Type.Boolean(),
    needsReboot: Type.Union([Type.Boolean(), Type.Null()]),
    securityUpdates: Type.Union([Type.Integer(), Type.Null()]),
  },
  closed,
);

export type Figures = Static<typeof FiguresSchema>;

const MachineSchema = Type.Object(
  {
    name: Type.String(),
    ocid: Type.String(),
    compartment: Type.String(),
    /** `NORMAL`, `UNREACHABLE`; empty where it was not told. */
    status: Type.String(),
    /** Against `checkinMax`, at the time of the look; also where none was told. */
    isCheckinOld: Type.Boolean(),
    figures: Type.Union([FiguresSchema, UnseenPartSchema]),
  },
  closed,
);

export type Machine = Static<typeof MachineSchema>;

const PluginsSchema = Type.Object(
  {
    /** Of the machine. */
    name: Type.String(),
    ocid: Type.String(),
    compartment: Type.String(),
    /** Of those that have to run: `RUNNING`, `STOPPED`; `not listed`. `silent`: the agent told of no plugin at all. */
    plugins: Type.Union([
      Type.Object(
        { kind: Type.Literal('seen'), list: Type.Array(Type.Object({ name: Type.String(), status: Type.String() }, closed)) },
        closed,
      ),
      Type.Object({ kind: Type.Literal('silent') }, closed),
      UnseenPartSchema,
    ]),
  },
  closed,
);

export type Plugins = Static<typeof PluginsSchema>;

const listOf = <T extends Type.TSchema>(entry: T) => Type.Object({ entries: Type.Array(entry), missed: Type.Array(MissedSchema) }, closed);

export const FactsSchema = Type.Object(
  {
    region: Type.Object({ name: Type.String(), key: textOrNull }, closed),
    machines: listOf(MachineSchema),
    agents: Type.Array(PluginsSchema),
  },
  closed,
);

export type Facts = Static<typeof FactsSchema>;
