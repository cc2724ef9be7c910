// Generated from the folders beside this file by `npm run generate`; a test proves that it is complete.
import type { AnyProbe } from '../contract/probe.ts';

const all: readonly AnyProbe[] = [];

export const probes: ReadonlyMap<string, AnyProbe> = new Map(all.map((probe) => [probe.id, probe]));
