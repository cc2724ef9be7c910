// Rules about the files of a standby beside its primary's.
import type { Draft, PairedContext } from '../../../contract/rule.ts';
import type { ArtifactsFacts, Content } from '../facts.ts';
import { untold } from '../files/owners.ts';
import type { ArtifactsSettings } from '../settings.ts';
import { carrying, carryingParts, carryOver } from './carry-files.ts';
import { counted, type Paired, part } from './common.ts';
import { type Beside, type Compared, compareFiles } from './files-beside.ts';

/** One finding a tree or pattern: a release that did not arrive is one problem, however many files it has. */
const judging =
  (beside: Beside, expected: string, isMeant: (one: Compared) => boolean = () => true): Paired['judge'] =>
  (standby, primary, context) => {
    const meant = compareFiles(standby, primary, context).filter((one) => one.beside === beside && isMeant(one));
    return [...Map.groupBy(meant, ({ from }) => from)].map(([from, files]) => draftOf(from, files, expected, context));
  };

function draftOf(from: string, files: readonly Compared[], expected: string, { primary }: PairedContext<ArtifactsSettings>): Draft {
  const [first] = files;
  const about = carryingParts(from, files, primary.node.name);
  if (files.length === 1 && (first!.from === first!.path || from === 'manifest')) {
    const { here, there } = first!;
    return {
      subject: first!.path,
      expected: there === null ? expected : contentText(there),
      actual: here === null ? 'it is not there' : contentText(here),
      with: about,
    };
  }
  return { subject: from, expected, actual: counted(files.map(({ path }) => relative(path, from))), with: about };
}

const relative = (path: string, from: string): string => (path.startsWith(`${from}/`) ? path.slice(from.length + 1) : path);

function contentText(content: Content): string {
  switch (content.kind) {
    case 'digest':
      return `sha256 ${content.sha256.slice(0, 16)}, ${content.sizeBytes} bytes`;
    case 'link':
      return content.target === null ? 'a link that leads nowhere' : `a link to ${content.target}`;
    case 'not-yet':
      return 'there';
    case 'missing':
      return 'it is not there';
    case 'unseen':
      return content.detail;
  }
}

const fileMissingHere: Paired = {
  code: 'artifacts/file-missing-here',
  kind: 'paired',
  severity: 'blocker',
  title: 'Files of the primary are not on the standby',
  why: 'What is started here after a switchover lacks a part of itself: it was shipped to production only.',
  judge: judging('missing', 'on the standby too'),
  remedy: carryOver,
};

const fileDiffers: Paired = {
  code: 'artifacts/file-differs',
  kind: 'paired',
  severity: 'blocker',
  title: 'Files on the standby are other than on its primary',
  why: 'Another release than the one that serves today would start here after a switchover.',
  judge: judging('differs', 'as on the primary'),
  remedy: carryOver,
};

const fileOnlyHere: Paired = {
  code: 'artifacts/file-only-here',
  kind: 'paired',
  severity: 'note',
  title: 'Files are on the standby and not on its primary',
  why: 'Usually left over; a second version of a library in one folder may still be the one that is loaded.',
  judge: judging('only-here', 'as on the primary'),
  remedy: (draft) => `# Remove what nobody needs, or add it to ignore of this tree:\n$ ls -ld ${part(draft, 'paths')}`,
};

const accessDiffers: Paired = {
  code: 'artifacts/file-access-differs',
  kind: 'paired',
  severity: 'warning',
  title: 'Files on the standby lack rights, or belong to others than on its primary',
  why: 'The same bytes cannot be started or read here by whom they are for.',
  judge: judgeAccess,
  remedy: (draft) =>
    [
      `# On both sides:`,
      `$ stat -c '%a %U:%G %n' ${part(draft, 'paths')}`,
      ...carrying(draft, '# Then give them the primary’s rights and owner, on the standby:'),
    ].join('\n'),
};

/** `user:group`; what a side could not tell is no difference. */
function isOther(here: string, there: string): boolean {
  const theirs = there.split(':');
  return here.split(':').some((name, at) => name !== theirs[at] && name !== untold && theirs[at] !== untold);
}

/** Reading and executing, and setuid and setgid: that a group may also write is a habit of umasks. */
const heldBits = 0o6555;

function judgeAccess(standby: ArtifactsFacts, primary: ArtifactsFacts, context: PairedContext<ArtifactsSettings>): readonly Draft[] {
  const differing = compareFiles(standby, primary, context).filter(({ here, there }) => {
    if (here?.kind !== 'digest' || there?.kind !== 'digest' || here.mode === '' || there.mode === '') return false;
    const lacks = Number.parseInt(there.mode, 8) & ~Number.parseInt(here.mode, 8) & heldBits;
    return lacks !== 0 || isOther(here.owner, there.owner);
  });
  return [...Map.groupBy(differing, ({ from }) => from)].map(([from, files]) => {
    const { here, there } = files[0] as { readonly here: Extract<Content, { kind: 'digest' }>; readonly there: typeof here };
    const about = carryingParts(from, files, context.primary.node.name);
    const text = ({ mode, owner }: typeof here): string => `${mode} ${owner}`;
    if (files.length === 1) return { subject: files[0]!.path, expected: text(there), actual: text(here), with: about };
    const names = files.map(({ path }) => relative(path, from));
    return {
      subject: from,
      expected: `rights as on the primary (${text(there)})`,
      actual: `${counted(names)} (${text(here)})`,
      with: about,
    };
  });
}

export const fileRules: readonly Paired[] = [fileMissingHere, fileDiffers, accessDiffers, fileOnlyHere];
