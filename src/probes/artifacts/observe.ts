// Looks at what is deployed on one machine: images and containers, files, packages, services that tell their version.
import type { Machine } from '../../contract/machine.ts';
import { absent, type Outcome, observed, type Reading, unseen } from '../../contract/outcome.ts';
import type { EarlierLook } from '../../contract/probe.ts';
import { lookAtStores } from './containers/look.ts';
import { lookAtEndpoints } from './endpoints.ts';
import type { ArtifactsFacts } from './facts.ts';
import { type FilesLook, lookAtFiles } from './files/look.ts';
import { readManifest } from './manifest.ts';
import { lookAtPackages } from './packages.ts';
import type { ArtifactsSettings } from './settings.ts';

export async function observe(
  port: Machine,
  settings: ArtifactsSettings,
  signal: AbortSignal,
  earlier?: EarlierLook<ArtifactsFacts>,
): Promise<Outcome<ArtifactsFacts>> {
  const manifest = await readManifest(port, settings.manifest);
  const wanted = manifest.kind === 'read' ? manifest : { files: [], packages: [] };
  const [{ stores, ages }, packages, endpoints] = await Promise.all([
    lookAtStores(port, settings.containers),
    lookAtPackages(port, [...settings.packages, ...wanted.packages.map(({ name }) => name)]),
    lookAtEndpoints(port, settings.endpoints),
  ]);
  if (signal.aborted) return unseen('timeout', 'The look was ended before containers, packages and services were seen');
  // Last, since it may take what is left of the look’s time; what is not read by then is told as such.
  const named = wanted.files.map(({ path }) => path);
  const look = await lookAtFiles(port, settings, named, earlier?.facts.files ?? [], signal);
  const { files, trees } = look;
  const facts: ArtifactsFacts = {
    stores: [...stores],
    files: [...files],
    trees: [...trees],
    packages,
    endpoints: [...endpoints],
    manifest,
  };
  return conclude(facts, settings, readingsOf(look, ages));
}

/** Nothing to look at is nothing seen; nothing seen of all that there is to look at is a look that failed. */
function conclude(facts: ArtifactsFacts, settings: ArtifactsSettings, readings: readonly Reading[]): Outcome<ArtifactsFacts> {
  const { stores, files, trees, packages, endpoints, manifest } = facts;
  const isAsked = files.length + trees.length + endpoints.length > 0 || packages.kind !== 'not-asked' || manifest.kind !== 'none';
  if (stores.length === 0 && !isAsked)
    return absent(`no container runtime is installed (${settings.containers.runtimes.join(', ')}), and nothing else was named`);
  const blind = stores.find(({ images, containers }) => !images.seen && !containers.seen);
  const isAllBlind = stores.every(({ images, containers }) => !images.seen && !containers.seen);
  if (blind !== undefined && isAllBlind && !isAsked && !blind.images.seen) return unseen(blind.images.reason, blind.images.detail);
  return observed(facts, readings);
}

function readingsOf({ files, bytesRead, bytesLeft }: FilesLook, ages: ReadonlyMap<string, number>): readonly Reading[] {
  const captures = [...ages].map(([subject, value]) => ({ name: 'captureAgeMinutes', subject, value }));
  if (files.length === 0) return captures;
  return [
    { name: 'filesCount', subject: '', value: files.length },
    { name: 'readBytes', subject: '', value: bytesRead },
    { name: 'leftBytes', subject: '', value: bytesLeft },
    ...captures,
  ];
}
