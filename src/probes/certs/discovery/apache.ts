// Finds the certificates that Apache httpd is configured with, on Oracle Linux and on Debian.
import { posix } from 'node:path';
import { type ConfigFiles, includeDepthMax } from './config-files.ts';
import { type Found, isPlainName } from './found.ts';

const installations = [
  { root: '/etc/httpd/conf/httpd.conf', serverRoot: '/etc/httpd', reload: 'httpd' },
  { root: '/etc/apache2/apache2.conf', serverRoot: '/etc/apache2', reload: 'apache2' },
] as const;

export async function findInApache(files: ConfigFiles): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const { root, serverRoot, reload } of installations) {
    const lines = await readLines(files, root, serverRoot, 0);
    found.push(...apacheCertificates(lines, serverRoot, reload));
  }
  return found;
}

export interface ConfigLine {
  readonly text: string;
  readonly from: string;
}

async function readLines(files: ConfigFiles, path: string, serverRoot: string, depth: number): Promise<readonly ConfigLine[]> {
  const text = await files.read(path);
  if (text === null) return [];
  const lines: ConfigLine[] = [];
  for (const line of text.replaceAll(/\\\r?\n/g, ' ').split('\n')) {
    const include = /^Include(?:Optional)?\s+(.+)$/i.exec(line.trim())?.[1];
    if (include === undefined) lines.push({ text: line.trim(), from: path });
    else if (depth < includeDepthMax) {
      const pattern = posix.resolve(serverRoot, unquote(include));
      for (const included of await files.expand(pattern)) lines.push(...(await readLines(files, included, serverRoot, depth + 1)));
    }
  }
  return lines;
}

interface VirtualHost {
  readonly ports: readonly number[];
  readonly names: string[];
  certificates: { readonly path: string; readonly from: string }[];
  readonly keys: string[];
}

/** Certificates and keys pair up by their order within a virtual host, RSA and EC side by side. */
export function apacheCertificates(lines: readonly ConfigLine[], serverRoot: string, reload: string): readonly Found[] {
  const hosts: VirtualHost[] = [newHost('')];
  let open = hosts[0]!;
  for (const { text, from } of lines) {
    const virtual = /^<VirtualHost\s+([^>]*)>/i.exec(text)?.[1];
    if (virtual !== undefined) {
      open = newHost(virtual);
      hosts.push(open);
    } else if (/^<\/VirtualHost>/i.test(text)) open = hosts[0]!;
    else readDirective(text, from, open, serverRoot);
  }
  return hosts.flatMap((host) => foundIn(host, reload));
}

const newHost = (addresses: string): VirtualHost => ({
  ports: addresses
    .split(/\s+/)
    .flatMap((address) => /:(\d{1,5})$/.exec(address)?.[1] ?? [])
    .map(Number),
  names: [],
  certificates: [],
  keys: [],
});

function readDirective(text: string, from: string, host: VirtualHost, serverRoot: string): void {
  const match = /^(SSLCertificateFile|SSLCertificateKeyFile|ServerName|ServerAlias)\s+(.+)$/i.exec(text);
  const value = unquote(match?.[2] ?? '');
  switch (match?.[1]?.toLowerCase()) {
    case 'sslcertificatefile':
      if (!value.includes('$')) host.certificates.push({ path: posix.resolve(serverRoot, value), from });
      break;
    case 'sslcertificatekeyfile':
      host.keys.push(posix.resolve(serverRoot, value));
      break;
    case 'servername':
    case 'serveralias':
      host.names.push(
        ...value.split(/\s+/).map((name) =>
          name
            .replace(/^https?:\/\//, '')
            .replace(/:\d+$/, '')
            .toLowerCase(),
        ),
      );
      break;
  }
}

function foundIn({ certificates, keys, names, ports }: VirtualHost, reload: string): readonly Found[] {
  const serverNames = names.filter(isPlainName);
  const serverName = serverNames.find((name) => !name.startsWith('*'));
  return certificates.flatMap(({ path, from }, index): readonly Found[] => [
    { kind: 'file', path, foundBy: from, reload, serverNames, ...(keys[index] === undefined ? {} : { keyFile: keys[index] }) },
    ...ports.map((port) => ({
      kind: 'listener' as const,
      port,
      ...(serverName === undefined ? {} : { serverName }),
      file: path,
      foundBy: from,
      reload,
    })),
  ]);
}

const unquote = (text: string): string =>
  text
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .replace(/^'(.*)'$/, '$1');
