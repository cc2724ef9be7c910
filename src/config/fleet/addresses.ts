// The addresses that a fleet file names: of agents, and of what is asked and told over the web.
import { isIPv4 } from 'node:net';
import { isAbsolute, normalize } from 'node:path';
import { show } from '../schema-messages.ts';

export type AddressRead = { readonly kind: 'address'; readonly address: string } | { readonly kind: 'wrong'; readonly message: string };

/** Where agents listen unless they are told otherwise. */
const agentPort = 7807;

/** What the kernel takes (sun_path, without its last zero). */
const socketPathBytesMax = 107;

const expected = 'https://HOST:PORT, http:// on loopback, or unix:/PATH';

/** Of an agent, in the one spelling that tells targets apart: small letters, always with its port, nothing after it. */
export function readAgentAddress(text: string): AddressRead {
  if (text.startsWith('unix:')) return socketAddress(text);
  const read = readWeb(text, expected, `https://${text}`);
  if (read.kind === 'wrong') return read;
  const { url } = read;
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    return wrong(`${shownUrl(text)} has something after its port; expected ${expected}; did you mean '${url.protocol}//${url.host}'?`);
  const port = Number(portOf(text) ?? agentPort);
  if (port === 0) return wrong(`${show(text)} has no port that can be asked; expected ${expected}`);
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) return wrong(`${readableByOthers(text)}; expected ${expected}`);
  return { kind: 'address', address: `${url.protocol}//${url.hostname}:${port}` };
}

function socketAddress(text: string): AddressRead {
  const path = text.slice('unix:'.length).replace(/^\/\/(?=\/)/, '');
  if (!isAbsolute(path)) return wrong(`${show(text)} is not an address; expected an absolute path after unix:`);
  if (Buffer.byteLength(path) > socketPathBytesMax)
    return wrong(`${show(text)} is longer than a socket's path may be (${socketPathBytesMax} bytes)`);
  return { kind: 'address', address: `unix:${normalize(path)}` };
}

/** Discovery names agents as Prometheus does: a host and a port, and the scheme beside them. */
export function readDiscovered(target: string, scheme: string): AddressRead {
  if (target.includes('://') || target.startsWith('unix:'))
    return wrong(`${shownUrl(target)} is no target; expected HOST:PORT, with the scheme in the label __scheme__`);
  if (scheme !== 'https' && scheme !== 'http') return wrong(`__scheme__: ${show(scheme)} is not one of https, http`);
  return readAgentAddress(`${scheme}://${target}`);
}

export type WebRead = { readonly kind: 'url'; readonly url: URL } | { readonly kind: 'wrong'; readonly message: string };

/** Of a service on the web. `plain` is how the file allows http beyond loopback; null where it cannot. */
export function readWebAddress(text: string, plain: { readonly isAllowed: boolean } | null): WebRead {
  const read = readWeb(text, 'https://HOST/PATH', `https://${text}`);
  if (read.kind === 'wrong') return read;
  const isPlain = read.url.protocol === 'http:' && !isLoopbackHost(read.url.hostname);
  if (!isPlain || plain?.isAllowed === true) return read;
  const way = plain === null ? '' : ", or 'plainHttp: true' where the network in between is trusted";
  return wrong(`${readableByOthers(text)}; expected https${way}`);
}

function readWeb(text: string, wanted: string, meant: string): WebRead {
  // URL takes spaces, tabs and backslashes out or turns them; nobody means them.
  const url = /[\s\\]/.test(text) ? null : URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') || !/^https?:\/\//i.test(text)) {
    if (/@/.test(text)) return wrong(`what is there (not shown) is not an address; expected ${wanted}`);
    const hint = /^[\w.[\]:-]+(\/\S*)?$/.test(text) && !text.includes('://') && URL.canParse(meant) ? `; did you mean '${meant}'?` : '';
    return wrong(`${shownUrl(text)} is not an address; expected ${wanted}${hint}`);
  }
  if (url.username !== '' || url.password !== '')
    return wrong('a user or a password stands in this address (not shown); secrets belong in files: tokenFile, or certificate and key');
  return { kind: 'url', url };
}

const wrong = (message: string): { readonly kind: 'wrong'; readonly message: string } => ({ kind: 'wrong', message });

const readableByOthers = (text: string): string => `${shownUrl(text)} could be read and changed by others on its way`;

/** URL leaves out the port that belongs to the scheme, and here 443 is not what nothing means. */
const portOf = (text: string): string | undefined => /^[^/]*\/\/[^/?#]*:(\d+)(?:[/?#]|$)/.exec(text)?.[1];

/** A name is loopback only where it cannot be anything else. */
export const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));

/** What stands after a question mark is a secret often enough. */
export const shownUrl = (text: string): string => show(text.replace(/[?#].*$/s, (rest) => `${rest[0]}…`));
