// Rules about certificates that are missing, or are not the ones in use.
import type { AloneRule, Draft } from '../../../contract/rule.ts';
import type { Certificate, Facts, Source } from '../facts.ts';
import type { Settings } from '../settings.ts';
import { handshake, sourceWords, words } from './judged.ts';

type Alone = AloneRule<Facts, Settings>;

export const fileMissing: Alone = {
  code: 'certs/file-missing',
  kind: 'alone',
  severity: 'blocker',
  title: 'A certificate that is configured is not there',
  // Those know whose it is, and from where to copy it.
  dependsOn: ['certs/missing-on-standby', 'certs/unreferenced-missing'],
  why: 'The service that is configured with it does not start.',
  judge: ({ sources }) =>
    sources
      .filter(({ content }) => content.kind === 'missing')
      .map((source) => ({
        subject: source.where,
        expected: `there, as ${source.foundBy === 'settings' ? 'the settings say' : `${source.foundBy} says`}`,
        actual: 'there is no such file',
        with: sourceWords(source),
      })),
  remedy: (draft) =>
    [
      `# Copy it from the primary, with its key: a path on the primary's disk that replication does not cover.`,
      `$ ls -l ${words(draft).path}`,
      ...reload(draft),
    ].join('\n'),
};

const reload = (draft: Draft): readonly string[] =>
  words(draft).service === '' ? [] : [`$ sudo systemctl reload ${words(draft).service}`];

export const servesOther: Alone = {
  code: 'certs/listener-serves-other',
  kind: 'alone',
  severity: 'warning',
  title: 'A listener serves another certificate than the file on disk',
  why: 'The file was renewed and the service was not reloaded: it goes on with the old certificate until that ends.',
  judge: ({ sources }) =>
    sources.flatMap((listener) => {
      const served = listener.kind === 'listener' ? leaves(listener)[0] : undefined;
      if (served === undefined) return [];
      const onDisk = candidates(listener, served, sources);
      if (onDisk.length === 0 || onDisk.some(({ leaf }) => leaf.sha256 === served.sha256)) return [];
      const newest = onDisk.toSorted((a, b) => (a.leaf.notAfter < b.leaf.notAfter ? 1 : -1))[0]!;
      const service = listener.reload ?? newest.source.reload ?? '';
      return [
        {
          subject: listener.where,
          expected: `the one in ${newest.source.where}, which ends ${newest.leaf.notAfter} (${newest.leaf.sha256.slice(0, 16)})`,
          actual: `one that ends ${served.notAfter} (${served.sha256.slice(0, 16)})`,
          with: { service, verify: handshake(listener.where) },
        },
      ];
    }),
  remedy: (draft) => {
    const { service, verify } = words(draft);
    return [
      service === '' ? '# Reload or restart the service behind this listener.' : `$ sudo systemctl reload ${service}`,
      `$ ${verify}`,
    ].join('\n');
  },
};

interface OnDisk {
  readonly source: Source;
  readonly leaf: Certificate;
}

/** The files that configuration ties to the listener; without any, those whose certificate has the same names from the same issuer. */
function candidates(listener: Source, served: Certificate, sources: readonly Source[]): readonly OnDisk[] {
  const onDisk = sources.filter(({ kind }) => kind !== 'listener').flatMap((source) => leaves(source).map((leaf) => ({ source, leaf })));
  if (listener.shouldServe.length > 0) return onDisk.filter(({ source }) => listener.shouldServe.includes(source.where));
  const isSame = (leaf: Certificate): boolean =>
    leaf.names.length > 0 &&
    leaf.issuer === served.issuer &&
    leaf.key.type === served.key.type &&
    leaf.names.join() === served.names.join();
  return onDisk.filter(({ leaf }) => isSame(leaf));
}

const leaves = ({ content }: Source): readonly Certificate[] =>
  content.kind === 'seen' ? content.certificates.filter(({ use }) => use === 'leaf') : [];
