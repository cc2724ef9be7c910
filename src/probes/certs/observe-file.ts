// Looks at one certificate file or keystore.
import type { Machine } from '../../contract/machine.ts';
import { arrangeChains, type Trust } from './chain.ts';
import { type Content, readContent } from './content.ts';
import type { KeyMatch, SeenContent, Source } from './facts.ts';
import { matchKey } from './private-key.ts';
import type { FileTarget, StoreTarget } from './source.ts';

/** The system's trust bundle has 230 kB, a JDK's cacerts 180 kB; what is larger than this is no file of certificates. */
const bytesMax = 2 * 1024 * 1024;

/** Null where it only was a guess that there is a certificate. */
export async function observeFile(machine: Machine, target: FileTarget, trust: Trust, checkKeys: boolean): Promise<Source | null> {
  const file = await machine.readFile(target.path, { bytesMax });
  if (file.kind === 'missing') return target.isGuess ? null : source(target, 'file', { kind: 'missing' });
  const content = await contentOf(file, null);
  if (content.kind === 'no-certificate') return target.isGuess ? null : source(target, 'file', noCertificate);
  if (content.kind === 'unseen') return source(target, 'file', content);
  const isServer =
    target.keyFile !== undefined || target.serverNames.length > 0 || target.mustCover.length > 0 || content.ownKey !== 'none';
  const keyFile = target.keyFile ?? (content.ownKey === 'in-file' ? target.path : undefined);
  const seen = arrange(content, trust, isServer);
  const leaf = content.groups.flatMap(({ members }) => members).find(({ position }) => position === seen.chains[0]?.leaf);
  const key =
    leaf === undefined || keyFile === undefined || !checkKeys
      ? seen.key
      : await matchKey(machine, keyFile, leaf.x509, keyFile !== target.path);
  return source(target, 'file', { ...seen, key });
}

/** A keystore that is one file; `password` is null where none is named. */
export async function observeStore(machine: Machine, target: StoreTarget, trust: Trust): Promise<Source> {
  const password = await passwordOf(machine, target);
  const file = await machine.readFile(target.path, { bytesMax });
  if (file.kind === 'missing') return source(target, 'store', { kind: 'missing' });
  return source(target, 'store', await storeContent(file, password, trust));
}

/** The password, null where none is named, or why it cannot be had. */
export type Password =
  | { readonly kind: 'known'; readonly text: string | null }
  | { readonly kind: 'unseen'; readonly content: Source['content'] };

export async function passwordOf(machine: Machine, { passwordFile }: StoreTarget): Promise<Password> {
  if (passwordFile === undefined) return { kind: 'known', text: null };
  const file = await machine.readFile(passwordFile, { bytesMax: 4_096, isSecret: true });
  if (file.kind === 'file') return { kind: 'known', text: file.text.split(/\r?\n/, 1)[0]! };
  const why = file.kind === 'missing' ? 'there is no such file' : file.detail;
  const reason = file.kind === 'missing' ? 'unreadable' : file.reason;
  return { kind: 'unseen', content: { kind: 'unseen', reason, detail: `its password file ${passwordFile}: ${why}` } };
}

/** What is in a keystore; a Java one needs no password, so that a password file out of reach does not matter to it. */
export async function storeContent(
  file: Exclude<ReadAnswer, { kind: 'missing' }>,
  password: Password,
  trust: Trust,
): Promise<Source['content']> {
  const content = await contentOf(file, password.kind === 'known' ? password.text : null);
  if (content.kind === 'no-certificate') return noCertificate;
  if (content.kind === 'unseen') return password.kind === 'unseen' && content.reason === 'denied' ? password.content : content;
  return arrange(content, trust, content.ownKey !== 'none');
}

type ReadAnswer = Awaited<ReturnType<Machine['readFile']>>;

async function contentOf(file: Exclude<ReadAnswer, { kind: 'missing' }>, password: string | null): Promise<Content> {
  if (file.kind === 'failed') return { kind: 'unseen', reason: file.reason, detail: file.detail };
  if (file.isCut) return { kind: 'unseen', reason: 'too-much-output', detail: `larger than ${bytesMax} bytes` };
  return readContent(file.bytes, password);
}

export function arrange(content: Extract<Content, { kind: 'read' }>, trust: Trust, isServer: boolean): SeenContent {
  const arranged = content.groups.map((group) => arrangeChains(group, trust, isServer));
  const key: KeyMatch = { kind: content.ownKey === 'in-store' ? 'in-store' : 'not-named' };
  return {
    kind: 'seen',
    format: content.format,
    certificates: arranged.flatMap(({ certificates }) => certificates),
    chains: arranged.flatMap(({ chains }) => chains),
    key,
    damaged: [...content.damaged],
  };
}

export function source(target: FileTarget | StoreTarget, kind: Source['kind'], content: Source['content']): Source {
  const isCertbot = target.path.startsWith('/etc/letsencrypt/live/');
  return {
    where: target.path,
    kind,
    foundBy: target.foundBy,
    ...(isCertbot ? { manager: 'certbot' as const } : {}),
    serverNames: [...target.serverNames].sort(),
    mustCover: [...target.mustCover].sort(),
    shouldServe: [],
    ...(target.reload === undefined ? {} : { reload: target.reload }),
    content,
  };
}

const noCertificate: Source['content'] = { kind: 'unseen', reason: 'unparsable', detail: 'there is no certificate in it' };
