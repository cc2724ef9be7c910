// Finds the certificates that nginx is configured with, and the names and ports it serves them for.
import { posix } from 'node:path';
import { type ConfigFiles, includeDepthMax } from './config-files.ts';
import { type Found, isPlainName } from './found.ts';

const root = '/etc/nginx/nginx.conf';

export async function findInNginx(files: ConfigFiles): Promise<readonly Found[]> {
  const text = await files.read(root);
  if (text === null) return [];
  const directives = await expandIncludes(parseNginx(text), files, root, 0);
  return nginxCertificates(directives);
}

export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block: readonly Directive[] | null;
  /** The file it stands in; filled when includes are followed. */
  readonly from?: string;
}

/** Words, quoted words, `{`, `}` and `;`. Unclosed blocks end with the text, as half a file is better than none. */
export function parseNginx(text: string): readonly Directive[] {
  const stack: Directive[][] = [[]];
  let words: string[] = [];
  for (const [token, single, double] of text.matchAll(
    /#[^\n]*|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|[{};]|(?:\$\{[^}\s]{0,64}\}|\\.|[^\s{};'"\\])+/gs,
  )) {
    if (token.startsWith('#') && single === undefined && double === undefined) continue;
    if (token === ';' || token === '{') {
      const [name, ...args] = words;
      words = [];
      const block: Directive[] | null = token === '{' ? [] : null;
      if (name !== undefined) stack.at(-1)!.push({ name, args, block });
      if (block !== null && stack.length < 64) stack.push(block);
    } else if (token === '}') {
      words = [];
      if (stack.length > 1) stack.pop();
    } else words.push(single ?? double ?? token);
  }
  return stack[0]!;
}

async function expandIncludes(
  directives: readonly Directive[],
  files: ConfigFiles,
  from: string,
  depth: number,
): Promise<readonly Directive[]> {
  const expanded: Directive[] = [];
  for (const directive of directives) {
    if (directive.name === 'include' && directive.args[0] !== undefined && depth < includeDepthMax) {
      for (const path of await files.expand(absolute(directive.args[0]))) {
        const text = await files.read(path);
        if (text !== null) expanded.push(...(await expandIncludes(parseNginx(text), files, path, depth + 1)));
      }
    } else if (directive.block === null) expanded.push({ ...directive, from });
    else expanded.push({ ...directive, from, block: await expandIncludes(directive.block, files, from, depth) });
  }
  return expanded;
}

interface Inherited {
  readonly certificates: readonly Directive[];
  readonly keys: readonly string[];
}

/** Walks http, stream and mail blocks; `ssl_certificate` is inherited by servers that set none of their own. */
export function nginxCertificates(directives: readonly Directive[], above: Inherited = { certificates: [], keys: [] }): readonly Found[] {
  const own = directives.filter(({ name }) => name === 'ssl_certificate');
  const inherited =
    own.length === 0
      ? above
      : { certificates: own, keys: directives.filter(({ name }) => name === 'ssl_certificate_key').map(({ args }) => args[0] ?? '') };
  return directives.flatMap(({ name, block }) => {
    if (block === null) return [];
    return name === 'server' ? serverCertificates(block, inherited) : nginxCertificates(block, inherited);
  });
}

function serverCertificates(block: readonly Directive[], above: Inherited): readonly Found[] {
  const own = block.filter(({ name }) => name === 'ssl_certificate');
  const certificates = own.length === 0 ? above.certificates : own;
  const keys = own.length === 0 ? above.keys : block.filter(({ name }) => name === 'ssl_certificate_key').map(({ args }) => args[0] ?? '');
  const ports = block.filter(({ name, args }) => name === 'listen' && args.includes('ssl')).flatMap(({ args }) => portOf(args[0] ?? ''));
  // Certificates above a server that does not speak TLS are not that server's.
  if (own.length === 0 && ports.length === 0) return [];
  const names = block.filter(({ name }) => name === 'server_name').flatMap(({ args }) => args);
  const serverNames = names.filter(isPlainName).map((each) => each.toLowerCase());
  return certificates.flatMap((directive, index) => fileAndListeners(directive, keys[index], serverNames, ports));
}

function fileAndListeners(
  directive: Directive,
  key: string | undefined,
  serverNames: readonly string[],
  ports: readonly number[],
): readonly Found[] {
  const value = directive.args[0] ?? '';
  if (value === '' || /[$]|^data:|^engine:/.test(value)) return [];
  const path = absolute(value);
  const from = { foundBy: directive.from ?? root, reload: 'nginx' };
  const keyFile = key === undefined || key === '' || /[$:]/.test(key) ? {} : { keyFile: absolute(key) };
  const serverName = serverNames.find((name) => !name.startsWith('*'));
  return [
    { kind: 'file', path, ...keyFile, serverNames, ...from },
    ...ports.map((port) => ({ kind: 'listener' as const, port, ...(serverName === undefined ? {} : { serverName }), file: path, ...from })),
  ];
}

/** `443`, `*:443`, `10.0.0.1:443`, `[::]:443`; without a port it is 80, which nobody gives to TLS. */
const portOf = (listen: string): readonly number[] => {
  const port = /(?:^|:)(\d{1,5})$/.exec(listen)?.[1];
  return port === undefined ? [] : [Number(port)];
};

const absolute = (path: string): string => posix.resolve(posix.dirname(root), path);
