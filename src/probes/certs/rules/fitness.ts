// Rules about whether a certificate, once in time, does what it is there for: key, chain, names, strength.
import type { AloneRule, Draft } from '../../../contract/rule.ts';
import { type Certificate, type Chain, type Facts, isServed, type Source } from '../facts.ts';
import { covers } from '../names.ts';
import type { Settings } from '../settings.ts';
import {
  afterwards,
  chainsAmiss,
  chainsOf,
  type JudgedChain,
  judgedCertificates,
  judgedChains,
  quoted,
  remedyWords,
  renewal,
  subjectOf,
  words,
} from './judged.ts';

type Alone = AloneRule<Facts, Settings>;

export const keyDiffers: Alone = {
  code: 'certs/key-differs',
  kind: 'alone',
  severity: 'blocker',
  title: 'The private key does not belong to the certificate',
  why: 'The service does not start with this pair, or refuses its next reload: half of a renewal was copied.',
  judge: (facts) => keyed(facts, 'other', (path) => ({ expected: 'the key of this certificate', actual: `${path} holds another key` })),
  remedy: (draft) =>
    [
      `# Put the key that the certificate was requested with in ${words(draft).key}, or copy key and certificate together from the side that works.`,
      `$ openssl x509 -in ${words(draft).path} -noout -pubkey | sha256sum; sudo openssl pkey -in ${words(draft).key} -pubout | sha256sum`,
      ...afterwards(draft),
    ].join('\n'),
};

export const keyMissing: Alone = {
  code: 'certs/key-missing',
  kind: 'alone',
  severity: 'blocker',
  title: 'The private key of a certificate is missing',
  why: 'The service that is configured with this pair does not start.',
  judge: (facts) => keyed(facts, 'missing', (path) => ({ expected: path, actual: 'there is no such file' })),
  remedy: (draft) =>
    [`# Copy ${words(draft).key} from where the certificate was requested, readable by its service only.`, ...afterwards(draft)].join('\n'),
};

type KeyKind = 'other' | 'missing';

function keyed(facts: Facts, kind: KeyKind, say: (path: string) => Pick<Draft, 'expected' | 'actual'>): readonly Draft[] {
  return judgedChains(facts)
    .filter(({ content, chain }) => chain === content.chains[0] && content.key.kind === kind)
    .map((judged) => {
      const path = 'path' in judged.content.key ? judged.content.key.path : '';
      return { subject: subjectOf(judged), ...say(path), with: { ...remedyWords(judged), key: quoted(path) } };
    });
}

export const chainIncomplete: Alone = {
  code: 'certs/chain-incomplete',
  kind: 'alone',
  severity: 'warning',
  title: 'The chain does not reach an authority',
  why: 'Clients that have not met the missing certificate before refuse the connection, while browsers that keep it do not: it looks fine to whoever tests.',
  judge: (facts) =>
    chainsAmiss(facts, missingIn).map((judged) => {
      const missing = missingIn(judged.chain) ?? '';
      const isListener = judged.source.kind === 'listener';
      return {
        subject: subjectOf(judged),
        expected: 'each certificate up to an authority that is trusted here or listed under authorities',
        actual: `nothing ${isListener ? 'that is served' : 'here'} was issued to ${missing}`,
        with: { ...remedyWords(judged), missing, whole: isListener ? wholeChainOnDisk(facts, judged) : '' },
      };
    }),
  remedy: (draft) => {
    const { missing, path, whole } = words(draft);
    return [
      ...(whole === '' ? [] : [`# ${whole} holds the whole chain: have the service take that file up. Else:`]),
      `# Append the certificate of ${missing} to ${path}. If that is a private root that clients hold, name its file under authorities.`,
      ...afterwards(draft),
    ].join('\n');
  },
};

const missingIn = ({ completeness }: Chain): string | null => (completeness.kind === 'incomplete' ? completeness.missing : null);

/** A file, ready to be typed, with the same leaf and a chain that lacks nothing; empty for none. */
function wholeChainOnDisk({ sources }: Facts, { certificate: { sha256 } }: JudgedChain): string {
  const whole = sources
    .filter(({ kind }) => kind === 'file')
    .find((source) =>
      chainsOf(source).some(({ certificate, chain }) => certificate.sha256 === sha256 && chain.completeness.kind === 'complete'),
    );
  return whole === undefined ? '' : quoted(whole.where);
}

export const chainUnseen: Alone = {
  code: 'certs/chain-unseen',
  kind: 'alone',
  severity: 'warning',
  title: 'Whether the chain is complete could not be seen',
  why: 'Clients may meet the same obstacle and refuse the connection.',
  judge: (facts) =>
    chainsAmiss(facts, unseenIn).map((judged) => ({
      subject: subjectOf(judged),
      expected: 'a chain that can be followed',
      actual: unseenIn(judged.chain) ?? '',
      with: remedyWords(judged),
    })),
  remedy: (draft) =>
    [`# Leave only the certificate and those that lead to its authority in ${words(draft).path}.`, ...afterwards(draft)].join('\n'),
};

const unseenIn = ({ completeness }: Chain): string | null => (completeness.kind === 'unseen' ? completeness.detail : null);

export const chainOrder: Alone = {
  code: 'certs/chain-out-of-order',
  kind: 'alone',
  severity: 'note',
  title: 'The certificates of a chain are not in order',
  why: 'Most clients sort them; TLS 1.2 does not oblige them to, and a server that takes the first for its own does not start.',
  judge: (facts) =>
    chainsAmiss(facts, ({ isInOrder }) => (isInOrder ? null : 'out of order')).map((judged) => ({
      subject: subjectOf(judged),
      expected: 'the certificate itself, then each one’s issuer',
      actual: order(judged),
      with: remedyWords(judged),
    })),
  remedy: (draft) =>
    [`# Sort ${words(draft).path}: the server's certificate first, each followed by the one that issued it.`, ...afterwards(draft)].join(
      '\n',
    ),
};

const order = ({ content }: JudgedChain): string => content.certificates.map(({ use }) => use).join(', ');

export const selfSigned: Alone = {
  code: 'certs/self-signed',
  kind: 'alone',
  severity: 'note',
  title: 'A certificate is vouched for by nobody but itself',
  why: 'Only clients that hold this very certificate accept it; those of the primary may hold the primary’s.',
  judge: (facts) =>
    judgedChains(facts)
      .filter(({ chain }) => chain.completeness.kind === 'self-signed')
      .map((judged) => ({
        subject: subjectOf(judged),
        expected: 'issued by an authority',
        actual: `self-signed ${judged.certificate.subject}`,
        with: remedyWords(judged),
      })),
  remedy: renewal,
};

export const nameNotCovered: Alone = {
  code: 'certs/name-not-covered',
  kind: 'alone',
  severity: 'blocker',
  title: 'A certificate is not valid for a name that it must cover',
  why: 'Clients that are led here by that name refuse the connection.',
  judge: (facts) => uncovered(facts, ({ mustCover }) => mustCover),
  remedy: renewal,
};

export const serverNameNotCovered: Alone = {
  code: 'certs/server-name-not-covered',
  kind: 'alone',
  severity: 'warning',
  title: 'A server is configured under a name that its certificate does not cover',
  why: 'Whoever uses that name is refused; the switch may lead everybody to it.',
  judge: (facts) => uncovered(facts, ({ serverNames, mustCover }) => serverNames.filter((name) => !mustCover.includes(name))),
  remedy: renewal,
};

/** A source with several leaves (RSA beside ECDSA) covers what any of them covers. A listener's are told where no file's tell it. */
function uncovered({ sources }: Facts, wantedOf: (source: Source) => readonly string[]): readonly Draft[] {
  const filesFirst = [...sources.filter(({ kind }) => kind !== 'listener'), ...sources.filter(({ kind }) => kind === 'listener')];
  const told = new Set<string>();
  return filesFirst.flatMap((source) => {
    const leaves = chainsOf(source);
    const tell = (name: string): string => [name, ...leaves.map(({ certificate }) => certificate.sha256)].join(' ');
    const isMissing = (name: string): boolean => leaves.length > 0 && !leaves.some(({ certificate }) => covers(certificate, name));
    const missing = wantedOf(source).filter((name) => isMissing(name) && !(source.kind === 'listener' && told.has(tell(name))));
    if (missing.length === 0) return [];
    for (const name of missing) told.add(tell(name));
    const names = [...new Set(leaves.flatMap(({ certificate }) => certificate.names))].sort();
    return [
      {
        subject: source.where,
        expected: `valid for ${missing.join(', ')}`,
        actual: names.length === 0 ? 'valid for no name: it has no subjectAltName' : `valid for ${names.join(', ')}`,
        with: remedyWords(leaves[0]!),
      },
    ];
  });
}

export const weakKey: Alone = {
  code: 'certs/weak-key',
  kind: 'alone',
  severity: 'warning',
  title: 'A certificate’s key is too short',
  why: 'Current TLS libraries refuse it at their default security level, so that an updated client no longer connects.',
  judge: (facts) =>
    judgedCertificates(facts)
      .filter(({ certificate }) => isWeak(certificate))
      .map((judged) => ({
        subject: subjectOf(judged),
        expected: 'RSA or DSA of 2048 bits, or a curve of 224 bits, at least',
        actual: `${judged.certificate.key.type} of ${judged.certificate.key.bits} bits`,
        with: remedyWords(judged),
      })),
  remedy: renewal,
};

/** NIST SP 800-57: 112 bits of security. */
function isWeak({ key: { type, bits } }: Certificate): boolean {
  if (bits === undefined) return false;
  return bits < (type === 'ec' ? 224 : 2_048);
}

export const weakSignature: Alone = {
  code: 'certs/weak-signature',
  kind: 'alone',
  severity: 'warning',
  title: 'A certificate is signed with a broken digest',
  why: 'Current clients refuse MD5 and SHA-1 signatures; Oracle Linux 9 does by its default policy.',
  judge: (facts) =>
    judgedCertificates(facts)
      // Nobody verifies a root's signature on itself, and a store's authorities are trusted as they lie there.
      .filter(
        ({ certificate }) =>
          !certificate.isSelfSigned && isServed(certificate) && /md[245]|sha-?1(?!\d)|ecdsa-with-SHA1\b/i.test(certificate.signature),
      )
      .map((judged) => ({
        subject: subjectOf(judged),
        expected: 'SHA-256 or better',
        actual: judged.certificate.signature,
        with: remedyWords(judged),
      })),
  remedy: renewal,
};
