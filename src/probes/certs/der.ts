// Walks DER, because PKCS#12 and the parameters of a signature are not taken apart by node:crypto.

/** One tag-length-value of ITU-T X.690, with its content as a view on the same bytes. */
export interface DerNode {
  /** The whole identifier octet: 0x30 SEQUENCE, 0x31 SET, 0xA0 context 0 constructed. */
  readonly tag: number;
  readonly content: Uint8Array;
  /** Tag, length and content. */
  readonly whole: Uint8Array;
}

/** A certificate or keystore of real life nests about a dozen levels and holds some hundred members a level. */
const membersMax = 4_096;

/** Nested indefinite lengths, which cost a second walk each. NSS and BouncyCastle nest them six deep in a keystore. */
const depthMax = 16;

/** The first node, or null where the bytes are none. BER's indefinite length is read too: NSS writes keystores with it. */
export function readDer(bytes: Uint8Array, depth = 0): DerNode | null {
  if (bytes.length < 2 || depth > depthMax) return null;
  const tag = bytes[0]!;
  if ((tag & 0x1f) === 0x1f) return null;
  if (bytes[1] === 0x80) return (tag & 0x20) === 0 ? null : readIndefinite(bytes, tag, depth);
  const length = readLength(bytes);
  if (length === null || length.start + length.size > bytes.length) return null;
  const end = length.start + length.size;
  return { tag, content: bytes.subarray(length.start, end), whole: bytes.subarray(0, end) };
}

function readIndefinite(bytes: Uint8Array, tag: number, depth: number): DerNode | null {
  let at = 2;
  for (let members = 0; members < membersMax; members++) {
    if (bytes[at] === 0 && bytes[at + 1] === 0) return { tag, content: bytes.subarray(2, at), whole: bytes.subarray(0, at + 2) };
    const member = readDer(bytes.subarray(at), depth + 1);
    if (member === null) return null;
    at += member.whole.length;
  }
  return null;
}

/** The bytes of an OCTET STRING, whether in one piece (0x04, or context 0) or in several (0x24, 0xA0). */
export function readOctets(node: DerNode | undefined): Uint8Array | null {
  if (node === undefined) return null;
  if (node.tag === tags.octets || node.tag === tags.context0Primitive) return node.content;
  if (node.tag !== tags.octetsConstructed && node.tag !== tags.context0) return null;
  const pieces = readMembers(node);
  if (pieces === null || pieces.some((piece) => piece.tag !== tags.octets)) return null;
  return new Uint8Array(Buffer.concat(pieces.map((piece) => piece.content)));
}

/** What a constructed node holds, or null where its content is not a row of whole nodes. */
export function readMembers(node: DerNode): readonly DerNode[] | null {
  const members: DerNode[] = [];
  for (let rest = node.content; rest.length > 0; rest = rest.subarray(members.at(-1)!.whole.length)) {
    const member = readDer(rest);
    if (member === null || members.length === membersMax) return null;
    members.push(member);
  }
  return members;
}

/** `1.2.840.113549`, or an empty text for what is no OBJECT IDENTIFIER. */
export function readOid(node: DerNode | undefined): string {
  if (node === undefined || node.tag !== tags.oid || node.content.length === 0 || node.content.length > 32) return '';
  const arcs: number[] = [];
  let arc = 0;
  for (const octet of node.content) {
    arc = arc * 128 + (octet & 0x7f);
    if ((octet & 0x80) === 0) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [first = 0, ...others] = arcs;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...others].join('.');
}

/** A non-negative INTEGER of at most six octets; null for any other. */
export function readInteger(node: DerNode | undefined): number | null {
  if (node === undefined || node.tag !== tags.integer || node.content.length === 0 || node.content.length > 6) return null;
  if ((node.content[0]! & 0x80) !== 0) return null;
  return node.content.reduce((value, octet) => value * 256 + octet, 0);
}

const tags = { integer: 0x02, octets: 0x04, oid: 0x06, octetsConstructed: 0x24, context0: 0xa0, context0Primitive: 0x80 } as const;

function readLength(bytes: Uint8Array): { readonly start: number; readonly size: number } | null {
  const first = bytes[1]!;
  if (first < 0x80) return { start: 2, size: first };
  const octets = first & 0x7f;
  if (octets === 0 || octets > 4 || bytes.length < 2 + octets) return null;
  let size = 0;
  for (let at = 2; at < 2 + octets; at++) size = size * 256 + bytes[at]!;
  return { start: 2 + octets, size };
}
