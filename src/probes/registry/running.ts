// Which images machines run, out of what the artifacts probe saw of them: those of OCI's registry, as repository and tag.
import { field, listIn, textIn } from '../../formats/oci.ts';
import { readImageUri } from './parse-pipelines.ts';
import type { Settings } from './settings.ts';

/** A fleet of thousands runs some dozens of images; more than this is something else, and the newest tag stands for it. */
const runningMax = 2_000;

export function withRunning(settings: Settings, facts: readonly unknown[]): Settings {
  const running = facts.flatMap(containersOf).flatMap(imageOf);
  return { ...settings, inUse: [...new Set([...settings.inUse, ...running])].sort().slice(0, runningMax) };
}

/** Of every container store, running or not: one that is stopped at a cold standby is started on the day. */
const containersOf = (facts: unknown): readonly unknown[] =>
  (listIn(facts, 'stores') ?? []).flatMap((store) => listIn(field(store, 'containers'), 'list') ?? []);

function imageOf(container: unknown): readonly string[] {
  const image = readImageUri(textIn(container, 'reference') ?? '');
  return image === null || image.tag === null || !isRegistry(image.host) ? [] : [`${image.repository}:${image.tag}`];
}

/** `iad.ocir.io`, `ocir.us-ashburn-1.oci.oraclecloud.com`. */
const isRegistry = (host: string): boolean => host.endsWith('.ocir.io') || host.startsWith('ocir.');
