// Compares a certificate with a private key, which goes no further than this function.
import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import type { Machine } from '../../contract/machine.ts';
import type { KeyMatch } from './facts.ts';

/** The largest RSA key with its chain beside it, as haproxy wants them in one file, stays under this. */
const bytesMax = 256 * 1024;

/** `isSecret`: the file is the key's alone. One that it shares with the certificate must not be withheld from recordings as a whole. */
export async function matchKey(machine: Machine, path: string, leaf: X509Certificate, isSecret: boolean): Promise<KeyMatch> {
  const file = await machine.readFile(path, { bytesMax, isSecret });
  if (file.kind === 'missing') return { kind: 'missing', path };
  if (file.kind === 'failed') return { kind: 'unseen', path, reason: file.reason, detail: file.detail };
  if (file.isCut) return { kind: 'unseen', path, reason: 'too-much-output', detail: `the key file is larger than ${bytesMax} bytes` };
  const key = openKey(file.bytes);
  file.bytes.fill(0);
  if (typeof key === 'string') return { kind: 'unseen', path, reason: key === needsPassphrase ? 'denied' : 'unparsable', detail: key };
  return { kind: belongs(leaf, key) ? 'belongs' : 'other', path };
}

const needsPassphrase = 'the key is encrypted; its passphrase is not asked for';

function openKey(bytes: Uint8Array): KeyObject | string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: ?4, ?ENCRYPTED/.test(buffer.toString('latin1'))) return needsPassphrase;
  try {
    return bytes[0] === 0x30 ? createPrivateKey({ key: buffer, format: 'der', type: 'pkcs8' }) : createPrivateKey(buffer);
  } catch {
    return 'the file holds no private key that can be read'; // OpenSSL's own words could quote the content
  }
}

function belongs(leaf: X509Certificate, key: KeyObject): boolean {
  try {
    return leaf.checkPrivateKey(key);
  } catch {
    return false; // keys of two different algorithms
  }
}
