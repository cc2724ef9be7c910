// An address as a connection needs it: where to dial, whom to expect, and what may be said of it.

export interface Place {
  /** For the request line and the Host header: `https://app1:7807`, without a path. */
  readonly origin: string;
  /** What failures name: never with a path, a query or a credential, since those of a webhook are secrets. */
  readonly shown: string;
  readonly isTls: boolean;
  readonly dial: { readonly path: string } | { readonly host: string; readonly port: number };
}

/** Null for what is no address: `https://host:port`, `http://host:port` or `unix:/path`. */
export function placeOf(address: string): Place | null {
  const socket = /^unix:(?:\/\/)?(\/.+)$/.exec(address)?.[1];
  if (socket !== undefined) return { origin: 'http://localhost', shown: `unix:${socket}`, isTls: false, dial: { path: socket } };
  if (!URL.canParse(address)) return null;
  const { protocol, host, hostname, port, origin, username, password } = new URL(address);
  if ((protocol !== 'https:' && protocol !== 'http:') || hostname === '' || username !== '' || password !== '') return null;
  const isTls = protocol === 'https:';
  const dial = { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? (isTls ? 443 : 80) : Number(port) };
  return { origin, shown: `${protocol}//${host}`, isTls, dial };
}
