// Generated from the folders beside this file by `npm run generate`; a test proves that it is complete.
import type { AnyProbe } from '../contract/probe.ts';
import { probe as balancers } from './balancers/index.ts';
import { probe as databases } from './databases/index.ts';
import { probe as iam } from './iam/index.ts';
import { probe as managedInstances } from './managed-instances/index.ts';
import { probe as network } from './network/index.ts';
import { probe as protectionGroups } from './protection-groups/index.ts';
import { probe as registry } from './registry/index.ts';
import { probe as secrets } from './secrets/index.ts';
import { probe as zones } from './zones/index.ts';

const all: readonly AnyProbe[] = [balancers, databases, iam, managedInstances, network, protectionGroups, registry, secrets, zones];

/** Those of regions: what a collector looks through. */
export const regionProbes: ReadonlyMap<string, AnyProbe> = new Map(all.map((probe) => [probe.id, probe]));
