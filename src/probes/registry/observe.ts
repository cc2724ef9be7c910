// Asks for what one side could pull and deploy.
import { absent, type Outcome, observed, unseen } from '../../contract/outcome.ts';
import { unseenPart } from '../../contract/region.ts';
import type { Tenancy, TenancyFailed } from '../../contract/tenancy.ts';
import { textIn } from '../../formats/oci.ts';
import type { Facts, Generic, Repository } from './facts.ts';
import { readGeneric, readRepositories } from './parse-images.ts';
import { readDeployed, readEnvironments } from './parse-pipelines.ts';
import type { Settings } from './settings.ts';

export async function observe(tenancy: Tenancy, settings: Settings): Promise<Outcome<Facts>> {
  const { watch } = settings;
  const compartments = [...new Set(Object.values(settings.scope.compartments))].sort();
  const [repositories, generic, deployed, environments] = await Promise.all([
    watch.images ? repositoriesOf(tenancy, compartments, new Set(settings.inUse)) : notWatched,
    watch.artifacts ? genericOf(tenancy, compartments) : notWatched,
    watch.pipelines ? listOf(tenancy, 'listDeployArtifacts', compartments, readDeployed) : notWatched,
    watch.pipelines ? listOf(tenancy, 'listDeployEnvironments', compartments, readEnvironments) : notWatched,
  ]);
  const instances = await instancesOf(tenancy, compartments, environments);
  const facts: Facts = {
    region: { ...tenancy.region },
    inUse: [...new Set(settings.inUse)].sort(),
    repositories,
    generic,
    deployed,
    environments,
    instances,
  };
  const parts = [repositories, generic, deployed, environments];
  const blind = parts.find((part) => part.kind === 'unseen');
  if (blind?.kind === 'unseen' && parts.every(({ kind }) => kind !== 'seen')) return unseen(blind.reason, blind.detail);
  const isEmpty = parts.every((part) => part.kind === 'not-watched' || (part.kind === 'seen' && part.list.length === 0));
  return isEmpty ? absent('no images, no artifacts and nothing to deploy in these compartments') : observed(facts);
}

const notWatched = { kind: 'not-watched' as const };

type Part<T> = { kind: 'seen'; list: T[] } | ReturnType<typeof unseenPart>;

const byText =
  <T>(text: (one: T) => string) =>
  (a: T, b: T): number =>
    text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0;

/** All compartments or none: half of them would look like all. */
async function eachOf<T>(
  compartments: readonly string[],
  ask: (compartmentId: string) => Promise<readonly T[] | TenancyFailed>,
  order: (one: T) => string,
): Promise<Part<T>> {
  const answers = await Promise.all(compartments.map(ask));
  const failed = answers.find((answer): answer is TenancyFailed => 'kind' in answer);
  return failed === undefined ? { kind: 'seen', list: (answers as T[][]).flat().sort(byText(order)) } : unseenPart(failed);
}

const listOf = <T extends { readonly name: string; readonly id: string }>(
  tenancy: Tenancy,
  operation: 'listDeployArtifacts' | 'listDeployEnvironments',
  compartments: readonly string[],
  read: (bodies: readonly unknown[]) => readonly T[],
): Promise<Part<T>> =>
  eachOf(
    compartments,
    async (compartmentId) => {
      const answer = await tenancy.list(operation, { compartmentId });
      return answer.kind === 'failed' ? answer : read(answer.items);
    },
    ({ name, id }) => `${name} ${id}`,
  );

const repositoriesOf = (tenancy: Tenancy, compartments: readonly string[], wanted: ReadonlySet<string>): Promise<Part<Repository>> =>
  eachOf(
    compartments,
    async (compartmentId) => {
      const [repositories, images] = await Promise.all([
        tenancy.list('listContainerRepositories', { compartmentId }),
        tenancy.list('listContainerImages', { compartmentId }),
      ]);
      if (repositories.kind === 'failed') return repositories;
      return images.kind === 'failed' ? images : readRepositories(compartmentId, repositories.items, images.items, wanted);
    },
    ({ name, compartment }) => `${name} ${compartment}`,
  );

const genericOf = (tenancy: Tenancy, compartments: readonly string[]): Promise<Part<Generic>> =>
  eachOf(
    compartments,
    async (compartmentId) => {
      const repositories = await tenancy.list('listRepositories', { compartmentId });
      if (repositories.kind === 'failed') return repositories;
      const lists = await Promise.all(repositories.items.map((one) => artifactsIn(tenancy, compartmentId, one)));
      return lists.find((list): list is TenancyFailed => 'kind' in list) ?? (lists as Generic[][]).flat();
    },
    ({ repository, path, version }) => `${repository} ${path} ${version}`,
  );

async function artifactsIn(tenancy: Tenancy, compartmentId: string, repository: unknown): Promise<readonly Generic[] | TenancyFailed> {
  const repositoryId = textIn(repository, 'id');
  const state = textIn(repository, 'lifecycleState') ?? '';
  if (repositoryId === null || /^DELET/.test(state)) return [];
  const answer = await tenancy.list('listGenericArtifacts', { compartmentId, repositoryId });
  return answer.kind === 'failed' ? answer : readGeneric(textIn(repository, 'displayName') ?? repositoryId, answer.items);
}

/** Only where an environment names instances. */
async function instancesOf(
  tenancy: Tenancy,
  compartments: readonly string[],
  environments: Facts['environments'],
): Promise<Facts['instances']> {
  const ids = new Set(environments.kind === 'seen' ? environments.list.flatMap(({ instanceIds }) => instanceIds ?? []) : []);
  if (ids.size === 0) return { kind: 'seen', list: [] };
  return eachOf(
    compartments,
    async (compartmentId) => {
      const answer = await tenancy.list('listInstances', { compartmentId });
      if (answer.kind === 'failed') return answer;
      return answer.items.flatMap((one) => {
        const id = textIn(one, 'id');
        const name = textIn(one, 'displayName');
        return id === null || name === null || !ids.has(id) ? [] : [{ id, name }];
      });
    },
    ({ id }) => id,
  );
}
