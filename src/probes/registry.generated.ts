// Generated from the folders beside this file by `npm run generate`; a test proves that it is complete.
import type { AnyProbe } from '../contract/probe.ts';
import { probe as access } from './access/index.ts';
import { probe as artifacts } from './artifacts/index.ts';
import { probe as balancers } from './balancers/index.ts';
import { probe as certs } from './certs/index.ts';
import { probe as databases } from './databases/index.ts';
import { probe as dbpatch } from './dbpatch/index.ts';
import { probe as dns } from './dns/index.ts';
import { probe as egress } from './egress/index.ts';
import { probe as iam } from './iam/index.ts';
import { probe as kernel } from './kernel/index.ts';
import { probe as managedInstances } from './managed-instances/index.ts';
import { probe as monitoring } from './monitoring/index.ts';
import { probe as network } from './network/index.ts';
import { probe as protectionGroups } from './protection-groups/index.ts';
import { probe as registry } from './registry/index.ts';
import { probe as secrets } from './secrets/index.ts';
import { probe as settings } from './settings/index.ts';
import { probe as zones } from './zones/index.ts';

const all: readonly AnyProbe[] = [access, artifacts, balancers, certs, databases, dbpatch, dns, egress, iam, kernel, managedInstances, monitoring, network, protectionGroups, registry, secrets, settings, zones];

const byId = (probes: readonly AnyProbe[]): ReadonlyMap<string, AnyProbe> => new Map(probes.map((probe) => [probe.id, probe]));

export const allProbes = byId(all);

/** Those of machines: what an agent looks through. */
export const probes = byId(all.filter(({ looksAt }) => looksAt === 'machine'));

/** Those of regions: what a collector looks through. */
export const regionProbes = byId(all.filter(({ looksAt }) => looksAt === 'region'));
