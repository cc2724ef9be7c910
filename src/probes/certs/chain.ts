// Follows each leaf to the authority that vouches for it, through what lies beside it and what is trusted.
import type { X509Certificate } from 'node:crypto';
import { isIssuedBy } from './certificate.ts';
import type { Group, Member } from './content.ts';
import type { Certificate, Chain } from './facts.ts';

/** Authorities that need no further issuer. */
export interface Trust {
  /** Those of that subject, as X509Certificate writes it. */
  find(subject: string): readonly { readonly x509: X509Certificate; readonly anchor: 'listed' | 'trusted-here' }[];
}

/** Longer chains than this are refused by clients, and may be circles. */
const lengthMax = 10;
/** Signatures verified for one group: a file of hundreds of namesakes would otherwise hold the event loop for seconds. */
const verificationsMax = 1_000;
/** Leaves of one file that are followed. */
const leavesMax = 200;

/** `isServer`: a server's configuration or the settings call it a server's certificate, even if it is an authority's. */
export function arrangeChains(
  group: Group,
  trust: Trust,
  isServer: boolean,
): { readonly certificates: Certificate[]; readonly chains: Chain[] } {
  const issuers = new Issuers(group.members);
  const leaves = leavesOf(group, issuers, isServer);
  const paths = leaves.map((leaf) => follow(leaf, issuers, trust));
  return {
    certificates: group.members.map((member) => describe(member, paths)),
    chains: paths.map((path) => ({
      leaf: path.members[0]!.position,
      completeness: path.completeness,
      isInOrder: !group.isOrdered || isInOrder(path.members, group, leaves.length),
    })),
  };
}

interface Path {
  readonly members: readonly Member[];
  readonly completeness: Chain['completeness'];
}

class Issuers {
  readonly #bySubject = new Map<string, Member[]>();
  #verifications = 0;

  constructor(members: readonly Member[]) {
    for (const member of members) {
      const known = this.#bySubject.get(member.x509.subject);
      if (known === undefined) this.#bySubject.set(member.x509.subject, [member]);
      else known.push(member);
    }
  }

  get isExhausted(): boolean {
    return this.#verifications > verificationsMax;
  }

  /** The member that issued it, other than itself. */
  of(member: Member): Member | undefined {
    return this.#bySubject.get(member.x509.issuer)?.find((other) => {
      if (other.described.sha256 === member.described.sha256 || ++this.#verifications > verificationsMax) return false;
      return isIssuedBy(member.x509, other.x509);
    });
  }
}

function leavesOf({ members, leaves }: Group, issuers: Issuers, isServer: boolean): readonly Member[] {
  switch (leaves) {
    case 'none':
      return [];
    case 'first':
      return members.slice(0, 1);
    case 'marked':
      return members.filter(({ isLeaf }) => isLeaf);
    case 'guess': {
      const issuing = new Set(members.map((member) => issuers.of(member)?.position));
      const ends = members.filter(({ position }) => !issuing.has(position));
      const certain = ends.filter(({ described }) => !described.isCa || described.names.some((name) => /^(DNS|IP):/.test(name)));
      return certain.length === 0 && isServer ? ends.slice(0, 1) : certain.slice(0, leavesMax);
    }
  }
}

function follow(leaf: Member, issuers: Issuers, trust: Trust): Path {
  const members = [leaf];
  for (let end = leaf; members.length <= lengthMax; ) {
    const anchor = anchorOf(end, trust);
    if (anchor !== undefined) return { members, completeness: { kind: 'complete', anchor } };
    if (end.described.isSelfSigned)
      return { members, completeness: end === leaf ? { kind: 'self-signed' } : { kind: 'complete', anchor: 'own-root' } };
    const issuer = issuers.of(end);
    if (issuer === undefined)
      return { members, completeness: issuers.isExhausted ? tooMany : { kind: 'incomplete', missing: end.described.issuer } };
    members.push(issuer);
    end = issuer;
  }
  return { members: members.slice(0, lengthMax), completeness: tooMany };
}

const tooMany: Chain['completeness'] = {
  kind: 'unseen',
  reason: 'unparsable',
  detail: 'the certificates beside it lead in too many ways, or in a circle',
};

function anchorOf({ x509, described }: Member, trust: Trust): 'listed' | 'trusted-here' | undefined {
  const itself = trust.find(x509.subject).find((authority) => authority.x509.fingerprint256 === x509.fingerprint256);
  if (itself !== undefined || described.isSelfSigned) return itself?.anchor;
  return trust.find(x509.issuer).find((authority) => isIssuedBy(x509, authority.x509))?.anchor;
}

/** A server sends the file as it lies there: the leaf first, each followed by its issuer. */
function isInOrder(path: readonly Member[], group: Group, leaves: number): boolean {
  const index = path.map((member) => group.members.indexOf(member));
  return (leaves > 1 || index[0] === 0) && index.every((at, step) => step === 0 || at === index[step - 1]! + 1);
}

function describe({ described, position, alias }: Member, paths: readonly Path[]): Certificate {
  const place = Math.max(-1, ...paths.map(({ members }) => members.findIndex((member) => member.position === position)));
  const isLeaf = paths.some(({ members }) => members[0]!.position === position);
  const use = isLeaf ? 'leaf' : place < 0 ? 'authority' : described.isSelfSigned ? 'root' : 'intermediate';
  return { position, ...(alias === undefined ? {} : { alias }), use, ...described };
}
