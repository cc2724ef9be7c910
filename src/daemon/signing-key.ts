// The key that receipts are signed with: made once, kept where only this daemon's user reads it.
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The key cannot be had; the message says on which file, why, and what to do. */
export class SigningKeyError extends Error {}

/** Ed25519, PKCS#8 PEM, mode 0600. One is made where there is none; a file that is there is never written to. */
export function loadSigningKey(file: string): KeyObject {
  return readKey(file) ?? makeKey(file);
}

/** Null where there is no such file. */
function readKey(file: string): KeyObject | null {
  const pem = readOwn(file);
  return pem === null ? null : parseKey(pem, file);
}

function readOwn(file: string): string | null {
  try {
    // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    const opened = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return readRefusingOthers(opened, file);
    } finally {
      closeSync(opened);
    }
  } catch (error) {
    if (error instanceof SigningKeyError) throw error;
    if (codeOf(error) === 'ENOENT') return null;
    throw new SigningKeyError(`the signing key ${file} cannot be read (${codeOf(error)}): let the user of this daemon read it`);
  }
}

function readRefusingOthers(opened: number, file: string): string {
  const stat = fstatSync(opened);
  if ((stat.mode & 0o077) !== 0) {
    const mode = (stat.mode & 0o777).toString(8).padStart(4, '0');
    throw new SigningKeyError(
      `the signing key ${file} may be read or written by others (mode ${mode}): move it away, and another one is made, or \`chmod 600\` it if nobody can have read it`,
    );
  }
  return stat.isFile() && stat.size <= keyBytesMax ? readFileSync(opened, 'utf8') : '';
}

/** Such a key takes 119 bytes. */
const keyBytesMax = 16 * 1024;

function parseKey(pem: string, file: string): KeyObject {
  const key = privateKeyIn(pem);
  if (key?.asymmetricKeyType === 'ed25519') return key;
  const what = key === null ? 'no private key that can be read' : `a private key of another kind (${key.asymmetricKeyType})`;
  throw new SigningKeyError(
    `${file} holds ${what}, expected an Ed25519 key as PEM without a passphrase: move it away, and another one is made`,
  );
}

function privateKeyIn(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null; // OpenSSL's words for what is no key help nobody.
  }
}

function makeKey(file: string): KeyObject {
  const made = generateKeyPairSync('ed25519').privateKey;
  const beside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeWhole(beside, made.export({ type: 'pkcs8', format: 'pem' }).toString());
    // Not renamed: of two that make a key at once, both go on with the first one's.
    linkSync(beside, file);
    syncFolder(dirname(file));
    return made;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return readKey(file) ?? makeKey(file);
    throw new SigningKeyError(
      `no signing key can be made at ${file} (${codeOf(error)}): is its folder there, with room, for the user of this daemon to write?`,
    );
  } finally {
    rmSync(beside, { force: true });
  }
}

function writeWhole(file: string, text: string): void {
  const opened = openSync(file, 'wx', 0o600);
  try {
    writeFileSync(opened, text);
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

function syncFolder(folder: string): void {
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);
