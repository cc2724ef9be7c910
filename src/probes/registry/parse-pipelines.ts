// What DevOps deploys, and where to, out of the answers of the DevOps service (20210630).
// https://docs.oracle.com/en-us/iaas/api/#/en/devops/20210630/
import { field, listIn, textIn, textsIn } from '../../formats/oci.ts';
import type { Deployed, Environment } from './facts.ts';

export const readDeployed = (bodies: readonly unknown[]): readonly Deployed[] =>
  bodies.flatMap((one) => {
    const name = textIn(one, 'displayName');
    return name === null || isGone(one)
      ? []
      : [{ name, id: textIn(one, 'id') ?? '', source: sourceOf(field(one, 'deployArtifactSource')) }];
  });

function sourceOf(source: unknown): Deployed['source'] {
  const type = textIn(source, 'deployArtifactSourceType') ?? 'UNKNOWN';
  const uri = textIn(source, 'imageUri') ?? chartUri(source);
  const repositoryId = textIn(source, 'repositoryId');
  if ((type === 'OCIR' || type === 'HELM_CHART') && uri !== null) return readImageUri(uri) ?? { kind: 'other', type };
  if (type === 'GENERIC_ARTIFACT' && repositoryId !== null) return { kind: 'generic', repositoryId };
  return { kind: 'other', type };
}

/** A chart lies in a registry, too: `oci://host/namespace/chart`, with its version beside it. */
function chartUri(source: unknown): string | null {
  const url = textIn(source, 'chartUrl');
  if (url === null || !url.startsWith('oci://')) return null;
  const version = textIn(source, 'deployArtifactVersion');
  return `${url.slice('oci://'.length)}${version === null ? '' : `:${version}`}`;
}

/** `host/namespace/repository:tag`, `@sha256:…` behind either. Placeholders (`${tag}`) are filled in when it is deployed: null as tag. */
export function readImageUri(uri: string): Extract<Deployed['source'], { kind: 'image' }> | null {
  const [, host, path, tag] = /^([^/\s]+)\/[^/\s]+\/([^\s:@]+)(?::([^\s@]+))?(?:@\S+)?$/.exec(uri) ?? [];
  if (host === undefined || path === undefined) return null;
  const isWritten = tag !== undefined && !tag.includes('$');
  return { kind: 'image', host: host.toLowerCase(), repository: path, tag: isWritten ? tag : null };
}

export const readEnvironments = (bodies: readonly unknown[]): readonly Environment[] =>
  bodies.flatMap((one) => {
    const name = textIn(one, 'displayName');
    return name === null || isGone(one) ? [] : [{ name, id: textIn(one, 'id') ?? '', instanceIds: targetsOf(one) }];
  });

/** Null as soon as one selector is no list of instances: what it chooses is not known here. */
function targetsOf(body: unknown): string[] | null {
  const selectors = listIn(field(body, 'computeInstanceGroupSelectors'), 'items');
  if (selectors === null) return null;
  const ids = selectors.map((one) => (textIn(one, 'selectorType') === 'INSTANCE_IDS' ? textsIn(one, 'computeInstanceIds') : null));
  return ids.includes(null) ? null : [...new Set(ids.flatMap((one) => one ?? []))].sort();
}

const isGone = (body: unknown): boolean => /^DELET/.test(textIn(body, 'lifecycleState') ?? '');
