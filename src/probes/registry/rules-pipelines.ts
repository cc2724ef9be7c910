// Generic artifacts, and pipelines: each side deploys from its own region, to all of its own machines.
import type { Draft, PairedRule } from '../../contract/rule.ts';
import { isInRegion } from '../../formats/oci.ts';
import { type Deployed, type Facts, type Generic, seen } from './facts.ts';
import { isThere } from './in-use.ts';
import type { Settings } from './settings.ts';

const artifactName = ({ path, version }: Generic): string => `${path}:${version}`;

/** The artifacts of a path in order of age are not told; versions that both sides have are compared, and the standby has to have all. */
function artifactPairs(standby: Facts, primary: Facts): readonly (readonly [Generic, Generic | undefined])[] {
  if (standby.generic.kind !== 'seen' || primary.generic.kind !== 'seen') return [];
  const own = new Map(seen(standby.generic).map((one) => [artifactName(one), one]));
  return seen(primary.generic)
    .filter(isThere)
    .map((one) => [one, own.get(artifactName(one))] as const);
}

const upload = ({ subject, with: given = {} }: Draft): string =>
  [
    '# Upload the primary’s bytes; pipelines should deliver to both regions:',
    `$ oci artifacts generic artifact upload-by-path --repository-id <repository> --artifact-path ${given.path ?? subject} --artifact-version ${given.version ?? ''} --content-body <file> --region ${given.region}`,
  ].join('\n');

const uploading = (facts: Facts, { path, version }: Generic): NonNullable<Draft['with']> => ({ region: facts.region.name, path, version });

const artifactMissing: PairedRule<Facts, Settings> = {
  code: 'registry/artifact-missing',
  kind: 'paired',
  severity: 'warning',
  title: 'An artifact of the primary is not in the standby’s region',
  why: 'Whoever deploys it there after a failover finds nothing, and the primary’s repository may be gone with its region.',
  remedy: upload,
  judge: (standby, primary) =>
    artifactPairs(standby, primary).flatMap(([one, twin]) =>
      twin !== undefined && isThere(twin)
        ? []
        : [
            {
              subject: artifactName(one),
              expected: one.sha256 ?? 'there',
              actual: twin === undefined ? 'no such artifact' : `its state is ${twin.state}`,
              with: uploading(standby, one),
            },
          ],
    ),
};

const artifactDiffers: PairedRule<Facts, Settings> = {
  code: 'registry/artifact-differs',
  kind: 'paired',
  severity: 'warning',
  title: 'An artifact of one path and version has other bytes in the standby’s region',
  why: 'The repository lets versions be overwritten, and it was done at one side only: the name is the same and the build is not.',
  remedy: upload,
  judge: (standby, primary) =>
    artifactPairs(standby, primary).flatMap(([one, twin]) =>
      twin === undefined || !isThere(twin) || one.sha256 === null || twin.sha256 === null || one.sha256 === twin.sha256
        ? []
        : [{ subject: artifactName(one), expected: one.sha256, actual: twin.sha256, with: uploading(standby, one) }],
    ),
};

const usesPrimary: PairedRule<Facts, Settings> = {
  code: 'registry/pipeline-uses-primary',
  kind: 'paired',
  severity: 'blocker',
  title: 'The standby’s pipeline pulls from the primary’s region',
  why: 'It works for as long as the primary’s region does, which is until the day on which it is needed.',
  remedy: ({ with: given = {} }) =>
    [
      '# Let it pull from the registry of its own region:',
      `$ oci devops deploy-artifact get --artifact-id ${given.id} --region ${given.region}`,
      `$ oci devops deploy-artifact update-ocir-artifact --artifact-id ${given.id} --artifact-image-uri <image in ${given.region}> --region ${given.region}`,
    ].join('\n'),
  judge: (standby, primary) =>
    seen(standby.deployed).flatMap(({ name, id, source }) => {
      const at = placeOf(source, primary);
      return at === null
        ? []
        : [{ subject: name, expected: `from ${standby.region.name}`, actual: at, with: { id, region: standby.region.name } }];
    }),
};

/** Where it pulls from, if that is the primary's region; null else. */
function placeOf(source: Deployed['source'], { region }: Facts): string | null {
  switch (source.kind) {
    case 'image':
      return isHostOf(source.host, region) ? `from ${source.host}/${source.repository}` : null;
    case 'generic':
      return isInRegion(source.repositoryId, region) === true ? `from ${source.repositoryId}` : null;
    case 'other':
      return null;
  }
}

/** `iad.ocir.io`, `ocir.us-ashburn-1.oci.oraclecloud.com`, or a name of one's own that says the region as a word. */
const isHostOf = (host: string, { name, key }: Facts['region']): boolean =>
  host.includes(name) || (key !== null && host.split(/[.-]/).includes(key.toLowerCase()));

const targetMissing: PairedRule<Facts, Settings> = {
  code: 'registry/pipeline-target-missing',
  kind: 'paired',
  severity: 'warning',
  title: 'A machine of the standby is not among those that new releases are deployed to',
  why: 'Its twin gets every release and it gets none: on the day it runs what it ran when it was made.',
  remedy: ({ with: given = {} }) =>
    [
      `# Add ${given.machine} to the environment’s instances:`,
      `$ oci devops deploy-environment get --deploy-environment-id ${given.id} --region ${given.region}`,
      `$ oci devops deploy-environment update-compute-instance-group-environment --deploy-environment-id ${given.id} --compute-instance-group-selectors <with ${given.machine}> --region ${given.region}`,
    ].join('\n'),
  judge: (standby, primary, context) => {
    if (standby.environments.kind !== 'seen' || primary.environments.kind !== 'seen') return [];
    const own = new Map(seen(standby.environments).map((one) => [one.name, one]));
    return seen(primary.environments).flatMap(({ name, instanceIds }) => {
      const twin = own.get(name);
      if (instanceIds === null || twin === undefined || twin.instanceIds === null) return [];
      const targets = new Set(twin.instanceIds.map((id) => machineName(id, standby, context.standby.settings)));
      return instanceIds
        .map((id) => machineName(id, primary, context.primary.settings))
        .filter((machine) => !targets.has(machine))
        .map((machine) => ({
          subject: `${name} ${machine}`,
          expected: `${machine} is a target`,
          actual: targets.size === 0 ? 'no targets' : `targets are ${[...targets].sort().join(', ')}`,
          with: { id: twin.id, region: standby.region.name, machine },
        }));
    });
  },
};

/** What both sides call it: by the fleet file, else its display name. */
function machineName(id: string, { instances }: Facts, { scope }: Settings): string {
  const told = Object.entries(scope.hosts).find(([, host]) => host.id === id)?.[0];
  return told ?? seen(instances).find((one) => one.id === id)?.name ?? id;
}

export const pipelineRules: readonly PairedRule<Facts, Settings>[] = [artifactMissing, artifactDiffers, usesPrimary, targetMissing];
