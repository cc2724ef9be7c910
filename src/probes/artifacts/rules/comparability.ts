// Rules about what of a pair cannot be compared: what only one side looks at, and what the primary does not show.
import type { Draft } from '../../../contract/rule.ts';
import type { Store } from '../facts.ts';
import { type Paired, storeName } from './common.ts';
import { compareFiles } from './files-beside.ts';

const notWatchedHere: Paired = {
  code: 'artifacts/not-watched-here',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'The primary is watched for something that nobody looks at on the standby',
  why: 'Whether it is here, and the same, is not known.',
  judge: (standby, primary, context) => {
    const files = compareFiles(standby, primary, context).filter(({ beside }) => beside === 'not-watched');
    const names = new Set(standby.packages.kind === 'seen' ? standby.packages.list.map(({ name }) => name) : []);
    const isPackagesSeen = standby.packages.kind !== 'unseen' && primary.packages.kind === 'seen';
    const packages = isPackagesSeen && primary.packages.kind === 'seen' ? primary.packages.list.filter(({ name }) => !names.has(name)) : [];
    const endpoints = primary.endpoints.filter(({ name }) => !standby.endpoints.some((one) => one.name === name));
    const subjects = [
      ...files.map(({ from, path }) => (from === 'manifest' ? path : from)),
      ...[...packages, ...endpoints].map(({ name }) => name),
    ];
    return [...new Set(subjects)].map((subject) => ({
      subject,
      expected: 'in the settings of both sides',
      actual: 'in the primary’s only',
    }));
  },
  remedy: () =>
    '# Give the check the same files, trees, packages, endpoints and manifest on the standby, then:\n$ sudo systemctl reload understudy-agent',
};

const primaryPartUnseen: Paired = {
  code: 'artifacts/primary-part-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'A part of the primary could not be seen, so the standby cannot be compared with it',
  why: 'What is missing or old here by the primary’s measure stays hidden.',
  judge: (standby, primary, context) => {
    const stores = primary.stores.flatMap(unseenIn);
    const trees = primary.trees.flatMap(({ path, state, detail }) =>
      state === 'cut' || state === 'unseen' ? [unseenDraft(path, detail)] : [],
    );
    const files = compareFiles(standby, primary, context).filter(({ beside }) => beside === 'primary-unknown');
    const unread = [...new Set(files.map(({ from, path }) => (from === 'manifest' ? path : from)))].map((from) =>
      unseenDraft(from, 'not all of its files are read there'),
    );
    return [...stores, ...trees, ...unread, ...packagesUnseen(standby, primary), ...endpointsUnseen(standby, primary)];
  },
  remedy: () => '# On the primary: see what this check says there, and mend that first.\n$ understudy explain artifacts',
};

/** Without its containers nothing tells which images really run; those with a name are compared all the same. */
function unseenIn(store: Store): readonly Draft[] {
  const { images, containers } = store;
  if (!images.seen) return [unseenDraft(storeName(store), images.detail)];
  return containers.seen ? [] : [unseenDraft(`containers of ${storeName(store)}`, containers.detail)];
}

const unseenDraft = (part: string, actual: string): Draft => ({ subject: `primary’s ${part}`, expected: 'seen', actual });

type Sides = Parameters<Paired['judge']>;

function packagesUnseen({ packages: here }: Sides[0], { packages: there }: Sides[1]): readonly Draft[] {
  if (there.kind === 'unseen') return [unseenDraft('packages', there.detail)];
  const isOther = here.kind === 'seen' && there.kind === 'seen' && here.by !== there.by;
  return isOther ? [unseenDraft('packages', `${there.by} there and ${here.by} here: their versions have no common order`)] : [];
}

function endpointsUnseen(standby: Sides[0], primary: Sides[1]): readonly Draft[] {
  const told = new Set(standby.endpoints.flatMap(({ name, answer }) => (answer.kind === 'version' ? [name] : [])));
  return primary.endpoints
    .filter(({ name, answer }) => answer.kind !== 'version' && told.has(name))
    .map(({ name }) => unseenDraft(name, 'it does not tell its version there'));
}

export const comparabilityRules: readonly Paired[] = [notWatchedHere, primaryPartUnseen];
