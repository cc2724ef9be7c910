// Domain names between wire and text. On the wire anybody's bytes may follow, so that reading one is bounded: 63 octets
// a label and 255 a name (RFC 1035 2.3.4), and few pointers, that must lead strictly backwards.

/** Where and why bytes are not a DNS message; never thrown past the codec. */
export class BadDnsBytes extends Error {
  readonly problem: DnsProblem;
  readonly offset: number;

  constructor(problem: DnsProblem, offset: number) {
    super(problem);
    this.problem = problem;
    this.offset = offset;
  }
}

export type DnsProblem =
  | 'too-short'
  | 'too-long'
  | 'ends-early'
  | 'compression-loop'
  | 'too-many-pointers'
  | 'reserved-label'
  | 'name-too-long'
  | 'data-length-wrong'
  | 'data-invalid'
  | 'two-opt-records';

const labelOctetsMax = 63;
const nameOctetsMax = 255;
/** A name has at most 127 labels. Without this, 16 KiB of pointers cost a message 8,000 steps for each of its 5,000 names. */
const pointersMax = 127;

export interface NameRead {
  /** Lower case, absolute, without the last dot; `.` is the root. Dots and odd bytes inside labels are escaped (RFC 1035 5.1). */
  readonly name: string;
  /** Offset behind the name where it began, not where a pointer led. */
  readonly end: number;
}

/** Reads a name that may be compressed. Throws BadDnsBytes. */
export function readName(bytes: Uint8Array, start: number): NameRead {
  let name = '';
  let at = start;
  let end = -1;
  let octets = 1;
  // A pointer may only lead before the segment that it ends: each jump goes further back, so that no loop can close.
  let segmentStart = start;
  let pointers = 0;
  for (;;) {
    const length = bytes[at];
    if (length === undefined) throw new BadDnsBytes('ends-early', at);
    if (length === 0) return { name: name === '' ? '.' : name, end: end === -1 ? at + 1 : end };
    if (length >= 0xc0) {
      const low = bytes[at + 1];
      if (low === undefined) throw new BadDnsBytes('ends-early', at);
      const target = ((length & 0x3f) << 8) | low;
      if (target >= segmentStart) throw new BadDnsBytes('compression-loop', at);
      pointers += 1;
      if (pointers > pointersMax) throw new BadDnsBytes('too-many-pointers', at);
      if (end === -1) end = at + 2;
      at = target;
      segmentStart = target;
      continue;
    }
    if (length > labelOctetsMax) throw new BadDnsBytes('reserved-label', at);
    octets += length + 1;
    if (octets > nameOctetsMax) throw new BadDnsBytes('name-too-long', at);
    if (at + 1 + length > bytes.length) throw new BadDnsBytes('ends-early', at);
    const label = readLabel(bytes, at + 1, at + 1 + length);
    name = name === '' ? label : `${name}.${label}`;
    at += length + 1;
  }
}

function readLabel(bytes: Uint8Array, start: number, end: number): string {
  let label = '';
  for (let at = start; at < end; at += 1) label += readable[bytes[at]!]!;
  return label;
}

/** The text of each octet of a label. Names compare without case (RFC 4343), so that capitals are gone from the start. */
const readable: readonly string[] = Array.from({ length: 256 }, (_, octet) => {
  if (octet >= 0x41 && octet <= 0x5a) return String.fromCharCode(octet + 32);
  if (octet <= 0x20 || octet >= 0x7f) return `\\${String(octet).padStart(3, '0')}`;
  const character = String.fromCharCode(octet);
  return '.\\"();@$'.includes(character) ? `\\${character}` : character;
});

/** The wire form without compression, or null where the text is no name: an empty or long label, too long, a bad escape. */
export function encodeName(text: string): Uint8Array | null {
  const labels = text === '.' ? [] : splitLabels(text);
  if (labels === null) return null;
  const octets: number[] = [];
  for (const label of labels) {
    if (label.length === 0 || label.length > labelOctetsMax) return null;
    octets.push(label.length, ...label);
  }
  octets.push(0);
  return octets.length > nameOctetsMax ? null : Uint8Array.from(octets);
}

/** The octets of each label; the dot at the end of an absolute name is optional. */
function splitLabels(text: string): number[][] | null {
  const labels: number[][] = [];
  let label: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!;
    if (character === '.') {
      labels.push(label);
      label = [];
      if (at === text.length - 1) return labels;
      continue;
    }
    const octet = character === '\\' ? readEscape(text, at) : plainOctet(character);
    if (octet === null) return null;
    label.push(octet);
    if (character === '\\') at += isDigit(text[at + 1]) ? 3 : 1;
  }
  return [...labels, label];
}

function readEscape(text: string, at: number): number | null {
  const next = text[at + 1];
  if (next === undefined) return null;
  if (!isDigit(next)) return plainOctet(next);
  const digits = text.slice(at + 1, at + 4);
  const octet = /^[0-9]{3}$/.test(digits) ? Number(digits) : 256;
  return octet > 255 ? null : octet;
}

const plainOctet = (character: string): number | null => {
  const code = character.charCodeAt(0);
  return code > 0x20 && code < 0x7f ? code : null;
};

const isDigit = (character: string | undefined): boolean => character !== undefined && character >= '0' && character <= '9';
