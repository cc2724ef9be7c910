// Reads the certificates of a PKCS#12 store (RFC 7292), and leaves its private keys encrypted where they are.
import { createDecipheriv, createHash, pbkdf2 } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type DerNode, readDer, readInteger, readMembers, readOctets, readOid } from './der.ts';

export interface Pkcs12Certificate {
  readonly der: Uint8Array;
  /** Empty where the bag has none, as for an authority written by OpenSSL. */
  readonly alias: string;
  /** Hex, empty where the bag has none. What a key bag bears too marks the key's own certificate. */
  readonly localKeyId: string;
}

export type Pkcs12Read =
  | {
      readonly kind: 'pkcs12';
      readonly certificates: readonly Pkcs12Certificate[];
      /** Local key ids of the private keys that are in plain reach; empty texts for keys without one. */
      readonly keys: readonly string[];
      /** Parts that did not open: without a password, or with a wrong one. */
      readonly locked: 'none' | 'needs-password' | 'wrong-password';
    }
  | { readonly kind: 'unparsable'; readonly detail: string };

// The reason not to use node-forge's own PKCS#12 here (1.4.3): it decrypts every private key on the way, runs the key
// derivation on the event loop for as many rounds as the file asks, and gives no certificate for an EC key.
/** NSS writes 600,000 rounds, OpenSSL 2,048, keytool 10,000; a file that asks for more costs too much to be believed. */
const roundsMax = 2_000_000;
/** The old derivation runs on the event loop, in slices; every known writer stays at or under 100,000 rounds. */
const oldRoundsMax = 200_000;
const oldRoundsSlice = 1_000;
const bagsMax = 1_000;

/** `password` is null where none is known. Takes up to a second of a worker thread, none of the event loop. */
export async function readPkcs12(bytes: Uint8Array, password: string | null): Promise<Pkcs12Read> {
  try {
    const found: Found = { certificates: [], keys: [], locked: 'none', bags: 0 };
    for (const part of readParts(bytes)) await openPart(part, password, found);
    return { kind: 'pkcs12', certificates: found.certificates, keys: found.keys, locked: found.locked };
  } catch (error) {
    if (error instanceof DamagedStore) return { kind: 'unparsable', detail: error.message };
    throw error;
  }
}

interface Found {
  readonly certificates: Pkcs12Certificate[];
  readonly keys: string[];
  locked: 'none' | 'needs-password' | 'wrong-password';
  bags: number;
}

class DamagedStore extends Error {}

const oids = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  nestedBags: '1.2.840.113549.1.12.10.1.6',
  x509: '1.2.840.113549.1.9.22.1',
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
} as const;

/** PFX: version 3, a ContentInfo of data, and the MAC, which a reader of certificates need not verify. */
function readParts(bytes: Uint8Array): readonly DerNode[] {
  const [version, content] = members(readDer(bytes), 'PFX');
  if (readInteger(version) !== 3) throw new DamagedStore('not a PKCS#12 store of version 3');
  const [type, wrapped] = members(content, 'content');
  if (readOid(type) !== oids.data) throw new DamagedStore('a PKCS#12 store sealed with a public key');
  return members(readDer(octets(members(wrapped, 'content')[0])), 'safe');
}

async function openPart(part: DerNode, password: string | null, found: Found): Promise<void> {
  const [type, wrapped] = members(part, 'part');
  const inner = members(wrapped, 'part')[0];
  const kind = readOid(type);
  if (kind === oids.data) return collect(members(readDer(octets(inner)), 'bags'), found);
  if (kind !== oids.encryptedData) throw new DamagedStore('a PKCS#12 part of unknown kind');
  const [, encrypted] = members(inner, 'encrypted part');
  const [, algorithm, sealed] = members(encrypted, 'encrypted part');
  // Stores that are said to have no password are mostly sealed with an empty one.
  const bags = await decryptBags(algorithm, octets(sealed), password ?? '');
  if (bags === null) found.locked = password === null ? 'needs-password' : 'wrong-password';
  else collect(bags, found);
}

function collect(bags: readonly DerNode[], found: Found): void {
  for (const bag of bags) {
    if (++found.bags > bagsMax) throw new DamagedStore(`more than ${bagsMax} entries`);
    const [type, wrapped, attributes] = members(bag, 'bag');
    const value = members(wrapped, 'bag')[0];
    const kind = readOid(type);
    if (kind === oids.certBag) collectCertificate(value, attributes, found);
    else if (kind === oids.keyBag || kind === oids.shroudedKeyBag) found.keys.push(attributesOf(attributes).localKeyId);
    else if (kind === oids.nestedBags) collect(members(value, 'bags'), found);
    // Anything else is a secret bag, as Oracle puts into wallets, or a revocation list.
  }
}

function collectCertificate(value: DerNode | undefined, attributes: DerNode | undefined, found: Found): void {
  const [type, wrapped] = members(value, 'certificate bag');
  if (readOid(type) !== oids.x509) return;
  found.certificates.push({ der: octets(members(wrapped, 'certificate bag')[0]), ...attributesOf(attributes) });
}

function attributesOf(set: DerNode | undefined): { readonly alias: string; readonly localKeyId: string } {
  let alias = '';
  let localKeyId = '';
  for (const attribute of set === undefined ? [] : members(set, 'attributes')) {
    const [type, values] = members(attribute, 'attribute');
    const value = values === undefined ? undefined : members(values, 'attribute')[0];
    if (value === undefined) continue;
    if (readOid(type) === oids.friendlyName) alias = fromBmp(value.content);
    if (readOid(type) === oids.localKeyId) localKeyId = Buffer.from(value.content).toString('hex');
  }
  return { alias, localKeyId };
}

/** Null where the password does not fit. That no MAC is asked leaves one case open: a damaged file reads as a wrong password. */
async function decryptBags(algorithm: DerNode | undefined, sealed: Uint8Array, password: string): Promise<readonly DerNode[] | null> {
  for (const form of password === '' ? [Buffer.alloc(0), Buffer.alloc(2)] : [toBmp(password)]) {
    const plain = await decrypt(algorithm, sealed, password, form);
    const node = plain === null ? null : readDer(plain);
    const bags = node === null ? null : readMembers(node);
    if (bags !== null) return bags;
  }
  return null;
}

async function decrypt(algorithm: DerNode | undefined, sealed: Uint8Array, password: string, bmp: Uint8Array): Promise<Uint8Array | null> {
  const [oid, parameters] = members(algorithm, 'algorithm');
  if (readOid(oid) === oids.pbes2) return decryptPbes2(parameters, sealed, password);
  const scheme = oldSchemes[readOid(oid)];
  if (scheme === undefined) throw new DamagedStore(`encrypted by an unknown method (${readOid(oid)})`);
  const [saltNode, roundsNode] = members(parameters, 'algorithm');
  const salt = octets(saltNode);
  const rounds = bounded(readInteger(roundsNode), oldRoundsMax);
  const key = await deriveOld(bmp, salt, rounds, 1, scheme.keyBytes);
  const iv = await deriveOld(bmp, salt, rounds, 2, 8);
  return scheme.cipher === 'rc2'
    ? decryptRc2(key, iv, sealed)
    : decipher('des-ede3-cbc', scheme.keyBytes === 16 ? twoKey(key) : key, iv, sealed);
}

/** RFC 7292 appendix C. RC4 is not among them: no writer of stores that are still about used it. */
const oldSchemes: Readonly<Record<string, { readonly cipher: '3des' | 'rc2'; readonly keyBytes: number }>> = {
  '1.2.840.113549.1.12.1.3': { cipher: '3des', keyBytes: 24 },
  '1.2.840.113549.1.12.1.4': { cipher: '3des', keyBytes: 16 },
  '1.2.840.113549.1.12.1.5': { cipher: 'rc2', keyBytes: 16 },
  '1.2.840.113549.1.12.1.6': { cipher: 'rc2', keyBytes: 5 },
};

const twoKey = (key: Uint8Array): Uint8Array => Buffer.concat([key, key.subarray(0, 8)]);

async function decryptPbes2(parameters: DerNode | undefined, sealed: Uint8Array, password: string): Promise<Uint8Array | null> {
  const [derivation, scheme] = members(parameters, 'PBES2');
  const [kdf, kdfParameters] = members(derivation, 'PBES2');
  if (readOid(kdf) !== oids.pbkdf2) throw new DamagedStore(`a key derivation that is unknown (${readOid(kdf)})`);
  const [salt, rounds, ...options] = members(kdfParameters, 'PBKDF2');
  const prf = options.find((option) => option.tag === 0x30);
  const digest = prf === undefined ? 'sha1' : digests[readOid(members(prf, 'PBKDF2')[0])];
  const [cipherOid, iv] = members(scheme, 'PBES2');
  const cipher = ciphers[readOid(cipherOid)];
  if (digest === undefined || cipher === undefined) throw new DamagedStore('encrypted by an unknown method within PBES2');
  const key = await derive(Buffer.from(password, 'utf8'), octets(salt), bounded(readInteger(rounds), roundsMax), cipher.keyBytes, digest);
  return decipher(cipher.name, key, octets(iv), sealed);
}

const derive = promisify(pbkdf2);

const digests: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

const ciphers: Readonly<Record<string, { readonly name: string; readonly keyBytes: number }>> = {
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', keyBytes: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', keyBytes: 24 },
  '2.16.840.1.101.3.4.1.42': { name: 'aes-256-cbc', keyBytes: 32 },
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', keyBytes: 24 },
};

function decipher(name: string, key: Uint8Array, iv: Uint8Array, sealed: Uint8Array): Uint8Array | null {
  try {
    const cipher = createDecipheriv(name, key, iv);
    return Buffer.concat([cipher.update(sealed), cipher.final()]);
  } catch {
    return null; // wrong padding, or an iv of the wrong size
  }
}

/** OpenSSL 3 keeps RC2 in its legacy provider, which Node does not load; only stores of before 2022 need it. */
async function decryptRc2(key: Uint8Array, iv: Uint8Array, sealed: Uint8Array): Promise<Uint8Array | null> {
  const { default: forge } = await import('node-forge');
  const cipher = forge.rc2.createDecryptionCipher(Buffer.from(key).toString('binary'), key.length * 8);
  cipher.start(Buffer.from(iv).toString('binary'));
  cipher.update(forge.util.createBuffer(Buffer.from(sealed).toString('binary')));
  return cipher.finish() ? Buffer.from(cipher.output.getBytes(), 'binary') : null;
}

/** RFC 7292 appendix B.2 with SHA-1: purpose 1 makes a key, 2 an initial vector. */
async function deriveOld(password: Uint8Array, salt: Uint8Array, rounds: number, purpose: 1 | 2, size: number): Promise<Uint8Array> {
  const input = Buffer.concat([fillBlocks(salt), fillBlocks(password)]);
  const diversifier = Buffer.alloc(block, purpose);
  const output: Buffer[] = [];
  for (let made = 0; made < size; made += 20) {
    let digest = createHash('sha1').update(diversifier).update(input).digest();
    for (let round = 1; round < rounds; round++) {
      digest = createHash('sha1').update(digest).digest();
      if (round % oldRoundsSlice === 0) await setImmediate();
    }
    output.push(digest);
    addToBlocks(input, fillBlocks(digest));
  }
  return Buffer.concat(output).subarray(0, size);
}

const block = 64;

function fillBlocks(bytes: Uint8Array): Buffer {
  const filled = Buffer.alloc(Math.ceil(bytes.length / block) * block);
  for (let at = 0; at < filled.length; at++) filled[at] = bytes[at % bytes.length]!;
  return filled;
}

/** Each block of `input` becomes (block + addend + 1) mod 2^512. */
function addToBlocks(input: Buffer, addend: Buffer): void {
  for (let start = 0; start < input.length; start += block) {
    let carry = 1;
    for (let at = block - 1; at >= 0; at--) {
      carry += input[start + at]! + addend[at]!;
      input[start + at] = carry & 0xff;
      carry >>= 8;
    }
  }
}

/** UTF-16 big-endian with its closing zero, as the old derivation wants a password. */
function toBmp(text: string): Uint8Array {
  return Buffer.from(`${text}\0`, 'utf16le').swap16();
}

function fromBmp(bytes: Uint8Array): string {
  return bytes.length % 2 === 0 ? Buffer.from(bytes).swap16().toString('utf16le') : '';
}

function bounded(rounds: number | null, max: number): number {
  if (rounds === null || rounds < 1 || rounds > max)
    throw new DamagedStore(`asks for more than ${max} rounds of key derivation, or for none`);
  return rounds;
}

function octets(node: DerNode | undefined): Uint8Array {
  const bytes = readOctets(node);
  if (bytes === null) throw new DamagedStore('damaged: an octet string is not where it belongs');
  return bytes;
}

function members(node: DerNode | null | undefined, what: string): readonly DerNode[] {
  const found = node === null || node === undefined ? null : readMembers(node);
  if (found === null) throw new DamagedStore(`damaged: no ${what} where one belongs`);
  return found;
}
