// Rules about what could not be seen on one machine: nothing of it may pass for being in order.
import type { Draft } from '../../../contract/rule.ts';
import type { FileFact, Store, UnseenPart } from '../facts.ts';
import { type Alone, captureUnit, counted, part, quoted, storeName, storeTool, word } from './common.ts';

const storeUnseen: Alone = {
  code: 'artifacts/store-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'Container images or containers could not be seen',
  why: 'Images that are missing or old here stay hidden until the container that needs them is started.',
  judge: ({ stores }) => stores.flatMap(unseenParts),
  remedy: (draft) =>
    part(draft, 'reason') === 'denied'
      ? `# Only that user may ask; this leaves the answers where the agent reads them:\n$ sudo systemctl enable --now ${part(draft, 'unit')}`
      : `# See whether the runtime answers, or take it out of containers.runtimes:\n$ ${part(draft, 'tool')} images`,
};

function unseenParts(store: Store): readonly Draft[] {
  const { images, containers } = store;
  const draft = (subject: string, { reason, detail }: UnseenPart): Draft => ({
    subject,
    expected: 'seen',
    actual: detail,
    with: { reason, unit: captureUnit(store), tool: storeTool(store) },
  });
  const name = storeName(store);
  if (!images.seen) return [draft(containers.seen ? `images of ${name}` : name, images)];
  return containers.seen ? [] : [draft(`containers of ${name}`, containers)];
}

const fileUnseen: Alone = {
  code: 'artifacts/file-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'A file or a folder could not be read whole',
  why: 'It may differ from the primary’s, or be missing; nothing is known of it until it can be read.',
  judge: ({ files, trees }) => [
    ...unreadFiles(files),
    ...trees.flatMap(({ path, state, detail }) => (state === 'cut' || state === 'unseen' ? [sightDraft(path, detail, state)] : [])),
    ...trees.flatMap(({ denied }) => denied.map((folder) => sightDraft(folder, 'it may not be entered', 'denied'))),
  ],
  remedy: (draft) => {
    if (part(draft, 'reason') === 'cut')
      return '# Name the folders that matter under trees, add what may differ to their ignore, or raise reading.filesMax.';
    if (part(draft, 'reason') === 'too-much-output')
      return `# Raise reading.fileBytesMax, or leave it out:\n$ ls -l ${word(draft, 'path')}`;
    return `# Let the agent’s user read it:\n$ sudo setfacl -R -m u:understudy:rX ${word(draft, 'path')}`;
  },
};

/** One finding a tree and reason: a folder that was closed is one problem, however many files it has. */
function unreadFiles(files: readonly FileFact[]): readonly Draft[] {
  const unread = files.flatMap(({ path, from, content }) => (content.kind === 'unseen' ? [{ path, from, ...content }] : []));
  return [...Map.groupBy(unread, ({ from, reason }) => `${reason} ${from}`).values()].map((same) => {
    const [{ path, from, detail, reason }] = same as [(typeof unread)[number]];
    return same.length === 1
      ? sightDraft(path, detail, reason)
      : sightDraft(from, `${reason}: ${counted(same.map((one) => one.path))}`, reason);
  });
}

const sightDraft = (path: string, actual: string, reason: string): Draft => ({
  subject: path,
  expected: 'read',
  actual,
  with: { path, reason },
});

const notYetDigested: Alone = {
  code: 'artifacts/not-yet-digested',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'Files have not been read to their end yet',
  why: 'Reading is slow on purpose and goes on with the next look; until then nothing says that these files are the primary’s.',
  judge: ({ files }) => {
    if (!files.some(({ content }) => content.kind === 'not-yet')) return [];
    // Which ones moves with every look, and a waiver is bound to what stands here.
    return [{ subject: 'files', expected: 'all read', actual: 'some are not read to their end yet' }];
  },
  remedy: () =>
    '# Wait for the next look, or let it read faster with reading.bytesPerSecondMax and reading.cpuShareMax.\n$ understudy run artifacts',
};

const packagesUnseen: Alone = {
  code: 'artifacts/packages-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'The versions of the named packages could not be seen',
  why: 'The packages that this system is deployed with may be old or missing here.',
  judge: ({ packages, manifest }, { settings }) => {
    if (packages.kind !== 'unseen') return [];
    const asked = new Set([...settings.packages, ...(manifest.kind === 'read' ? manifest.packages.map(({ name }) => name) : [])]);
    const about = { names: [...asked].slice(0, 10).map(quoted).join(' '), by: /dpkg/.test(packages.detail) ? 'dpkg' : 'rpm' };
    return [{ subject: 'packages', expected: 'seen', actual: packages.detail, with: about }];
  },
  remedy: (draft) =>
    part(draft, 'by') === 'dpkg'
      ? `# See what it says, as the agent’s user:\n$ ls -l /var/lib/dpkg/status\n$ dpkg-query -W ${part(draft, 'names')}`
      : `# See what it says, as the agent’s user:\n$ rpm -q ${part(draft, 'names')}`,
};

const endpointUnseen: Alone = {
  code: 'artifacts/endpoint-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'A service does not tell its version',
  why: 'Which release would serve after a switchover is not known.',
  judge: ({ endpoints }, { settings, node }) =>
    endpoints.flatMap(({ name, answer }) => {
      if (answer.kind === 'version') return [];
      const entry = settings.endpoints.find((one) => one.name === name);
      if (answer.kind === 'stopped' && node.role === 'standby' && entry?.mayBeStoppedOnStandby === true) return [];
      const actual = answer.kind === 'stopped' ? 'nothing listens there' : answer.detail;
      return [{ subject: name, expected: 'its version', actual, with: { url: entry?.url ?? '' } }];
    }),
  remedy: (draft) => `$ curl -skS -i ${word(draft, 'url')}\n# A service that only a switchover starts: set mayBeStoppedOnStandby.`,
};

const endpointStopped: Alone = {
  code: 'artifacts/endpoint-stopped',
  kind: 'alone',
  severity: 'note',
  title: 'A service is lawfully stopped on the standby, so that its version is not known',
  why: 'Its files, packages or image say which release would start: watch these too.',
  judge: ({ endpoints }, { settings, node }) =>
    endpoints.flatMap(({ name, answer }) => {
      const entry = settings.endpoints.find((one) => one.name === name);
      const isLawful = answer.kind === 'stopped' && node.role === 'standby' && entry?.mayBeStoppedOnStandby === true;
      return isLawful ? [{ subject: name, expected: 'stopped, or its version', actual: 'nothing listens there' }] : [];
    }),
  remedy: () => '# Name what it is started from under files, trees, packages or containers.wanted of this check.',
};

export const sightRules: readonly Alone[] = [storeUnseen, fileUnseen, notYetDigested, packagesUnseen, endpointUnseen, endpointStopped];
