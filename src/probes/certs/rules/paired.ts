// Rules that set the standby’s certificates beside its primary’s.
import type { Draft, PairedContext, PairedRule } from '../../../contract/rule.ts';
import type { Certificate, Facts, Source } from '../facts.ts';
import type { Settings } from '../settings.ts';
import { afterwards, commonName, type Judged, type JudgedChain, quoted, remedyWords, sourceWords, subjectOf, words } from './judged.ts';
import { type Pair, type Pairs, pairUp } from './pairs.ts';

type Paired = PairedRule<Facts, Settings>;
type Context = PairedContext<Settings>;

export const endsBeforePrimary: Paired = {
  code: 'certs/ends-before-primary',
  kind: 'paired',
  severity: 'warning',
  title: 'The certificate on the standby ends before the one on its primary',
  why: 'The primary was renewed and the standby was not: renewals run where the service runs.',
  dependsOn: ['certs/expired'],
  judge: (standby, primary, context) =>
    compared(standby, primary, context, ({ standby: ours, primary: theirs }) =>
      ours.certificate.notAfter >= theirs.certificate.notAfter
        ? null
        : { expected: `ends ${theirs.certificate.notAfter}, as on the primary`, actual: `ends ${ours.certificate.notAfter}` },
    ),
  remedy: (draft) => copied(draft),
};

export const missingOnStandby: Paired = {
  code: 'certs/missing-on-standby',
  kind: 'paired',
  severity: 'blocker',
  isClockDriven: true,
  title: 'A certificate of the primary is missing on the standby',
  why: 'The service that uses it cannot start here, or serves another name.',
  judge: (standby, primary, context) => lacking(standby, primary, context, ({ source }) => source.foundBy !== 'usual place'),
  remedy: (draft) => copied(draft),
};

export const unreferencedMissing: Paired = {
  code: 'certs/unreferenced-missing',
  kind: 'paired',
  severity: 'warning',
  isClockDriven: true,
  title: 'A certificate that merely lies on the primary is missing on the standby',
  why: 'No configuration that was read names it; some service that starts after the switch may.',
  judge: (standby, primary, context) => lacking(standby, primary, context, ({ source }) => source.foundBy === 'usual place'),
  remedy: (draft) => copied(draft),
};

/** A certificate of the primary that is over need not be here too. */
function lacking(standby: Facts, primary: Facts, context: Context, isMeant: (theirs: JudgedChain) => boolean): readonly Draft[] {
  const { missing, primaryText, standbyText } = pairUp(standby, primary, context);
  const isOutOfSight = blindSpots(standby, standbyText);
  return missing
    .filter((theirs) => theirs.source.kind !== 'listener' && isMeant(theirs) && Date.parse(theirs.certificate.notAfter) > context.now)
    .filter(({ source }) => !isOutOfSight(primaryText(source.where)))
    .map((theirs) => ({
      subject: subjectOf(theirs),
      expected: `a certificate for ${namesOf(theirs.certificate)}`,
      actual: 'none here',
      with: { ...remedyWords(theirs), primary: context.primary.node.name },
    }));
}

/** What the standby has there and could not read, or lies in a folder it could not enter, is unseen and said so elsewhere. */
function blindSpots(standby: Facts, standbyText: (text: string) => string): (where: string) => boolean {
  const unseen = new Set(standby.sources.filter(({ content }) => content.kind === 'unseen').map(({ where }) => standbyText(where)));
  const folders = standby.unsearched.map(({ place }) => `${standbyText(place).replace(/\/?[*?[{].*$/, '')}/`);
  return (where) => unseen.has(where) || folders.some((folder) => where.startsWith(folder));
}

export const notServedHere: Paired = {
  code: 'certs/not-served-here',
  kind: 'paired',
  severity: 'note',
  title: 'A listener of the primary serves TLS and nothing does so here',
  why: 'On a cold standby that is lawful. Then nobody has seen the service come up with its certificate.',
  judge: (standby, primary, context) => {
    const { primaryText, standbyText } = pairUp(standby, primary, context);
    const here = new Set(standby.sources.map(({ where }) => standbyText(where)));
    return primary.sources
      .filter(({ kind, where, content }) => kind === 'listener' && content.kind === 'seen' && !here.has(primaryText(where)))
      .map((source) => ({
        subject: source.where,
        expected: 'served, as on the primary',
        actual: 'no TLS listener',
        with: sourceWords(source),
      }));
  },
  remedy: () => '# Start the service in the next drill, and look again while it runs.\n$ sudo ss -ltnp',
};

export const otherNames: Paired = {
  code: 'certs/other-names',
  kind: 'paired',
  severity: 'warning',
  title: 'The certificate on the standby lacks names that the primary’s is valid for',
  why: 'Clients that are led here by one of those names refuse the connection.',
  judge: (standby, primary, context) =>
    compared(standby, primary, context, ({ standby: ours, primary: theirs }, { standbyText, primaryText }) => {
      const here = new Set(ours.certificate.names.map(standbyText));
      const lacking = theirs.certificate.names.filter((name) => !here.has(primaryText(name)));
      return lacking.length === 0
        ? null
        : { expected: `valid for ${lacking.join(', ')} too`, actual: `valid for ${namesOf(ours.certificate)}` };
    }),
  remedy: (draft) =>
    [
      `# Have it issued again with those names (or with those of this site that stand for them) and put it in ${words(draft).path}.`,
      ...afterwards(draft),
    ].join('\n'),
};

export const otherIssuer: Paired = {
  code: 'certs/other-issuer',
  kind: 'paired',
  severity: 'warning',
  title: 'The certificate on the standby is from another issuer',
  why: 'Clients that trust or pin the primary’s authority may not trust this one.',
  judge: (standby, primary, context) =>
    compared(standby, primary, context, ({ standby: ours, primary: theirs }, { standbyText, primaryText }) => {
      // Public authorities rotate intermediates of one organization with every renewal, and self-signed ones are their own.
      const isSame = authorityOf(ours.certificate, standbyText) === authorityOf(theirs.certificate, primaryText);
      return isSame ? null : { expected: theirs.certificate.issuer, actual: ours.certificate.issuer };
    }),
  remedy: (draft) =>
    [`# Have it issued by ${words(draft).theirIssuer}, as on the primary, or see that clients trust both.`, ...afterwards(draft)].join(
      '\n',
    ),
};

function authorityOf({ issuer, isSelfSigned }: Certificate, text: (own: string) => string): string {
  if (isSelfSigned) return 'self-signed';
  return text(/(?:^|, )O=((?:[^,\\]|\\.)*)/.exec(issuer)?.[1] ?? issuer);
}

export const otherKeyType: Paired = {
  code: 'certs/other-key-type',
  kind: 'paired',
  severity: 'note',
  title: 'The certificate on the standby has another kind of key',
  why: 'Old clients may support only one of them.',
  judge: (standby, primary, context) =>
    compared(standby, primary, context, ({ standby: ours, primary: theirs }) =>
      keyKind(ours.certificate) === keyKind(theirs.certificate)
        ? null
        : { expected: keyKind(theirs.certificate), actual: keyKind(ours.certificate) },
    ),
  remedy: (draft) =>
    `# If clients are old, ask for a certificate with the primary's kind of key at the next renewal.\n$ ${words(draft).verify}`,
};

const keyKind = ({ key: { type, bits, curve } }: Certificate): string =>
  [type, curve ?? bits].filter((part) => part !== undefined).join(' ');

export const authorityMissing: Paired = {
  code: 'certs/authority-missing',
  kind: 'paired',
  severity: 'warning',
  title: 'A trust store on the standby lacks an authority that the primary’s has',
  why: 'Connections to partners whose certificate it issued work from the primary and fail from here.',
  judge: (standby, primary, context) => {
    const { standbyText, primaryText } = pairUp(standby, primary, context);
    const byPlace = new Map(standby.sources.map((source) => [standbyText(source.where), source]));
    return primary.sources.flatMap((theirs) => {
      const ours = byPlace.get(primaryText(theirs.where));
      if (ours?.content.kind !== 'seen' || theirs.content.kind !== 'seen') return [];
      const here = new Set(ours.content.certificates.map(({ sha256 }) => sha256));
      const lacking = theirs.content.certificates.filter(({ use, sha256 }) => use === 'authority' && !here.has(sha256));
      return lacking.map((certificate) => lackingAuthority(ours, certificate, context));
    });
  },
  remedy: (draft) => copied(draft),
};

const lackingAuthority = (ours: Source, { subject, notAfter, sha256 }: Certificate, context: Context): Draft => ({
  subject: `${ours.where} (${commonName(subject)} ${sha256.slice(0, 8)})`,
  expected: `trusted, as on the primary (ends ${notAfter})`,
  actual: 'not in the store',
  with: { ...sourceWords(ours), primary: context.primary.node.name, verify: `ls -l ${quoted(ours.where)}` },
});

type Difference = Pick<Draft, 'expected' | 'actual'> | null;

function compared(standby: Facts, primary: Facts, context: Context, differ: (pair: Pair, texts: Pairs) => Difference): readonly Draft[] {
  const paired = pairUp(standby, primary, context);
  return paired.pairs.flatMap((pair) => {
    const difference = differ(pair, paired);
    return difference === null ? [] : [{ subject: subjectOf(pair.standby), ...difference, with: pairWords(pair, context) }];
  });
}

const pairWords = (
  { standby, primary }: { readonly standby: Judged; readonly primary: JudgedChain },
  context: Context,
): NonNullable<Draft['with']> => ({
  ...remedyWords(standby),
  primary: context.primary.node.name,
  theirPath: quoted(primary.source.where),
  theirIssuer: commonName(primary.certificate.issuer),
});

/** The listener's file is what is copied, and the finding about that file says so. */
function copied(draft: Draft): string {
  const { primary = '', path = '', theirPath = '', key = '' } = words(draft);
  const from = theirPath === '' ? path : theirPath;
  return [
    `# On this standby; take the private key along (${key === '' ? 'it lies where the service’s configuration says' : key}):`,
    ...(path.startsWith('the file')
      ? [`# The file behind this listener is not known here; copy it from ${primary}.`]
      : [`$ sudo scp -p ${primary}:${from} ${path}`]),
    ...afterwards(draft),
  ].join('\n');
}

const namesOf = ({ names, subject }: Certificate): string => (names.length === 0 ? commonName(subject) : names.join(', '));
