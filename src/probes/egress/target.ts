// Takes an endpoint's URL apart into what is resolved, dialled and asked.

import { parseDurationMs } from '../../contract/duration.ts';
import { ipFamily } from './ip-family.ts';
import type { Endpoint } from './settings.ts';

export interface Target {
  readonly kind: 'tcp' | 'tls' | 'http' | 'https';
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  /** Host header and `CONNECT` target write IPv6 in brackets. */
  readonly hostHeader: string;
  readonly authority: string;
  /** With query; empty for tcp and tls. */
  readonly path: string;
  readonly timeoutMs: number;
}

const defaultPorts = { http: 80, https: 443, tls: 443, tcp: 0 } as const;

/** Null where the URL has no usable host or port. */
export function targetOf(endpoint: Pick<Endpoint, 'url' | 'timeout'>): Target | null {
  const place = placeOf(endpoint.url);
  if (place === null) return null;
  const { scheme, host, port, path } = place;
  const inBrackets = ipFamily(host) === 6 ? `[${host}]` : host;
  return {
    kind: scheme,
    host,
    port,
    hostHeader: port === defaultPorts[scheme] ? inBrackets : `${inBrackets}:${port}`,
    authority: `${inBrackets}:${port}`,
    path,
    timeoutMs: parseDurationMs(endpoint.timeout ?? '5s') ?? 5_000,
  };
}

/** An HTTP proxy, as `http://host:port`; 3128 is Squid's. */
export function proxyOf(url: string): { readonly host: string; readonly port: number } | null {
  const match = /^http:\/\/(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?\/?$/.exec(url);
  return match === null ? null : { host: bare(match[1]!), port: Number(match[2] ?? 3128) };
}

function placeOf(url: string) {
  const match = /^(tcp|tls|http|https):\/\/(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?(\/[^\s#]*|\?[^\s#]*)?$/.exec(url);
  if (match === null) return null;
  const scheme = match[1] as Target['kind'];
  const port = match[3] === undefined ? defaultPorts[scheme] : Number(match[3]);
  if (port < 1 || port > 65_535) return null;
  const rest = match[4] ?? '/';
  const path = scheme === 'tcp' || scheme === 'tls' ? '' : rest.startsWith('?') ? `/${rest}` : rest;
  return { scheme, host: bare(match[2]!), port, path };
}

const bare = (host: string): string => host.replace(/^\[|\]$/g, '');
