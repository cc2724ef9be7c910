// What is shown to a peer and whom it has to be signed by: read from files, and read again when those became others.
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Contact } from '../../config/fleet-config.ts';
import type { Failure } from './failure.ts';
import { type WatchedFile, watchedFiles } from './watched-files.ts';

export type CredentialFiles = Pick<Contact, 'tokenFile' | 'authoritiesFile' | 'certificateFile' | 'keyFile'>;

export interface Shown {
  readonly kind: 'ready';
  readonly token: string | null;
  /** One for all who name the same files; another one when a file became another. Null where there is no TLS. */
  readonly context: SecureContext | null;
}

export interface Credentials {
  of(files: CredentialFiles, isTls: boolean): Shown | Failure;
  /** Files that are named and of no use as they are now; one sentence each. What was read of them before is used on. */
  problems(): readonly string[];
}

export function createCredentials(monotonicMs: () => number): Credentials {
  const fileAt = watchedFiles(monotonicMs);
  const tokens = new Map<string, Renewed<string>>();
  const contexts = new Map<string, Renewed<SecureContext>>();
  const tokenOf = (path: string): Renewed<string> => renewed(tokens, path, [fileAt(path)], readToken);
  const contextOf = ({ authoritiesFile, certificateFile, keyFile }: CredentialFiles): Renewed<SecureContext> => {
    const paths = [authoritiesFile, certificateFile, keyFile];
    const files = paths.map((path) => (path === null ? null : fileAt(path)));
    return renewed(contexts, paths.join('\0'), files, ([authorities, certificate, key]) =>
      buildContext(authorities ?? null, certificate ?? null, key ?? null),
    );
  };
  return {
    of: (files, isTls) => {
      const token = files.tokenFile === null ? null : tokenOf(files.tokenFile);
      if (token !== null && token.value === null) return unusable(token);
      const context = isTls ? contextOf(files) : null;
      if (context !== null && context.value === null) return unusable(context);
      return { kind: 'ready', token: token?.value ?? null, context: context?.value ?? null };
    },
    problems: () => [...tokens.values(), ...contexts.values()].flatMap(({ problem }) => (problem === null ? [] : [problem])),
  };
}

const unusable = ({ problem }: Renewed<unknown>): Failure => ({ kind: 'failed', code: 'credentials', reason: problem ?? '' });

/** What came of some files. A pair that is being renewed is wrong for a moment: what was good before stays until it is right again. */
interface Renewed<T> {
  readonly stamps: string;
  readonly value: T | null;
  readonly problem: string | null;
}

type Built<T> = { readonly value: T } | { readonly problem: string };

function renewed<T>(
  known: Map<string, Renewed<T>>,
  key: string,
  files: readonly (WatchedFile | null)[],
  build: (files: readonly (WatchedFile | null)[]) => Built<T>,
): Renewed<T> {
  const stamps = files.map((file) => file?.stamp ?? '').join('\0');
  const before = known.get(key);
  if (before?.stamps === stamps) return before;
  const built = build(files);
  const next = 'value' in built ? { stamps, value: built.value, problem: null } : { stamps, value: before?.value ?? null, ...built };
  known.set(key, next);
  return next;
}

function readToken([file]: readonly (WatchedFile | null)[]): Built<string> {
  const content = file!.read();
  if (content.kind === 'unreadable') return unreadable('the token', file!.path, content.code);
  const token = content.text.trim();
  if (/^[\x21-\x7e]{1,4096}$/.test(token)) return { value: token };
  return { problem: `the file with the token, ${file!.path}, holds no token: write it there alone, on one line` };
}

const unreadable = (what: string, path: string, code: string) => ({
  problem: `the file with ${what}, ${path}, cannot be read (${code}): put it there, readable for the user that this runs as`,
});

function buildContext(authorities: WatchedFile | null, certificate: WatchedFile | null, key: WatchedFile | null): Built<SecureContext> {
  const parts: { ca?: string; cert?: string; key?: string } = {};
  for (const [name, file, what] of [
    ['ca', authorities, 'the authorities'],
    ['cert', certificate, 'the certificate'],
    ['key', key, 'the key'],
  ] as const) {
    if (file === null) continue;
    const content = file.read();
    if (content.kind === 'unreadable') return unreadable(what, file.path, content.code);
    if (name !== 'key' && !content.text.includes('-----BEGIN CERTIFICATE-----'))
      return { problem: `the file with ${what}, ${file.path}, holds no certificate in PEM form` };
    parts[name] = content.text;
  }
  try {
    return { value: createSecureContext({ ...parts, minVersion: 'TLSv1.2' }) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'no code';
    const paths = [authorities, certificate, key].flatMap((file) => (file === null ? [] : [file.path])).join(', ');
    return { problem: `TLS cannot be spoken with ${paths} (${code}): look whether they are PEM, whole, and a pair` };
  }
}
