// Signs what a gate said, and tells whether a receipt is still what was signed and by whose key: Ed25519 over canonical JSON.
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { canonicalJson } from '../contract/canonical.ts';
import { type Receipt, type ReceiptBody, ReceiptSchema } from '../contract/receipt.ts';
import { schemaProblems } from '../contract/schema.ts';

export type ReceiptCheck =
  /** As it was signed, by one of the keys that were given. */
  | { readonly kind: 'valid'; readonly receipt: Receipt }
  /** As it was signed, by a key that was not given: by whom is not known. */
  | { readonly kind: 'untrusted'; readonly receipt: Receipt }
  | { readonly kind: 'broken'; readonly detail: string }
  | { readonly kind: 'no-receipt'; readonly detail: string };

export function signReceipt(body: ReceiptBody, privateKey: KeyObject): Receipt {
  const publicKey = createPublicKey(privateKey);
  const value = sign(null, signedBytes(body), privateKey).toString('base64');
  return {
    ...body,
    signature: { algorithm: 'Ed25519', keyId: keyIdOf(publicKey), publicKey: derOf(publicKey).toString('base64'), value },
  };
}

/** Hexadecimal SHA-256 of the key's SubjectPublicKeyInfo. */
export const keyIdOf = (publicKey: KeyObject): string => createHash('sha256').update(derOf(publicKey)).digest('hex');

const derOf = (publicKey: KeyObject): Buffer => publicKey.export({ type: 'spki', format: 'der' });

const signedBytes = (body: object): Buffer => Buffer.from(canonicalJson(body));

/** A receipt as it lies in a file. What JSON would pass over (a member given twice, a number with more digits than it keeps) is found too. */
export function verifyReceiptText(bytes: Uint8Array, trusted: readonly KeyObject[]): ReceiptCheck {
  const text = utf8(bytes);
  if (text === null) return { kind: 'no-receipt', detail: 'it is not UTF-8 text' };
  const value = parsed(text);
  if (value === undefined) return { kind: 'no-receipt', detail: 'it is not JSON' };
  const check = verifyReceipt(value, trusted);
  if (check.kind === 'no-receipt' || check.kind === 'broken' || isPlain(text, value)) return check;
  return { kind: 'broken', detail: 'a member is given twice, or a value is written otherwise than it reads' };
}

/** `trusted` are public keys. */
export function verifyReceipt(value: unknown, trusted: readonly KeyObject[]): ReceiptCheck {
  const [problem] = schemaProblems(ReceiptSchema, value);
  if (problem !== undefined) {
    const where = problem.instancePath === '' ? 'it' : problem.instancePath;
    return { kind: 'no-receipt', detail: `${where} ${problem.message ?? problem.keyword}` };
  }
  const receipt = value as Receipt;
  const trouble = boundedByStack(() => troubleWith(receipt));
  if (trouble !== null) return { kind: 'broken', detail: trouble };
  return { kind: trusted.some((key) => keyIdOf(key) === receipt.signature.keyId) ? 'valid' : 'untrusted', receipt };
}

/** JSON is written by recursion: what no receipt needs and JSON.parse takes would end in a stack that is full. */
function boundedByStack(trouble: () => string | null): string | null {
  try {
    return trouble();
  } catch (error) {
    if (error instanceof RangeError) return 'it is nested deeper than any receipt';
    throw error;
  }
}

/** Null for a receipt that is as it was signed. */
function troubleWith({ signature, ...body }: Receipt): string | null {
  // Nothing signs the signature: it holds these members, each in the one way to write it, and no others.
  if (Object.keys(signature).length !== 4) return 'its signature holds more than a signature does';
  const key = publicKeyOf(signature.publicKey);
  if (key === null) return 'the public key in it is no Ed25519 key';
  if (keyIdOf(key) !== signature.keyId) return 'the key it names is not the key in it';
  const value = Buffer.from(signature.value, 'base64');
  if (value.toString('base64') !== signature.value) return 'its signature is not base64';
  return verify(null, signedBytes(body), key, value) ? null : 'it is not what was signed: something in it was changed';
}

function publicKeyOf(base64: string): KeyObject | null {
  try {
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), type: 'spki', format: 'der' });
    return key.asymmetricKeyType === 'ed25519' && derOf(key).toString('base64') === base64 ? key : null;
  } catch {
    return null; // OpenSSL's words for what is no key help nobody.
  }
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a text says of a value all that it says, in JSON's shortest words, however spaced. */
function isPlain(text: string, value: unknown): boolean {
  const words = text.match(/"(?:[^"\\]|\\.)*"|[^\s"]+/g) ?? [];
  return words.map((word) => (word.startsWith('"') ? JSON.stringify(JSON.parse(word)) : word)).join('') === JSON.stringify(value);
}
