// Looks where certificates usually lie when no configuration names them, past the roots that the system itself ships.
import { posix } from 'node:path';
import type { Machine } from '../../../contract/machine.ts';
import type { Discovery, FoundFile } from './found.ts';

/** Enough for every certificate of one host; a folder beyond this is a cache or a mistake, and is said to be cut. */
const entriesMax = 1_000;

const places = [
  '/etc/letsencrypt/live/*/fullchain.pem',
  '/etc/pki/tls/certs/*.{crt,pem,cer}',
  '/etc/ssl/certs/*.{crt,pem,cer}',
  '/etc/ssl/private/*.{crt,pem,cer}',
  '/etc/{nginx,httpd,apache2,haproxy}/{ssl,certs,tls}/*.{crt,pem,cer}',
] as const;

/** This folder is for private keys: not to be let in is as it should be, and what a server uses of it its configuration names. */
const mayBeClosed = '/etc/ssl/private';

export async function findInUsualPlaces(machine: Machine): Promise<Discovery> {
  const shipped = await shippedRoots(machine);
  const found: FoundFile[] = [];
  const unsearched: Discovery['unsearched'][number][] = [];
  for (const pattern of places) {
    const listed = await machine.glob(pattern, { entriesMax });
    if (listed.kind === 'failed') {
      unsearched.push({ place: pattern, reason: listed.reason, detail: listed.detail });
      continue;
    }
    found.push(...listed.paths.filter((path) => !isShipped(path, shipped)).map(asFound));
    if (listed.isCut) unsearched.push({ place: pattern, reason: 'too-much-output', detail: `more than ${entriesMax} files` });
    for (const folder of listed.denied.filter((each) => each !== mayBeClosed)) {
      unsearched.push({ place: folder, reason: 'denied', detail: 'the folder may not be entered' });
    }
  }
  return { found, unsearched };
}

function asFound(path: string): FoundFile {
  const folder = posix.dirname(path);
  const isCertbot = folder.startsWith('/etc/letsencrypt/live/');
  return {
    kind: 'file',
    path,
    foundBy: 'usual place',
    serverNames: [],
    isGuess: true,
    ...(isCertbot ? { keyFile: `${folder}/privkey.pem` } : {}),
  };
}

/** Debian links every root it ships into /etc/ssl/certs, by name and by OpenSSL's hash. */
async function shippedRoots(machine: Machine): Promise<ReadonlySet<string>> {
  const listed = await machine.glob('/usr/{share,local/share}/ca-certificates/**/*.crt', { entriesMax });
  return new Set(listed.kind === 'globbed' ? listed.paths.map((path) => posix.basename(path, '.crt')) : []);
}

const isShipped = (path: string, shipped: ReadonlySet<string>): boolean => {
  const name = posix.basename(path);
  return /^ca-(certificates|bundle)\b/.test(name) || name === 'tls-ca-bundle.pem' || shipped.has(name.replace(/\.(crt|pem|cer)$/, ''));
};
