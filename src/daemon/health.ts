// How a daemon itself is, and to whom it says what is wrong. Never mixed with what it thinks of the machines it looks at.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import type { Caller } from '../server/route.ts';

export const HealthSchema = Type.Object({
  state: Type.Unsafe<'ok' | 'degraded' | 'failed'>({ type: 'string', enum: ['ok', 'degraded', 'failed'] }),
  /** One sentence each; empty when all is well. */
  problems: Type.Array(Type.String()),
});

export type Health = Static<typeof HealthSchema>;

/** Anybody may ask whether it works; what is wrong names files, addresses and values of the configuration. */
export const mayRead = ({ rights }: Caller): boolean => rights.includes('read');

export const healthShown = ({ state, problems }: Health, caller: Caller): Health => ({
  state,
  problems: mayRead(caller) || problems.length === 0 ? problems : ['what is wrong is told to those who have the right to read'],
});
