// CIDR blocks as intervals of numbers. RFC 4632, RFC 4291; text is written as RFC 5952 has it.
import { isIPv4, isIPv6 } from 'node:net';

export interface Block {
  readonly family: 4 | 6;
  /** First and last address. */
  readonly start: bigint;
  readonly end: bigint;
}

export const widthOf = (family: 4 | 6): number => (family === 4 ? 32 : 128);

/** A block, or one address as a block of its own; bits behind the prefix are cut off, as OCI does. Null for what is neither. */
export function readBlock(text: string): Block | null {
  const [address = '', prefix, ...rest] = text.trim().split('/');
  const read = readAddress(address);
  if (read === null || rest.length > 0) return null;
  const width = widthOf(read.family);
  if (prefix === undefined) return { family: read.family, start: read.value, end: read.value };
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > width) return null;
  const size = 1n << BigInt(width - Number(prefix));
  const start = (read.value / size) * size;
  return { family: read.family, start, end: start + size - 1n };
}

export function readAddress(text: string): { readonly family: 4 | 6; readonly value: bigint } | null {
  if (isIPv4(text)) return { family: 4, value: text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n) };
  if (!isIPv6(text) || text.includes('%')) return null;
  return { family: 6, value: valueOf6(text) };
}

function valueOf6(text: string): bigint {
  // The last 32 bits may be written as IPv4 writes them.
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const plain = dotted === null ? text : `${dotted[1]}${hexPair(dotted[2]!)}`;
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(zeros).fill('0'), ...right].reduce((sum, part) => sum * 65_536n + BigInt(`0x${part}`), 0n);
}

function hexPair(dotted: string): string {
  const [a, b, c, d] = dotted.split('.').map(Number) as [number, number, number, number];
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

export function addressText(family: 4 | 6, value: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const parts = Array.from({ length: 8 }, (_, at) => ((value >> BigInt(112 - 16 * at)) & 65_535n).toString(16));
  return withoutLongestZeros(parts);
}

function withoutLongestZeros(parts: readonly string[]): string {
  let best = { at: 0, length: 0 };
  for (let at = 0; at < parts.length; at++) {
    let length = 0;
    while (parts[at + length] === '0') length++;
    if (length > best.length) best = { at, length };
  }
  if (best.length < 2) return parts.join(':');
  return `${parts.slice(0, best.at).join(':')}::${parts.slice(best.at + best.length).join(':')}`;
}

/** The fewest CIDR blocks that make up the interval, in order. */
export function blockTexts({ family, start, end }: Block): readonly string[] {
  const texts: string[] = [];
  const width = widthOf(family);
  for (let at = start; at <= end; ) {
    let bits = 0;
    while (bits < width && (at >> BigInt(bits)) % 2n === 0n && at + (1n << BigInt(bits + 1)) - 1n <= end) bits++;
    texts.push(`${addressText(family, at)}/${width - bits}`);
    at += 1n << BigInt(bits);
  }
  return texts;
}

export const holds = (outer: Block, inner: Block): boolean =>
  outer.family === inner.family && outer.start <= inner.start && inner.end <= outer.end;
