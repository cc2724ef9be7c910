// Keeps one SecureContext per set of authorities and client certificate: making one costs half a handshake.
import { open, stat } from 'node:fs/promises';
import tls from 'node:tls';
import type { DialTls } from '../../contract/machine.ts';
import { ended } from './failure.ts';

/** A machine's checks name a handful of different sets. */
const contextsMax = 16;

/** Debian's whole bundle of authorities is 220 KiB. */
const fileBytesMax = 4 * 1024 * 1024;

/** How long a choice of the system's own bundle stands before the file's date is read again. */
const systemBundleCheckedMs = 60_000;

/** A look dials tens of addresses with the same authorities. A client certificate, which is renewed with its key, is asked for each time. */
const authoritiesCheckedMs = 1_000;

/** Where Oracle Linux and Debian keep what `curl` trusts; without any, Node's own list is used. */
const systemBundles = ['/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/certs/ca-certificates.crt', '/etc/ssl/cert.pem'];

/**
 * X25519 first, since its key share is 0.09 ms cheaper than OpenSSL 3.5's default X25519MLKEM768; the others stay on
 * offer for servers that insist on them, and cost nothing.
 */
const ecdhCurve = 'X25519:P-256:P-384:P-521';

const kept = new Map<string, tls.SecureContext>();
let systemBundle: { readonly stamp: FileStamp | null; readonly checkedMs: number } | null = null;

interface FileStamp {
  readonly path: string;
  readonly stamp: string;
}

/** Throws `DialEnded` with `local-error` where a file cannot be used; never with anything out of the file. */
export async function secureContextFor(request: DialTls): Promise<tls.SecureContext> {
  const [authorities, certificate, key] = await Promise.all([
    request.authoritiesFile === undefined ? systemAuthorities() : recentStampOf(request.authoritiesFile),
    request.certificateFile === undefined ? null : stampOf(request.certificateFile),
    request.keyFile === undefined ? null : stampOf(request.keyFile),
  ]);
  const id = [authorities, certificate, key].map((file) => file?.stamp ?? '-').join('\n');
  const found = kept.get(id);
  if (found !== undefined) return found;
  const context = await createContext(authorities, certificate, key);
  kept.set(id, context);
  const oldest = kept.keys().next().value;
  if (kept.size > contextsMax && oldest !== undefined) kept.delete(oldest);
  return context;
}

async function createContext(
  authorities: FileStamp | null,
  certificate: FileStamp | null,
  key: FileStamp | null,
): Promise<tls.SecureContext> {
  const options: tls.SecureContextOptions = { ecdhCurve };
  if (authorities !== null) options.ca = await contentOf(authorities);
  if (certificate !== null) options.cert = await contentOf(certificate);
  if (key !== null) options.key = await contentOf(key);
  try {
    return tls.createSecureContext(options);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
    const files = [authorities, certificate, key].flatMap((file) => (file === null ? [] : [file.path])).join(', ');
    throw ended('local-error', code, `cannot use the certificate, key or authorities in ${files} (${code})`);
  }
}

async function systemAuthorities(): Promise<FileStamp | null> {
  if (systemBundle !== null && performance.now() - systemBundle.checkedMs < systemBundleCheckedMs) return systemBundle.stamp;
  let stamp: FileStamp | null = null;
  for (const path of systemBundles) stamp ??= await stampOf(path).catch(() => null);
  systemBundle = { stamp, checkedMs: performance.now() };
  return stamp;
}

const stamps = new Map<string, { readonly found: FileStamp; readonly checkedMs: number }>();

async function recentStampOf(path: string): Promise<FileStamp> {
  const before = stamps.get(path);
  if (before !== undefined && performance.now() - before.checkedMs < authoritiesCheckedMs) return before.found;
  stamps.delete(path);
  const found = await stampOf(path);
  stamps.set(path, { found, checkedMs: performance.now() });
  const oldest = stamps.keys().next().value;
  if (stamps.size > contextsMax && oldest !== undefined) stamps.delete(oldest);
  return found;
}

async function stampOf(path: string): Promise<FileStamp> {
  const found = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => cannotRead(path, error));
  return { path, stamp: `${path} ${found.ino} ${found.size} ${found.mtimeNs}` };
}

async function contentOf(file: FileStamp): Promise<Buffer> {
  const handle = await open(file.path, 'r').catch((error: NodeJS.ErrnoException) => cannotRead(file.path, error));
  try {
    const bytes = Buffer.alloc(fileBytesMax + 1);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    if (bytesRead > fileBytesMax) throw ended('local-error', 'EFBIG', `${file.path} is larger than ${fileBytesMax} bytes`);
    return Buffer.from(bytes.subarray(0, bytesRead));
  } catch (error) {
    return error instanceof Error && 'failure' in error ? Promise.reject(error) : cannotRead(file.path, error as NodeJS.ErrnoException);
  } finally {
    await handle.close();
  }
}

function cannotRead(path: string, error: NodeJS.ErrnoException): never {
  const code = error.code ?? 'UNKNOWN';
  throw ended('local-error', code, `cannot read ${path} (${code})`);
}
