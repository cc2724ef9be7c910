// Finds the certificates of services whose configuration is one flat file: haproxy, Postfix, Tomcat and Oracle's network layer.
import { posix } from 'node:path';
import type { ConfigFiles } from './config-files.ts';
import type { Found } from './found.ts';

export async function findInServices(files: ConfigFiles): Promise<readonly Found[]> {
  const haproxy = await files.read(haproxyRoot);
  const postfix = await files.read(postfixRoot);
  return [
    ...(haproxy === null ? [] : await haproxyCertificates(haproxy, files)),
    ...(postfix === null ? [] : postfixCertificates(postfix)),
    ...(await findInTomcat(files)),
    ...(await findInOracle(files)),
  ];
}

const haproxyRoot = '/etc/haproxy/haproxy.cfg';

/** `bind :443 ssl crt FILE_OR_FOLDER [crt …]`, relative to `crt-base`; the key lies in the same file. */
async function haproxyCertificates(text: string, files: ConfigFiles): Promise<readonly Found[]> {
  const lines = text.split('\n').map((line) => line.replace(/#.*$/, '').trim());
  const base = lines.map((line) => /^crt-base\s+(\S+)/.exec(line)?.[1]).find((each) => each !== undefined) ?? posix.dirname(haproxyRoot);
  const named = lines
    .filter((line) => /^(bind|server|default-server|ssl-default-bind)\b/.test(line))
    .flatMap((line) => [...line.matchAll(/\scrt\s+(\S+)/g)].map(([, path]) => posix.resolve(base, path!)));
  const found: Found[] = [];
  for (const path of new Set(named)) {
    const inFolder = await files.expand(`${path.replace(/\/$/, '')}/*`);
    const paths = inFolder.length > 0 ? inFolder.filter((each) => !/\.(key|ocsp|issuer|sctl|dhparam)$/.test(each)) : [path];
    found.push(
      ...paths.map((each) => ({
        kind: 'file' as const,
        path: each,
        foundBy: haproxyRoot,
        keyFile: each,
        serverNames: [],
        reload: 'haproxy',
      })),
    );
  }
  return found;
}

const postfixRoot = '/etc/postfix/main.cf';

/** `smtpd_tls_cert_file` with its key, and `smtpd_tls_chain_files`, which hold key and chain together (postconf(5)). */
function postfixCertificates(text: string): readonly Found[] {
  const settings = new Map(
    text
      .replaceAll(/\n[ \t]+/g, ' ')
      .split('\n')
      .flatMap((line) => {
        const match = /^([a-z_]+)\s*=\s*(.*)$/.exec(line.trimEnd());
        return match === null ? [] : [[match[1]!, match[2]!] as const];
      }),
  );
  const isPath = (value: string | undefined): value is string => value?.startsWith('/') === true && !value.includes('$');
  const certificate = settings.get('smtpd_tls_cert_file');
  const key = settings.get('smtpd_tls_key_file');
  const chains = (settings.get('smtpd_tls_chain_files') ?? '').split(/[\s,]+/).filter(isPath);
  const common = { kind: 'file' as const, foundBy: postfixRoot, serverNames: [], reload: 'postfix' };
  return [
    ...(isPath(certificate) ? [{ ...common, path: certificate, ...(isPath(key) ? { keyFile: key } : {}) }] : []),
    ...chains.map((path) => ({ ...common, path, isGuess: true })),
  ];
}

/** `keystoreFile` of Tomcat 8 and before, `certificateKeystoreFile` and `certificateFile` since. */
async function findInTomcat(files: ConfigFiles): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const path of await files.expand('/{etc,opt,usr/share,var/lib}/tomcat*/{server.xml,conf/server.xml}')) {
    const text = withoutComments((await files.read(path)) ?? '');
    const home = path.endsWith('/conf/server.xml') ? posix.dirname(posix.dirname(path)) : posix.dirname(path);
    for (const [, attribute, value] of text.matchAll(
      /\b(keystoreFile|certificateKeystoreFile|truststoreFile|certificateFile)\s*=\s*["']([^"']+)["']/g,
    )) {
      const named = value!.replace(/^\$\{catalina\.(?:base|home)\}/, home);
      if (named.includes('$')) continue;
      const at = posix.resolve(home, named);
      found.push(
        attribute === 'certificateFile'
          ? { kind: 'file', path: at, foundBy: path, serverNames: [] }
          : { kind: 'store', path: at, foundBy: path },
      );
    }
  }
  return found;
}

const withoutComments = (xml: string): string =>
  xml
    .split('<!--')
    .map((part, index) => (index === 0 ? part : part.slice(part.indexOf('-->') + 1)))
    .join('');

/** Wallets named by sqlnet.ora and listener.ora of the homes in /etc/oratab (`SID:HOME:Y`). */
async function findInOracle(files: ConfigFiles): Promise<readonly Found[]> {
  const oratab = (await files.read('/etc/oratab')) ?? '';
  const homes = new Set([...oratab.matchAll(/^[^#:\n]+:(\/[^:\n]+):/gm)].map(([, home]) => home!));
  const found: Found[] = [];
  for (const home of homes) {
    for (const name of ['sqlnet.ora', 'listener.ora']) {
      const path = `${home}/network/admin/${name}`;
      const text = ((await files.read(path)) ?? '').replaceAll(/#.*$/gm, '').replaceAll('?', home);
      for (const [, folder] of text.matchAll(/\bDIRECTORY\s*=\s*"?(\/[^\s)"]+)"?\s*\)/gi))
        found.push({ kind: 'store', path: folder!, foundBy: path });
    }
  }
  return found;
}
