// The key of the fleet: read for one look, used for fingerprints, and told of by its id alone.
import type { Machine } from '../../contract/machine.ts';
import type { FleetKeyFacts } from './facts.ts';
import { type Keyed, keyed } from './fingerprint.ts';

export interface FleetKey {
  readonly facts: FleetKeyFacts;
  /** Null where there is no key that may be used: values are then not told at all. */
  readonly keyed: Keyed | null;
}

/** 64 hexadecimal digits, or 44 of base64, with a line end; a file of more than this is no key. */
const bytesMax = 4_096;

/** 256 bits: what HMAC-SHA-256 can hold. */
const keyBytesMin = 32;
/** The same in base64, without padding. */
const keyCharsMin = 43;
/** 32 random bytes have 30 different ones; fewer than 16 happens to none of them. */
const differentMin = 16;

export async function readFleetKey(machine: Machine, path: string): Promise<FleetKey> {
  const file = await machine.readFile(path, { bytesMax, isSecret: true });
  if (file.kind === 'missing') return without({ kind: 'missing' });
  if (file.kind === 'failed')
    return without({ kind: 'unseen', reason: file.reason, detail: `the fleet key ${path} ${failures[file.reason]}` });
  if (file.isCut) return without({ kind: 'weak', detail: `it is no key: larger than ${bytesMax} bytes` });
  const bytes = withoutLineEnd(file.bytes);
  const weakness = weaknessOf(bytes);
  if (weakness !== null) return without({ kind: 'weak', detail: weakness });
  const key = keyed(bytes);
  return { facts: { kind: 'usable', id: key.id, isOpen: await isOpenToAll(machine, path) }, keyed: key };
}

const without = (facts: FleetKeyFacts): FleetKey => ({ facts, keyed: null });

const failures = {
  denied: 'may not be read by this user',
  timeout: 'could not be read in time',
  'too-much-output': 'is too large',
  'tool-missing': 'could not be read',
  unreadable: 'could not be read',
} as const;

/** The same key with and without the line end that editors and `openssl rand -base64` leave. */
function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  if (!isText(bytes)) return bytes;
  let end = bytes.length;
  while (end > 0 && isSpace(bytes[end - 1]!)) end -= 1;
  return bytes.subarray(0, end);
}

const isSpace = (byte: number): boolean => byte === 0x0a || byte === 0x0d || byte === 0x20 || byte === 0x09;
const isText = (bytes: Uint8Array): boolean => bytes.every((byte) => isSpace(byte) || (byte > 0x20 && byte < 0x7f));

/** Of a key as it lies in its file, without its line end; null for a good one. */
export function weaknessOf(bytes: Uint8Array): string | null {
  const text = isText(bytes) ? Buffer.from(bytes).toString('latin1') : null;
  const isHex = text !== null && /^[0-9a-f]+$/i.test(text);
  const key = isHex ? Buffer.from(text, 'hex') : bytes;
  const isShort = text !== null && !isHex ? text.length < keyCharsMin : key.length < keyBytesMin;
  if (isShort) return 'it holds fewer than 32 random bytes';
  if (text !== null && (/\s/.test(text) || isWordy(text))) return 'it is made of words, which can be guessed';
  return new Set(key).size < differentMin ? 'it repeats few bytes, which no random key does' : null;
}

/** The commonest pairs of letters in English; most of them are as common in other languages that use the alphabet. */
const pairsOfWords = new Set(
  (
    'th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ' +
    've co me de hi ri ro ic ne ea ra ce li ch ll be ma si om ur'
  ).split(' '),
);

/** In random base64 one pair in twenty is among them, and one in three only once in millions of keys; in words, every other one is. */
function isWordy(text: string): boolean {
  const pairs = Array.from({ length: text.length - 1 }, (_, at) => text.slice(at, at + 2).toLowerCase());
  return pairs.filter((pair) => pairsOfWords.has(pair)).length > pairs.length * 0.3;
}

async function isOpenToAll(machine: Machine, path: string): Promise<boolean> {
  const stat = await machine.stat(path, { isSecret: true });
  return stat.kind === 'stat' && (stat.mode & 0o004) !== 0;
}
