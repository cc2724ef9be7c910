// Generic artifacts, and pipelines: each side deploys from its own region, to all of its own machines.
import type { Draft, PairedRule } from '../../contract/rule.ts';
import { isInRegion, readOcid } from '../../formats/oci.ts';
import { regionWords } from '../../formats/region-words.ts';
import { command, comment } from '../../formats/remedy-words.ts';
import { artifactPairs } from './artifact-pairs.ts';
import { type Deployed, type Environment, type Facts, type Generic, seen } from './facts.ts';
import { isThere } from './in-use.ts';
import type { Settings } from './settings.ts';

const artifactName = ({ path, version }: Generic): string => `${path}:${version}`;

const upload = ({ subject, with: given = {} }: Draft): string =>
  [
    '# Upload the primary’s bytes; pipelines should deliver to both regions:',
    command('oci artifacts generic artifact upload-by-path', {
      'repository-id': '<repository>',
      'artifact-path': given.path ?? subject,
      'artifact-version': given.version ?? '',
      'content-body': '<file>',
      region: given.region,
    }),
  ].join('\n');

const uploading = (facts: Facts, { path, version }: Generic): NonNullable<Draft['with']> => ({ region: facts.region.name, path, version });

const artifactMissing: PairedRule<Facts, Settings> = {
  code: 'registry/artifact-missing',
  kind: 'paired',
  severity: 'warning',
  title: 'An artifact of the primary is not in the standby’s region',
  why: 'Whoever deploys it there after a failover finds nothing, and the primary’s repository may be gone with its region.',
  remedy: upload,
  judge: (standby, primary, context) =>
    artifactPairs(standby, primary, context).flatMap(({ theirs, own, isNewest }) =>
      !isNewest || (own !== null && isThere(own))
        ? []
        : [
            {
              subject: artifactName(theirs),
              expected: theirs.sha256 ?? 'there',
              actual: own === null ? `not in ${theirs.repository}` : `its state is ${own.state}`,
              with: uploading(standby, theirs),
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
  judge: (standby, primary, context) =>
    artifactPairs(standby, primary, context).flatMap(({ theirs, own }) =>
      own === null || !isThere(own) || theirs.sha256 === null || own.sha256 === null || theirs.sha256 === own.sha256
        ? []
        : [{ subject: artifactName(theirs), expected: theirs.sha256, actual: own.sha256, with: uploading(standby, theirs) }],
    ),
};

const artifactUnknown: PairedRule<Facts, Settings> = {
  code: 'registry/artifact-unknown',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'Whether an artifact has the same bytes in both regions was not seen',
  why: 'An entry without a digest cannot be compared, and a version may have been overwritten at one side.',
  remedy: upload,
  judge: (standby, primary, context) =>
    artifactPairs(standby, primary, context).flatMap(({ theirs, own }) =>
      own === null || !isThere(own) || (theirs.sha256 !== null && own.sha256 !== null)
        ? []
        : [
            {
              subject: artifactName(theirs),
              expected: theirs.sha256 ?? 'a digest',
              actual: own.sha256 ?? 'no digest',
              with: uploading(standby, theirs),
            },
          ],
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
      command('oci devops deploy-artifact get', { 'artifact-id': given.id, region: given.region }),
      command('oci devops deploy-artifact update-ocir-artifact', {
        'artifact-id': given.id,
        'source-image-uri': `<image in ${given.region}>`,
        region: given.region,
      }),
    ].join('\n'),
  judge: (standby, primary) =>
    seen(standby.deployed).flatMap(({ name, id, source }) => {
      const at = placeOf(source, primary);
      return at === null
        ? []
        : [{ subject: name, expected: `from ${standby.region.name}`, actual: at, with: { id, region: standby.region.name } }];
    }),
};

const deployedMissing: PairedRule<Facts, Settings> = {
  code: 'registry/deployed-missing',
  kind: 'paired',
  severity: 'warning',
  title: 'The standby’s pipeline deploys an image that its own registry has not',
  why: 'The next deployment there fails, and the one after a failover is the next.',
  remedy: ({ with: given = {} }) =>
    [
      '# Push the image to the registry of that region, or correct the pipeline:',
      command('oci devops deploy-artifact get', { 'artifact-id': given.id, region: given.region }),
    ].join('\n'),
  judge: (standby) => {
    if (standby.repositories.kind !== 'seen') return [];
    const repositories = new Map(standby.repositories.list.map((one) => [one.name, one]));
    return seen(standby.deployed).flatMap(({ name, id, source }) => {
      if (source.kind !== 'image' || source.tag === null || !isHostOf(source.host, standby.region)) return [];
      const found = repositories.get(source.repository);
      const image = found?.images.find(({ tag }) => tag === source.tag);
      if (found?.isCut === true || (image !== undefined && isThere(image))) return [];
      const given = { id, region: standby.region.name };
      return [
        {
          subject: `${name} ${source.repository}:${source.tag}`,
          expected: 'in the registry',
          actual: image?.state ?? 'not there',
          with: given,
        },
      ];
    });
  },
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

const environmentMissing: PairedRule<Facts, Settings> = {
  code: 'registry/environment-missing',
  kind: 'paired',
  severity: 'warning',
  title: 'Machines of the primary are deployed to in an environment that the standby’s region has not',
  why: 'Their twins get no new release, unless one environment of another name has them.',
  remedy: ({ with: given = {} }) =>
    [
      '# Create it for the standby’s machines; where another environment has them, name it alike under `names` of both sides:',
      command('oci devops deploy-environment list', { 'compartment-id': given.compartment, region: given.region }),
    ].join('\n'),
  judge: (standby, primary, context) => {
    if (standby.environments.kind !== 'seen' || primary.environments.kind !== 'seen') return [];
    const own = new Set(environmentsOf(standby, context.standby.settings, context.primary.settings).keys());
    // One pipeline that deploys to both sides needs no twin.
    const isShared = (ids: readonly string[]): boolean => ids.some((id) => isInRegion(id, standby.region) === true);
    const compartment = Object.values(context.standby.settings.scope.compartments)[0]!;
    return [...environmentsOf(primary, context.primary.settings, context.standby.settings)]
      .filter(([name, { instanceIds }]) => instanceIds !== null && instanceIds.length > 0 && !own.has(name) && !isShared(instanceIds))
      .map(([name]) => ({
        subject: name,
        expected: 'an environment',
        actual: 'none of that name',
        with: { compartment, region: standby.region.name },
      }));
  },
};

/** By the name that both sides share. */
const environmentsOf = ({ environments }: Facts, from: Settings, to: Settings): ReadonlyMap<string, Environment> => {
  const words = regionWords(from.scope, to.scope);
  return new Map(seen(environments).map((one) => [words.shared(one.id, one.name), one]));
};

const targetMissing: PairedRule<Facts, Settings> = {
  code: 'registry/pipeline-target-missing',
  kind: 'paired',
  severity: 'warning',
  title: 'A machine of the standby is not among those that new releases are deployed to',
  why: 'Its twin gets every release and it gets none: on the day it runs what it ran when it was made.',
  remedy: ({ with: given = {} }) =>
    [
      comment(`Add ${given.machine} to the environment’s instances:`),
      command('oci devops deploy-environment get', { 'environment-id': given.id, region: given.region }),
      command('oci devops deploy-environment update-compute-instance-environment', {
        'environment-id': given.id,
        'compute-instance-group-selectors': `<with ${given.machine}>`,
        region: given.region,
      }),
    ].join('\n'),
  judge: (standby, primary, context) => {
    if (standby.environments.kind !== 'seen' || primary.environments.kind !== 'seen') return [];
    const own = environmentsOf(standby, context.standby.settings, context.primary.settings);
    const theirs = environmentsOf(primary, context.primary.settings, context.standby.settings);
    return [...theirs].flatMap(([name, { instanceIds }]) => {
      const twin = own.get(name);
      if (instanceIds === null || twin === undefined || twin.instanceIds === null) return [];
      const targets = new Set(twin.instanceIds.map((id) => machineName(id, standby, context.standby.settings)));
      return (
        instanceIds
          .map((id) => machineName(id, primary, context.primary.settings))
          // One that is gone at the primary is nobody's twin.
          .filter((machine) => primary.instances.kind !== 'seen' || readOcid(machine) === null)
          .filter((machine) => !targets.has(machine))
          .map((machine) => ({
            subject: `${name} ${machine}`,
            expected: `${machine} is a target`,
            actual: targets.size === 0 ? 'no targets' : `targets are ${[...targets].sort().join(', ')}`,
            with: { id: twin.id, region: standby.region.name, machine },
          }))
      );
    });
  },
};

/** What both sides call it: by the fleet file, else its display name. */
function machineName(id: string, { instances }: Facts, { scope }: Settings): string {
  const told = Object.entries(scope.hosts).find(([, host]) => host.id === id)?.[0];
  return told ?? seen(instances).find((one) => one.id === id)?.name ?? id;
}

export const pipelineRules: readonly PairedRule<Facts, Settings>[] = [
  artifactMissing,
  artifactDiffers,
  artifactUnknown,
  usesPrimary,
  deployedMissing,
  environmentMissing,
  targetMissing,
];
