// Generated from the folders beside this file by `npm run generate`; a test proves that it is complete.
import type { AnyProbe } from '../contract/probe.ts';
import { probe as access } from './access/index.ts';
import { probe as artifacts } from './artifacts/index.ts';
import { probe as certs } from './certs/index.ts';
import { probe as dbpatch } from './dbpatch/index.ts';
import { probe as dns } from './dns/index.ts';
import { probe as egress } from './egress/index.ts';
import { probe as kernel } from './kernel/index.ts';
import { probe as monitoring } from './monitoring/index.ts';
import { probe as settings } from './settings/index.ts';

const all: readonly AnyProbe[] = [access, artifacts, certs, dbpatch, dns, egress, kernel, monitoring, settings];

/** Those of machines: what an agent looks through. */
export const probes: ReadonlyMap<string, AnyProbe> = new Map(all.map((probe) => [probe.id, probe]));
