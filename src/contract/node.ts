// Who is looked at: a machine with an agent, and what lawfully sets its site apart from its twin's.

import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';

export const SiteSchema = Type.Object(
  {
    name: Type.Optional(Type.String({ description: 'What this side is called, for example its OCI region' })),
    networks: Type.Optional(Type.Array(Type.String(), { description: 'CIDR blocks of this side' })),
    domains: Type.Optional(Type.Array(Type.String(), { description: 'DNS domains of this side' })),
    tokens: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'Placeholder to this side’s text; replaced before two sides are compared',
      }),
    ),
  },
  { additionalProperties: false },
);

export type Site = Static<typeof SiteSchema>;

export const roles = ['primary', 'standby'] as const;

export type Role = (typeof roles)[number];

export const NodeIdentitySchema = Type.Object({
  /** Derived from the machine id, which itself never leaves the machine. */
  id: Type.String(),
  name: Type.String(),
  role: Type.Union([Type.Unsafe<Role>({ type: 'string', enum: [...roles] }), Type.Null()]),
  /** What fails over together. */
  group: Type.Union([Type.String(), Type.Null()]),
  /** The name that both sides of a pair share. */
  twin: Type.Union([Type.String(), Type.Null()]),
  site: SiteSchema,
  /** Version of Understudy that looked. */
  version: Type.String(),
});

export type NodeIdentity = Static<typeof NodeIdentitySchema>;
