// Generated from the folders beside this file by `npm run generate`; a test proves that it is complete.
import type { AnyProbe } from '../contract/probe.ts';
import { probes } from './machines.generated.ts';
import { regionProbes } from './regions.generated.ts';

export { probes, regionProbes };

const byId = ([a]: readonly [string, AnyProbe], [b]: readonly [string, AnyProbe]): number => (a < b ? -1 : 1);

export const allProbes: ReadonlyMap<string, AnyProbe> = new Map([...probes, ...regionProbes].sort(byId));
