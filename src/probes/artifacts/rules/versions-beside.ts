// Rules about versions: of packages, and of what services tell of themselves, beside the primary's.
import type { Draft } from '../../../contract/rule.ts';
import { withoutSite } from '../../../contract/site.ts';
import { compareDpkgVersions } from '../../../formats/dpkg-version.ts';
import { compareRpmVersions, type Order } from '../../../formats/rpm-version.ts';
import type { ArtifactsFacts } from '../facts.ts';
import { compareVersions } from '../versions.ts';
import { type Paired, part, word } from './common.ts';

interface PackagePair {
  readonly name: string;
  /** Newest installed; null where none is. */
  readonly here: string | null;
  readonly there: string;
  readonly order: Order;
  readonly by: 'rpm' | 'dpkg';
}

function packagePairs(standby: ArtifactsFacts, primary: ArtifactsFacts): readonly PackagePair[] {
  if (standby.packages.kind !== 'seen' || primary.packages.kind !== 'seen' || standby.packages.by !== primary.packages.by) return [];
  const { by, list } = standby.packages;
  const compare = by === 'rpm' ? compareRpmVersions : compareDpkgVersions;
  const newest = (versions: readonly string[]): string | null => versions.toSorted(compare).at(-1) ?? null;
  return primary.packages.list.flatMap(({ name, versions }) => {
    const [own, there] = [list.find((one) => one.name === name), newest(versions)];
    if (own === undefined || there === null) return [];
    const here = newest(own.versions);
    return [{ name, here, there, by, order: here === null ? -1 : compare(here, there) }];
  });
}

const packageDraft = ({ name, here, there, by }: PackagePair): Draft => ({
  subject: name,
  expected: there,
  actual: here ?? 'not installed',
  with: { tool: by === 'rpm' ? 'dnf' : 'apt-get', wanted: by === 'rpm' ? `${name}-${there}` : `${name}=${there}` },
});

const judgingPackages =
  (isMeant: (pair: PackagePair) => boolean): Paired['judge'] =>
  (standby, primary) =>
    packagePairs(standby, primary).filter(isMeant).map(packageDraft);

const install = (draft: Draft): string =>
  `# On the standby, with the primary’s version:\n$ sudo ${part(draft, 'tool')} install ${word(draft, 'wanted')}`;

const packageMissingHere: Paired = {
  code: 'artifacts/package-missing-here',
  kind: 'paired',
  severity: 'blocker',
  title: 'A package that the primary is deployed with is not installed on the standby',
  why: 'A part of the system is not there to be started after a switchover.',
  judge: judgingPackages(({ here }) => here === null),
  remedy: install,
};

const packageOlder: Paired = {
  code: 'artifacts/package-older',
  kind: 'paired',
  severity: 'blocker',
  title: 'A package is older on the standby than on its primary',
  why: 'Yesterday’s release would serve after a switchover, on data that today’s has written.',
  judge: judgingPackages(({ here, order }) => here !== null && order < 0),
  remedy: install,
};

const packageNewer: Paired = {
  code: 'artifacts/package-newer',
  kind: 'paired',
  severity: 'note',
  title: 'A package is newer on the standby than on its primary',
  why: 'Deploying to the standby first is good practice; the primary should follow.',
  judge: judgingPackages(({ order }) => order > 0),
  remedy: () => '# Deploy the same release to the primary.',
};

interface EndpointPair {
  readonly name: string;
  readonly here: string;
  readonly there: string;
  /** Null where the versions have no order. */
  readonly order: Order | null;
}

const judgingEndpoints =
  (isMeant: (pair: EndpointPair) => boolean): Paired['judge'] =>
  (standby, primary, { standby: own, primary: theirs }) =>
    primary.endpoints.flatMap(({ name, answer }) => {
      const twin = standby.endpoints.find((one) => one.name === name)?.answer;
      if (answer.kind !== 'version' || twin?.kind !== 'version') return [];
      const [here, there] = [withoutSite(twin.version, own.node.site), withoutSite(answer.version, theirs.node.site)];
      if (here === there || !isMeant({ name, here, there, order: compareVersions(here, there) })) return [];
      return [
        {
          subject: name,
          expected: answer.version,
          actual: twin.version,
          with: { url: own.settings.endpoints.find((one) => one.name === name)?.url ?? '' },
        },
      ];
    });

const endpointOlder: Paired = {
  code: 'artifacts/endpoint-older',
  kind: 'paired',
  severity: 'blocker',
  title: 'A service on the standby is of another release than on its primary, or an older one',
  why: 'Another release than the one that serves today would take over.',
  judge: judgingEndpoints(({ order }) => order === null || order <= 0),
  remedy: (draft) => `# Deploy the primary’s release here, restart the service, and see what it says:\n$ curl -skS ${word(draft, 'url')}`,
};

const endpointNewer: Paired = {
  code: 'artifacts/endpoint-newer',
  kind: 'paired',
  severity: 'note',
  title: 'A service on the standby is of a newer release than on its primary',
  why: 'Deploying to the standby first is good practice; the primary should follow.',
  judge: judgingEndpoints(({ order }) => order === 1),
  remedy: () => '# Deploy the same release to the primary.',
};

export const versionRules: readonly Paired[] = [packageMissingHere, packageOlder, packageNewer, endpointOlder, endpointNewer];
